"""What a pipe gets, and what shows that something takes long."""

import io
import time

import pytest
from rich.console import Console
from rich.text import Text

from catalog import Problem
from tpa import progress as module
from tpa.progress import Progress, progress
from tpa.terminal import cell, results, say, table

LONG = "https://" + "a" * 200 + ".example/callback"


def test_a_pipe_gets_plain_lines_of_any_length(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    shown = table("key", "address")
    shown.add_row("[red]portal[/]" * 3, LONG)
    results().print(shown, style="bold")
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert LONG in printed
    assert len(printed.splitlines()) == 2


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_AFTER", 0.02)


@pytest.mark.usefixtures("_soon")
def test_long_work_says_so_once_beside_the_results(capsys: pytest.CaptureFixture[str]) -> None:
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
    shown = table("name")
    shown.add_row(cell(HOSTILE))
    results().print(shown)
    say(HOSTILE)
    say(str(Problem("stacks/dev.yaml", 3, HOSTILE, HOSTILE, HOSTILE, HOSTILE)))
    printed = capsys.readouterr()
    both = printed.out + printed.err
    assert not set(both) & {"\x1b", "\u202e"}
    assert both.count(r"Acme\x1b[31m\u202eevil") == 6
    assert printed.out.splitlines()[1].rstrip() == r"Acme\x1b[31m\u202eevil second"
    assert len(printed.err.splitlines()) == 2 + 3


class Terminal(io.StringIO):
    """Where somebody looks."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("plain", [True, False])
def test_a_terminal_gets_colours_unless_somebody_wants_none(
    monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1" if plain else "")
    shown = table("risk", "address")
    shown.add_row(cell("high", "bold red"), LONG)
    results().print(shown)
    assert ("\x1b[" in screen.getvalue()) is not plain
    lines = Text.from_ansi(screen.getvalue()).plain.splitlines()
    assert max(map(len, lines)) <= 60


def test_a_terminal_gets_a_spinner_that_tells_of_waits(monkeypatch: pytest.MonkeyPatch) -> None:
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
