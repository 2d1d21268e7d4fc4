"""What every verb has: a manual with examples that are true, a form for scripts, completion."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.tpa.adopt.adopting import AGENT
from tests.tpa.files.conftest import Project
from tpa.cli.app import app, command, function_of, main, manual
from tpa.verbs import VERBS

ROOT = Path(__file__).parents[3]
COMMANDS = {verb: command(verb) for verb in VERBS}
WITH_ENVIRONMENT = [
    name
    for name, command in COMMANDS.items()
    if "-e" in {o for p in command.params for o in p.opts}
]


@pytest.mark.parametrize("verb", VERBS)
def test_help_ends_with_examples(verb: str) -> None:
    answer = CliRunner().invoke(app, [verb, "--help"], env={"COLUMNS": "100"})
    assert answer.exit_code == 0
    assert "--json" in answer.output
    assert manual(function_of(verb)).text
    examples = manual(function_of(verb)).examples
    assert examples
    for example in examples:
        assert "".join(f"    {line}\n" for line in example.split("\n")) in answer.output


def test_every_verb_has_one_whole_line_in_the_list() -> None:
    listed = CliRunner().invoke(app, ["-h"], env={"COLUMNS": "80"}).output
    for verb, (_, line) in VERBS.items():
        assert len(line) <= 55
        assert re.search(rf"^  {verb} +{re.escape(line)}$", listed, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_a_short_option(name: str) -> None:
    asked, short = (CliRunner().invoke(app, [name, option]) for option in ("--help", "-h"))
    assert (short.exit_code, short.output) == (0, asked.output)


@pytest.mark.parametrize(
    ("name", "example"),
    [(verb, example) for verb in VERBS for example in manual(function_of(verb)).examples],
)
def test_an_example_has_options_and_arguments_that_exist(name: str, example: str) -> None:
    command = example
    if found := re.search(r"\$\((.*)\)", example):
        command = found.group(1)
    words = shlex.split(command.replace("\\\n", ""), comments=True)
    assert words[:2] == ["tpa", name]
    # Parsed as a command line is, but not run.
    COMMANDS[name].make_context(name, words[2:])


@pytest.fixture
def run(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[object, str, str]]:
    """Runs `tpa` in the project, as its console script does: status, output, errors."""

    def tpa(*arguments: str, **variables: str) -> tuple[object, str, str]:
        monkeypatch.chdir(project.root)
        monkeypatch.setattr("sys.argv", ["tpa", *arguments])
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return tpa


Run = Callable[..., tuple[object, str, str]]


def press_tab(run: Run, line: str) -> list[str]:
    """What bash offers at the end of the line."""
    word = str(len(line.split(" ")) - 1)
    status, offered, said = run(COMP_WORDS=line, COMP_CWORD=word, _TPA_COMPLETE="complete_bash")
    assert (status, said) == (0, "")
    return offered.split()


@pytest.mark.parametrize("name", WITH_ENVIRONMENT)
def test_an_environment_that_is_none_is_a_mistake_of_usage(run: Run, name: str) -> None:
    arguments = [p.name or "" for p in COMMANDS[name].params if p.param_type_name == "argument"]
    status, output, said = run(name, *arguments, "-e", "dve")
    assert (status, output) == (2, "")
    assert said == "tpa: there is no environment 'dve': did you mean 'dev'?\n"


@pytest.mark.parametrize("name", WITH_ENVIRONMENT)
def test_tab_completes_environments(run: Run, project: Project, name: str) -> None:
    project.write("stacks/staging.yaml", {"tenant": "embedded"})
    assert press_tab(run, f"tpa {name} -e ") == ["dev", "staging"]
    assert press_tab(run, f"tpa {name} --environment st") == ["staging"]


def test_tab_completes_applications_and_verbs(run: Run) -> None:
    assert press_tab(run, "tpa advance dev staging ") == ["portal", "widget"]
    assert press_tab(run, "tpa twin w") == ["widget"]
    assert press_tab(run, "tpa envi") == ["environments"]


def test_tab_completes_both_words_of_an_explanation(run: Run, project: Project) -> None:
    project.write("stacks/staging.yaml", {"tenant": "embedded"})
    shopper = {**AGENT, "environments": {"staging": None}}
    project.write("stacks/agents/shopper.yaml", shopper)
    for option in ("-e staging ", "--environment=staging --live "):
        assert press_tab(run, f"tpa access {option}--explain ") == ["shopper"]
    assert press_tab(run, "tpa access --explain ") == ["portal", "widget"]
    assert press_tab(run, "tpa access --explain wid") == ["widget"]
    assert press_tab(run, "tpa access --explain portal ") == ["catalog", "orders"]
    assert press_tab(run, "tpa access --json --explain portal cat") == ["catalog"]
    assert press_tab(run, "tpa access --explain portal orders ") == []


def test_tab_completes_what_an_environment_has(run: Run, project: Project) -> None:
    staging = {"tenant": "embedded", "advances_from": "dev", "connections": {"google": "g"}}
    project.write("stacks/staging.yaml", staging)
    assert press_tab(run, "tpa new --connection ") == ["customers"]
    assert press_tab(run, "tpa new -e staging --connection customers --connection g") == ["google"]
    assert press_tab(run, "tpa advance dev ") == ["staging"]
    assert press_tab(run, "tpa advance staging ") == []


@pytest.mark.parametrize(
    "line",
    [
        *("tpa up -e ", "tpa twin ", "tpa new --connection ", "tpa advance dev "),
        *("tpa access --explain ", "tpa access --explain portal "),
    ],
)
def test_tab_says_nothing_outside_of_a_project(tmp_path: Path, line: str) -> None:
    """In a process of its own, as a shell asks."""
    script = Path(sys.executable).with_name("tpa")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = subprocess.run(
        [script],
        cwd=tmp_path,
        env={**os.environ, **asked, "_TPA_COMPLETE": "complete_bash", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_completion_can_be_installed() -> None:
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).output
