"""Names that people give, and files that go back when a take-over can't begin."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from pulumi_toolchain.choice import Choice
from tests.tpa.matching_tenant import client, grant, live, stranger
from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, snapshot
from tpa.adopt.prepare import check_names, linked, organizations_of, take
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.editing.editor import write_text
from tpa.files.editing.staging import staged
from tpa.tenant.organization_links import OrganizationLinks
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView

DEV, APIS = "stacks/dev.yaml", "stacks/apis.yaml"
MACHINE = grant("cgr_5", client_id="tpc_9", subject_type="client", organization_usage="allow")


class Tenant:
    """Says where every grant is good."""

    def pages(self, path: str, key: str) -> list[Mapping[str, Any]]:
        assert (path, key) == ("/client-grants/cgr_5/organizations", "organizations")
        return [{"name": "north"}, {"name": "south"}]


@dataclass
class Refusing:
    """An engine whose preview fails, or never comes."""

    answer: CompletedProcess[str] | BaseException

    def capture(self, *_: str) -> CompletedProcess[str]:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def view(tmp_path: Path) -> EnvironmentView:
    two = (stranger("tpc_8", name="Twin"), stranger("tpc_9", name="Twin"), client())
    return live(Files(tmp_path).load(), clients=two, grants=(MACHINE,))


def test_an_id_or_a_name_that_one_has(view: EnvironmentView) -> None:
    check_names(view, ("tpc_8",))
    with pytest.raises(TpaError, match=r"2 applications are called 'Twin'; give an id: tpc_8, tpc"):
        check_names(view, ("Twin",))
    with pytest.raises(TpaError, match="no third-party application 'Portal' outside of the files"):
        check_names(view, ("Portal",))


def test_links_of_organizations_that_no_file_names_are_known(view: EnvironmentView) -> None:
    places = organizations_of(Tenant(), view)  # type: ignore[arg-type]
    assert places == {"cgr_5": ("north", "south")}
    assert linked(view, places).links == {
        name: OrganizationLinks(grants=frozenset({"cgr_5"})) for name in ("north", "south")
    }


def test_what_an_organization_admits_is_not_guessed(tmp_path: Path) -> None:
    seen = snapshot(
        grants=(MACHINE,), unknown_parts=(Unknown("organizations", "read:organizations"),)
    )
    blind = EnvironmentView(Files(tmp_path).load(), STACK, DOMAIN, seen)
    with pytest.raises(TpaError, match="organizations: the token lacks read:organizations"):
        organizations_of(Tenant(), blind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer", [KeyboardInterrupt(), CompletedProcess([], 1, '{"steps": []}', "error: no")]
)
def test_files_go_back_when_the_preview_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    with pytest.raises((KeyboardInterrupt, TpaError)):
        _taken(tmp_path, monkeypatch, answer)


def test_files_go_back_when_one_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path, text: str, **more: bool) -> None:
        if file == tmp_path / DEV:
            raise OSError(errno.ENOSPC, "No space left on device", str(file))
        write_text(file, text, **more)

    monkeypatch.setattr("tpa.files.editing.staging.write_text", full)
    with pytest.raises(TpaError, match="No space left on device; the files are as they were"):
        _taken(tmp_path, monkeypatch, AssertionError("the engine ran"))


def _taken(root: Path, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """A take-over of two files' changes, which must fail and leave them as they were."""
    files = Files(root)
    catalog = files.load()
    workspace = Workspace(root, catalog, Choice.load(Path(__file__).parents[3]))
    monkeypatch.setattr("tpa.adopt.prepare.open_workspace", lambda _: workspace)
    before = {file: (root / file).read_text() for file in (APIS, DEV)}
    with staged(root) as stage:
        stage.append(APIS, ("apis", "orders", "scopes"), "write:orders")
        stage.set(DEV, ("embedded_port",), 9000)
        try:
            take(workspace, Refusing(answer), stage, live(catalog), quiet=True)  # type: ignore[arg-type]
        finally:
            assert {file: (root / file).read_text() for file in (APIS, DEV)} == before
