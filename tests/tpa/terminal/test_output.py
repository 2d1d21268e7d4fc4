"""What is safe to print, and what shows that something takes long."""

import io
import sys
import time

import pytest
import typer
from rich.console import Console

from tpa.files.problems import Problem
from tpa.terminal import progress as module
from tpa.terminal.output import Rows, cell, results, say
from tpa.terminal.progress import Progress, progress
from tpa.terminal.redaction import print_secret, without_secrets


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_AFTER", 0.02)


@pytest.mark.usefixtures("_soon")
def test_long_work_is_reported_once_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("looking at the tenant"):
        time.sleep(0.1)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "looking at the tenant …\n")


@pytest.mark.usefixtures("_soon")
def test_what_goes_on_may_change(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("looking at the tenant") as going:
        time.sleep(0.1)
        going.wait(12.4, "the rate limit of acme.auth0.com")
        going.update("reading the state of dev")
    said = capsys.readouterr().err.splitlines()
    assert said[1:] == [
        "waiting 12 s for the rate limit of acme.auth0.com …",
        "reading the state of dev …",
    ]


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("looking at the tenant") as going:
        going.update("reading the state of dev")
    time.sleep(0.05)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


HOSTILE = "Acme\x1b[31m\u202eevil\nsecond"


def test_no_text_of_a_file_disturbs_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Rows("name")
    shown.add_row(cell(HOSTILE))
    shown.show(results())
    say(HOSTILE)
    say(str(Problem("stacks/dev.yaml", 3, (HOSTILE,), HOSTILE, HOSTILE, HOSTILE, rule="FILE-06")))
    printed = capsys.readouterr()
    both = printed.out + printed.err
    assert not set(both) & {"\x1b", "\u202e"}
    assert both.count(r"Acme\x1b[31m\u202eevil") == 6
    assert printed.out.splitlines()[1] == r"Acme\x1b[31m\u202eevil second"
    assert len(printed.err.splitlines()) == 2 + 3


class Terminal(io.StringIO):
    """Where somebody looks."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_spinner_that_shows_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(module, "SPINNER_AFTER", 0.01)
    made = Progress("looking at the tenant", Console(file=screen, force_terminal=True))
    made.start()
    time.sleep(0.1)
    made.wait(0.2, "the rate limit of acme.auth0.com")
    time.sleep(0.4)
    made.stop()
    first, second, third = (
        screen.getvalue().rindex(text)
        for text in ("looking at the tenant", "waiting 1 s for the rate limit", "\x1b[?25h")
    )
    assert second < first < third
    assert screen.getvalue().endswith("\x1b[1A\x1b[2K")


SHELL = {
    "AUTH0_CLIENT_SECRET": "very-secret-1",
    "PULUMI_CONFIG_PASSPHRASE": "very secret 2",
    "PULUMI_BACKEND_URL": "postgres://deployer:very-secret-3@db.test/state",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/home/me/passphrase",
    "EDITOR": "not-a-secret",
    "PWD": "/home/me/passphrase",
}


def test_secrets_of_the_shell_are_never_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(SHELL.values())
    with without_secrets(SHELL):
        say(text)
        results().print(cell(text), soft_wrap=True)
        typer.echo(text)
        sys.stdout.writelines([text])
        sys.stderr.write(repr(ValueError(text)))
    shown = capsys.readouterr()
    assert "very" not in shown.out + shown.err
    assert shown.out.count("not-a-secret") == 3
    assert shown.out.count("/home/me/passphrase") == 6


def test_a_secret_that_was_asked_for_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with without_secrets(SHELL):
        print_secret(SHELL["AUTH0_CLIENT_SECRET"])
    assert capsys.readouterr().out == "very-secret-1"
