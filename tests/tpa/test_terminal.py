"""What a pipe gets, and what shows that something takes long."""

import time

import pytest

from tpa import progress as module
from tpa.progress import progress
from tpa.terminal import results, table

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
