"""What every verb has: a manual with examples that are true, a form for scripts."""

import re
import shlex
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from tests.tpa.files.conftest import Project
from tpa.cli.app import app, command, function_of, main, manual
from tpa.verbs import VERBS

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


@pytest.mark.parametrize("name", WITH_ENVIRONMENT)
def test_an_environment_that_is_none_is_a_mistake_of_usage(run: Run, name: str) -> None:
    arguments = [p.name or "" for p in COMMANDS[name].params if p.param_type_name == "argument"]
    status, output, said = run(name, *arguments, "-e", "dve")
    assert (status, output) == (2, "")
    assert said == "tpa: there is no environment 'dve': did you mean 'dev'?\n"
