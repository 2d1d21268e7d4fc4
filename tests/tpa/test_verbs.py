"""What every verb has: a manual with examples that are true, a form for scripts, completion."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.catalog.conftest import Project
from tpa.app import VERBS, app
from tpa.manual import manual

COMMANDS = {
    verb.__name__: command
    for verb, command in zip(VERBS, typer.main.get_group(app).commands.values(), strict=True)
}
WITH_ENVIRONMENT = [
    name
    for name, command in COMMANDS.items()
    if "-e" in {o for p in command.params for o in p.opts}
]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: str(verb.__name__))
def test_help_ends_with_examples(verb: Callable[..., object]) -> None:
    answer = CliRunner().invoke(app, [verb.__name__, "--help"], env={"COLUMNS": "100"})
    assert answer.exit_code == 0
    assert "--json" in answer.output
    assert manual(verb).text
    examples = manual(verb).examples
    assert examples
    for example in examples:
        assert "".join(f"    {line}\n" for line in example.split("\n")) in answer.output


@pytest.mark.parametrize(
    ("name", "example"),
    [(verb.__name__, example) for verb in VERBS for example in manual(verb).examples],
)
def test_an_example_has_options_and_arguments_that_exist(name: str, example: str) -> None:
    command = example
    if found := re.search(r"\$\((.*)\)", example):
        command = found.group(1)
    words = shlex.split(command.replace("\\\n", ""), comments=True)
    assert words[:2] == ["tpa", name]
    # Parsed as a command line is, but not run.
    COMMANDS[name].make_context(name, words[2:])


@pytest.mark.parametrize("name", WITH_ENVIRONMENT)
def test_an_environment_that_is_none_is_a_mistake_of_usage(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    arguments = [p.name or "" for p in COMMANDS[name].params if p.param_type_name == "argument"]
    done = tpa(project.root, name, *arguments, "-e", "dve")
    assert done.returncode == 2
    assert done.stderr == "tpa: there is no environment 'dve': did you mean 'dev'?\n"


def tpa(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The console script, as a shell runs it."""
    script = Path(sys.executable).with_name("tpa")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **variables}
    return subprocess.run(
        [script, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def completed(folder: Path, line: str) -> list[str]:
    """What bash offers at the end of the line."""
    words = line.split(" ")
    done = tpa(
        folder,
        COMP_WORDS=line,
        COMP_CWORD=str(len(words) - 1),
        _TPA_COMPLETE="complete_bash",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize("name", WITH_ENVIRONMENT)
def test_tab_completes_environments(name: str, project: Project) -> None:
    project.write("stacks/staging.yaml", {"tenant": "embedded"})
    assert completed(project.root, f"tpa {name} -e ") == ["dev", "staging"]
    assert completed(project.root, f"tpa {name} --environment st") == ["staging"]


def test_tab_completes_applications_and_verbs(project: Project) -> None:
    assert completed(project.root, "tpa advance dev staging ") == ["portal", "widget"]
    assert completed(project.root, "tpa twin w") == ["widget"]
    assert completed(project.root, "tpa envi") == ["environments"]


def test_tab_says_nothing_outside_of_a_project(tmp_path: Path) -> None:
    assert completed(tmp_path, "tpa up -e ") == []
    assert completed(tmp_path, "tpa twin ") == []


def test_completion_can_be_installed(project: Project) -> None:
    shown = tpa(project.root, "--show-completion", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "install-completion" in tpa(project.root, "--help").stdout
    assert "Traceback" not in shown.stderr
