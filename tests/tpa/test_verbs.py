"""Every command that a message names can be pasted where the reader is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tpa.files.problems import Problem
from tpa.terminal.output import cell, say
from tpa.verbs import COMMAND_VARIABLE, MAKE_VARIABLE, command_in, name_command, pastable

OWN = Path(sys.prefix) / "bin" / "tpa"


@pytest.fixture(autouse=True)
def not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(COMMAND_VARIABLE)
    monkeypatch.delenv(MAKE_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", os.defpath)


@pytest.mark.parametrize(
    ("folder", "written"),
    [(OWN.parents[2], ".venv/bin/tpa"), (OWN.parents[2] / "stacks", "../.venv/bin/tpa")],
)
def test_beside_the_virtual_environment(
    folder: Path, written: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    problem = Problem("a.yaml", 1, (), "x", "y", "tpa drift --restore", rule="FILE-01")
    say("fix: tpa check -e dev")
    assert capsys.readouterr().err == f"fix: {written} check -e dev\n"
    assert f"fix: {written} drift --restore" in str(problem)
    assert cell("Next: tpa up").plain == f"Next: {written} up"
    done = subprocess.run([written, "--version"], capture_output=True, check=False)
    assert done.returncode == 0


def test_who_came_by_make_goes_on_by_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAKE_VARIABLE, "1")
    monkeypatch.chdir(OWN.parents[2])
    assert pastable("fix: run tpa up -e staging first") == "fix: run make up ENV=staging first"
    assert pastable("or tpa drift -e dev") == "or .venv/bin/tpa drift -e dev"


def test_from_far_away_a_path_with_blanks_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my env/bin").mkdir(parents=True)
    (tmp_path / "my env/bin/tpa").touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "my env"))
    monkeypatch.chdir("/")
    assert pastable("tpa up") == f"'{str(tmp_path / 'my env/bin/tpa').lstrip('/')}' up"


def test_on_path_and_for_child_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{OWN.parent}{os.pathsep}{os.defpath}")
    name_command()
    assert os.environ[COMMAND_VARIABLE] == "tpa"
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir("/")
    assert pastable("run tpa up") == "run tpa up"


def test_another_tpa_on_path_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "tpa"
    other.write_text("#!/bin/sh\n", "utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(OWN.parents[2])
    name_command()
    assert pastable("tpa up") == ".venv/bin/tpa up"


@pytest.fixture
def link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `pipx install` makes: a folder of links to the scripts of hidden environments."""
    link = tmp_path / "my bin" / "tpa@1"
    link.parent.mkdir()
    link.symlink_to(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(link)])
    return link


def test_the_link_that_was_called(link: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whatever name, such as that of `pipx install --suffix`."""
    assert pastable("tpa up") == "'my bin/tpa@1' up"
    monkeypatch.chdir(link.parent)
    assert pastable("tpa up") == "./tpa@1 up"
    monkeypatch.setenv("PATH", f"{link.parent}{os.pathsep}{os.defpath}")
    name_command()
    assert pastable("tpa up") == "tpa@1 up"
    assert command_in(Path("/")) == "tpa@1"


def test_the_path_of_uv_run_is_not_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{OWN.parent}{os.pathsep}{os.defpath}")
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.chdir(OWN.parents[2])
    name_command()
    assert pastable("tpa up") == ".venv/bin/tpa up"


@pytest.mark.parametrize("text", ["this version of tpa does not", "x/tpa up", "tpa: tpa", "tpaup"])
def test_what_is_no_command_stays(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(OWN.parents[2])
    assert pastable(text) == text
