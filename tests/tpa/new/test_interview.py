"""The questions of `tpa new`: an answer that would be refused later is refused at once."""

import shlex
from collections.abc import Callable, Mapping
from io import StringIO

import pytest

from tests.tpa.conftest import Ended, Run
from tests.tpa.files.conftest import Project
from tpa.new import command as verb
from tpa.new.command import ask
from tpa.new.draft import Draft, GrantAnswer, command_line

Answers = Callable[..., None]
Interview = Callable[..., Ended]
FLAGS: Mapping[str, str] = {
    "--name": "Fleet View",
    "--key": "fleet",
    "--organization": "Contoso",
    "--contact": "dev@contoso.test",
    "--description": "Where it's at",
    "--type": "native",
    "--callback": "https://fleet.contoso.test/callback",
    "--connection": "customers",
    "--grant": "orders:user:read:orders",
}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What a user types, one answer a line."""

    def prepare(*given: str) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("".join(f"{answer}\n" for answer in given)))

    return prepare


@pytest.fixture
def interview(
    run: Run, project: Project, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> Interview:
    """`tpa new` with all flags but some, whose questions are answered."""

    def new(*given: str, without: str, more: tuple[str, ...] = ()) -> Ended:
        monkeypatch.setattr(verb, "at_terminal", lambda: True)
        answers(*given)
        stated = {flag: value for flag, value in FLAGS.items() if flag not in without.split()}
        words = (word for pair in stated.items() for word in pair)
        return run(project.root, "new", *words, *more)

    return new


def test_users_need_a_connection(interview: Interview, project: Project) -> None:
    ended = interview("Contoso", "", "customers", "n", without="--organization --connection")
    assert ended.status == 0
    assert "Connections (customers), with commas between them" in ended.error
    assert "Error: it can't be empty\n" in ended.error
    assert project.load().applications["fleet"].connections == ("customers-db",)


def test_an_application_that_is_not_live_needs_none(interview: Interview) -> None:
    ended = interview(
        "Contoso", "", "n", without="--organization --connection", more=("--no-live",)
    )
    assert ended.status == 0
    assert "it can't be empty" not in ended.error


def test_an_api_is_granted_once(interview: Interview, project: Project) -> None:
    ended = interview(
        *("Contoso", "orders", "read:orders", "orders", "catalog", ",", "read:products", "", "n"),
        without="--organization --grant",
    )
    assert ended.status == 0
    assert "Error: 'orders' is none of them: known: catalog\n" in ended.error
    granted = project.load().applications["fleet"].grants
    assert [grant.scopes for grant in granted] == [("read:orders",), ("read:products",)]


def test_an_api_is_granted_once_for_each_subject(interview: Interview, project: Project) -> None:
    web = ("--type", "regular_web")
    ended = interview(
        *("Contoso", "orders", "", "read:orders", "orders", "write:orders"),
        *("orders", "", "n"),
        without="--organization --grant --type",
        more=web,
    )
    assert ended.status == 0
    assert "Error: 'orders' is none of them: known: catalog\n" in ended.error
    subjects = [grant.subject_type for grant in project.load().applications["fleet"].grants]
    assert subjects == ["user", "client"]


def test_flags_for_users_leave_types_with_users(interview: Interview) -> None:
    ended = interview("non_interactive", "native", "n", without="--type")
    assert ended.status == 0
    assert "no user signs in to it: leave out --callback, --connection" in ended.error


def test_an_answer_twice_is_one(interview: Interview, project: Project) -> None:
    callback = FLAGS["--callback"]
    assert interview(f"{callback}, {callback}", "n", without="--callback").status == 0
    assert project.load().applications["fleet"].callbacks == (callback,)


def test_refused_answers_can_be_given_again(
    interview: Interview, run: Run, project: Project
) -> None:
    project.dev(connections={})
    ended = interview("Contoso", "yes", without="--organization --connection")
    assert (ended.status, ended.output.strip()) == (1, "")
    assert "no connection to sign in with" in ended.error
    again = ended.error.splitlines()[-1]
    assert again.startswith("The same answers again: tpa new --name 'Fleet View' ")
    project.dev()
    words = shlex.split(again.partition(": tpa ")[2])
    assert run(project.root, *words, "--connection", "customers").status == 0
    made = project.load().applications["fleet"]
    assert (made.description, made.refresh_token is not None) == ("Where it's at", True)


def test_flags_that_are_refused_are_not_repeated(interview: Interview) -> None:
    ended = interview(without="", more=("--connection", "custmers"))
    assert ended.status == 1
    assert "The same answers" not in ended.error


def test_the_command_of_a_draft_has_all_of_it() -> None:
    grants = (GrantAnswer("o", "user", ("s",)),)
    rest = (("k",), "it's", True)
    draft = Draft("A b", "a", "O", "c", "spa", ("https://x",), grants, *rest)
    assert command_line(draft, "prod", live=False) == (
        "tpa new --name 'A b' --key a --organization O --contact c --type spa"
        """ --description 'it'"'"'s' --callback https://x --connection k --grant o:user:s"""
        " --refresh-token -e prod --no-live"
    )


def test_an_empty_answer_is_explained(answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    answers("", "  ", "Contoso")
    assert ask("Organization") == "Contoso"
    assert capsys.readouterr().err.count("it can't be empty") == 2
