"""The journal is there as long as the state is not written."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from auth0_third_party.provider.journal import VARIABLE
from tests.tpa.conftest import choice
from tests.tpa.files.conftest import Project
from tpa.engine.checkpoints import journal_entries, run_update
from tpa.engine.pulumi import Engine
from tpa.engine.workspace import Workspace

PULUMI = """\
#!/bin/sh
case "$1" in
  stack) echo '{{"deployment": {{"manifest": {{"time": "{written}"}}}}}}';;
  *) test -e "${variable}" && env > environment; {then} exit {status};;
esac
"""
LONG_AGO, LATER = "2020-01-01T00:00:00.123456789+02:00", "2120-01-01T00:00:00Z"


@pytest.fixture
def workspace(project: Project) -> Workspace:
    return Workspace(
        project.root, project.load(), replace(choice(project.root), cli=project.root / "pulumi")
    )


def engine(
    workspace: Workspace, status: int = 0, written: str = LONG_AGO, then: str = ""
) -> Engine:
    """One whose commands end like that; `written`: when the state was."""
    script = PULUMI.format(status=status, written=written, variable=VARIABLE, then=then)
    workspace.choice.cli.write_text(script, encoding="utf-8")
    workspace.choice.cli.chmod(0o755)
    return Engine(workspace, None)


def cut_off(workspace: Workspace) -> set[str]:
    return {each["command"] for each in journal_entries(workspace.journal)}


def journal(workspace: Workspace) -> Path:
    assert workspace.journal is not None
    return workspace.journal


def test_an_update_that_ends_well_leaves_no_journal(workspace: Workspace) -> None:
    assert run_update(engine(workspace), "up")[0] == 0
    assert "PULUMI_SKIP_CHECKPOINTS=true" in (workspace.root / "environment").read_text("utf-8")
    assert not journal(workspace).exists()


@pytest.mark.parametrize(("written", "left"), [(LONG_AGO, {"up"}), (LATER, set())])
def test_one_that_fails_may_have_written_the_state(
    workspace: Workspace, written: str, left: set[str]
) -> None:
    assert run_update(engine(workspace, 255, written), "up")[0] == 255
    assert cut_off(workspace) == left


def test_what_was_killed_is_known_until_an_update_ends(workspace: Workspace) -> None:
    for command in ("up", "destroy"):
        run_update(engine(workspace, 137), command)
    with journal(workspace).open("a", encoding="utf-8") as end:
        end.write('{"command": "half-wr')
    assert cut_off(workspace) == {"up", "destroy"}
    assert stat.S_IMODE(journal(workspace).stat().st_mode) == 0o600
    assert run_update(engine(workspace), "up")[0] == 0
    assert cut_off(workspace) == set()


def test_the_journal_of_another_run_stays(workspace: Workspace) -> None:
    """It began while this one waited for the lock."""
    other = f"""printf '\\n{{"command": "up", "run": "other"}}\\n' >> "${VARIABLE}";"""
    run_update(engine(workspace, 255, LATER, other), "destroy")
    assert cut_off(workspace) == {"up", "destroy"}


@pytest.mark.parametrize(
    ("backend", "folder", "kept"),
    [
        ("postgres://host/db", "", False),
        ("postgres://host/db", "journals", True),
        ("https://api.pulumi.com", "journals", False),
        ("", "journals", False),
    ],
)
def test_a_real_tenant_has_checkpoints_unless_a_folder_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, backend: str, folder: str, kept: bool
) -> None:
    project.dev(tenant="acme-dev.auth0.com", embedded_port=None)
    monkeypatch.setenv("PULUMI_BACKEND_URL", backend)
    if folder:
        monkeypatch.setenv("TPA_JOURNAL", str(project.root / folder))
    real = Workspace(project.root, project.load(), choice(project.root))
    name = f"{real.catalog.project}.dev.jsonl"
    assert real.journal == (project.root / folder / name if kept else None)
    assert (VARIABLE in real.variables(None)) is kept
