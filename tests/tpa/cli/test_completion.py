"""The Tab key: names in the files, options and commands; and at once."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.tpa.adopt.adopting import AGENT
from tests.tpa.files.conftest import Project
from tpa.__main__ import main
from tpa.cli.app import app
from tpa.cli.completion import parameters
from tpa.verbs import VERBS

ROOT = Path(__file__).parents[3]
WITH_ENVIRONMENT = [
    verb for verb, own in parameters().items() if any("-e" in each.get("flags", ()) for each in own)
]
Press = Callable[..., str]
SLOW = {"rich.console", "pydantic", "httpx", "tpa.cli.app"}


@pytest.fixture
def press(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Press:
    """What a shell is answered at the end of a line, in the project."""

    def answer(line: str, shell: str = "fish", **variables: str) -> str:
        monkeypatch.chdir(project.root)
        monkeypatch.setitem(sys.modules, "rich", sys.modules.get("rich"))
        asked = {"_TPA_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
        asked["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
        for name, value in {**asked, **variables}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code or 0, said.err) == (0, "")
        return said.out

    return answer


def words(answer: str) -> list[str]:
    return [line.partition("\t")[0] for line in answer.splitlines() if line]


@pytest.mark.parametrize("verb", WITH_ENVIRONMENT)
def test_environments(press: Press, project: Project, verb: str) -> None:
    project.write("stacks/staging.yaml", {"tenant": "embedded"})
    assert words(press(f"tpa {verb} -e ")) == ["dev", "staging"]
    assert words(press(f"tpa {verb} --environment st")) == ["staging"]
    assert words(press(f"tpa {verb} --environment=st")) == ["staging"]


def test_applications(press: Press) -> None:
    assert words(press("tpa advance dev staging ")) == ["portal", "widget"]
    assert words(press("tpa advance dev staging portal w")) == ["widget"]
    assert words(press("tpa advance -- dev staging p")) == ["portal"]
    assert words(press("tpa twin w")) == ["widget"]


def test_both_words_of_an_explanation(press: Press, project: Project) -> None:
    project.write("stacks/staging.yaml", {"tenant": "embedded"})
    shopper = {**AGENT, "environments": {"staging": None}}
    project.write("stacks/agents/shopper.yaml", shopper)
    for option in ("-e staging ", "--environment=staging --live "):
        assert words(press(f"tpa access {option}--explain ")) == ["shopper"]
    assert words(press("tpa access --explain ")) == ["portal", "widget"]
    assert words(press("tpa access --explain wid")) == ["widget"]
    assert words(press("tpa access --explain portal ")) == ["catalog", "orders"]
    assert words(press("tpa access --json --explain portal cat")) == ["catalog"]
    assert words(press("tpa access --explain portal orders ")) == []


def test_what_an_environment_has(press: Press, project: Project) -> None:
    staging = {"tenant": "embedded", "advances_from": "dev", "connections": {"google": "g"}}
    project.write("stacks/staging.yaml", staging)
    assert words(press("tpa new --connection ")) == ["customers"]
    assert words(press("tpa new -e staging --connection g")) == ["google"]
    assert words(press("tpa advance dev ")) == ["staging"]
    assert words(press("tpa advance staging ")) == []


def test_values_that_are_always_the_same(press: Press) -> None:
    assert words(press("tpa init --host git")) == ["github", "gitlab"]
    assert "spa" in words(press("tpa new --type "))
    assert "CG-07" in words(press("tpa explain CG-"))


def test_commands_and_options(press: Press) -> None:
    assert words(press("tpa ")) == list(VERBS)
    assert words(press("tpa envi")) == ["environments"]
    assert words(press("tpa --v")) == ["--version"]
    assert words(press("tpa up --e")) == ["--environment"]
    assert "--environment" not in words(press("tpa up -e dev --"))
    assert "--connection" in words(press('tpa new --name "Fleet View" --connection a --'))
    assert set(parameters()) == set(VERBS)


@pytest.mark.parametrize("text", ["tenant: [", "- a", "connections: 1", "connections: {[]: 1}"])
def test_a_file_that_cant_be_read_has_no_names(press: Press, project: Project, text: str) -> None:
    project.write("stacks/dev.yaml", text)
    assert words(press("tpa new --connection ")) == []


def test_a_name_that_a_shell_would_run_is_not_offered(press: Press, project: Project) -> None:
    """zsh evaluates the answer."""
    for name in ("$(touch x)", "a'b", 'a"b', "a;b", "a`b`", "a b", "a:b"):
        project.write(f"stacks/applications/{name}.yaml", {})
    assert press("tpa twin ", "zsh") == """_arguments '*: :(("portal"\n"widget"))'\n"""
    assert words(press("tpa twin ")) == ["portal", "widget"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        (("tpa", "up", "-e", "d"), ["dev"]),
        (("tpa", "up", "--environment", "="), ["dev"]),
        (("tpa", "chec"), ["check"]),
    ],
)
def test_in_bash_itself(project: Project, line: tuple[str, ...], offered: list[str]) -> None:
    """By the script that is installed; bash splits a word at =."""
    tpa = Path(sys.executable).with_name("tpa")
    script = '. <("$1" --show-completion bash); shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))\n'
    script += '_tpa_completion tpa; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", tpa, *line],
        cwd=project.root,
        env=os.environ
        | {
            "PATH": f"{tpa.parent}:{os.environ['PATH']}",
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (offered, "")


@pytest.mark.parametrize(
    "line",
    [
        *("tpa ", "tpa up -e ", "tpa up --", "tpa twin ", "tpa new --connection "),
        *("tpa advance dev ", "tpa access --explain ", "tpa access --explain portal "),
    ],
)
def test_nothing_slow_is_loaded(project: Project, tmp_path: Path, line: str) -> None:
    """A process of its own, as a shell asks; outside of a project it says nothing of files."""
    program = "import sys\nfrom tpa.__main__ import main\n"
    program += "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    asked = {"_TPA_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line, "PYTHONPATH": str(ROOT)}
    outside = tmp_path / "outside"
    outside.mkdir()
    for folder in (project.root, outside):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            env=os.environ | asked,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.startswith(("_arguments", "_files"))
        assert not SLOW & set(done.stderr.split())


def test_it_can_be_installed() -> None:
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).output
