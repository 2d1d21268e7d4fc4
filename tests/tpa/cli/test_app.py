"""How the command line ends when something is wrong: one message, and a status that means it."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.tpa.conftest import Run, choice
from tests.tpa.files.conftest import Project
from tpa.cli.app import app

ROOT = Path(__file__).parents[3]
VERBS = ["up", "down", "env"]
INTERRUPTED = """
import os, signal, sys

class Loading:
    def find_spec(self, name, path=None, target=None):
        if name == "tpa.cli.app":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Loading())
from tpa.__main__ import main
main()
"""


@pytest.mark.parametrize("verb", VERBS)
def test_outside_of_a_project(run: Run, tmp_path: Path, verb: str) -> None:
    ended = run(tmp_path, verb)
    assert ended.status == 2
    assert ended.output == ""
    assert ended.error.startswith("tpa: this is no project folder")


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "down"])
def test_problems_in_the_files(run: Run, project: Project, verb: str) -> None:
    project.portal(callbacks=["http://acme.test/cb"], grant_types=["password"])
    ended = run(project.root, verb)
    assert ended.status == 1
    assert ended.output == ""
    assert "problems found, nothing was changed" in ended.error
    assert "stacks/applications/portal.yaml" in ended.error
    assert "'http://acme.test/cb' uses http" in ended.error
    assert not (project.root / ".embedded").exists()


def test_an_environment_that_is_none(run: Run, project: Project) -> None:
    ended = run(project.root, "up", "-e", "dve")
    assert ended.status == 2
    assert "there is no environment 'dve'" in ended.error
    assert "did you mean 'dev'?" in ended.error


@pytest.mark.parametrize("verb", VERBS)
def test_where_no_engine_can_be_had(
    run: Run, project: Project, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLCHAIN", "system")
    monkeypatch.setenv("PATH", os.defpath)
    ended = run(project.root, verb)
    assert ended.status == 2
    assert ended.output == ""
    assert ended.error.startswith("tpa: no pulumi can be set up for this project")
    assert not (project.root / ".embedded").exists()


def test_a_real_tenant_needs_the_official_plugin(run: Run, project: Project) -> None:
    project.dev(tenant="acme-dev.auth0.com", embedded_port=None)
    choice(project.root).save(project.root)
    ended = run(project.root, "up")
    assert ended.status == 2
    assert "only the stand-in auth0 plugin is here" in ended.error
    assert "TOOLCHAIN=vendor" in ended.error


def test_the_project_is_found_from_a_folder_inside(run: Run, project: Project) -> None:
    project.portal(app_type="webapp")
    ended = run(project.root / "stacks" / "applications", "up")
    assert ended.status == 1
    assert "'webapp' is not a value it can have" in ended.error


@pytest.mark.parametrize("arguments", [["fly"], ["up", "--fast"], ["up", "-e"]])
def test_wrong_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_an_interrupt_while_it_loads_is_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\ntpa: interrupted\n")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"tpa": "tpa.__main__:main"}


@pytest.mark.parametrize(
    ("raised", "said"),
    [(typer.Abort, "nothing was changed"), (KeyboardInterrupt, "interrupted")],
)
def test_an_interrupt_is_one_line_and_no_finding(
    run: Run,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    raised: type[BaseException],
    said: str,
) -> None:
    """Ctrl-C and Ctrl-D at a question are one and the same to typer."""

    def interrupted(*_: object, **__: object) -> str:
        raise raised

    monkeypatch.setattr("tpa.new.command.at_terminal", lambda: True)
    monkeypatch.setattr("typer.prompt", interrupted)
    ended = run(project.root, "new")
    assert (ended.status, ended.output) == (130, "")
    assert ended.error == f"\ntpa: {said}\n"


def test_the_version_is_the_projects(run: Run, tmp_path: Path) -> None:
    """At once, where nothing else is asked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = f"tpa {project['version']}\n"
    assert run(tmp_path, "--version", "up").output == said
    program = "import sys\nfrom tpa.__main__ import main\nmain()\n"
    program += "sys.exit('typer' in sys.modules)"
    alone = [sys.executable, "-c", program, "--version"]
    assert subprocess.run(alone, capture_output=True, text=True, check=True).stdout == said
