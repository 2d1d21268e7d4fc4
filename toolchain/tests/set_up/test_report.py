"""Long steps show what they do and for how long, on a terminal and elsewhere."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import pytest

from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.report import Report, run_logged


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_by_a_step(out: io.StringIO) -> str:
    """What is on `out` after a step that showed its detail at least once."""
    report = Report(out, every_seconds=0.05)
    with report.step("Building") as show:
        show("package [7]")
        deadline = time.monotonic() + 30
        while "package" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.02)
    report.say("done")
    return out.getvalue()


def test_without_a_terminal_lines_come_from_time_to_time() -> None:
    shown = shown_by_a_step(io.StringIO())
    assert shown.splitlines()[:2] == ["Building ...", "  Building: 0 s package [7]"]
    assert "\x1b" not in shown


def test_on_a_terminal_a_step_is_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    first, *again, last = shown_by_a_step(Terminal()).split("\r\x1b[K")
    assert (first, last) == ("Building ...", "done\n")
    assert "Building: 0 s package [" in again


def test_what_interrupts_a_command_ends_it(tmp_path: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    code = (
        "import pathlib, signal, sys, time\n"
        "def end(*_): pathlib.Path('ended').touch(); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('started', flush=True)\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", code]
    with pytest.raises(KeyboardInterrupt):
        run_logged(command, what="it", log=tmp_path / "log", show=interrupt, cwd=tmp_path)
    deadline = time.monotonic() + 30
    while not (tmp_path / "ended").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tmp_path / "ended").exists()


def test_a_failing_command_shows_its_end_and_where_all_of_it_is(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "step.log"
    code = "import sys; [print('line', n) for n in range(50)]; sys.exit(4)"
    details: list[str] = []
    with pytest.raises(ToolchainError) as raised:
        run_logged(
            [sys.executable, "-c", code],
            what="the step",
            log=log,
            show=details.append,
            cwd=tmp_path,
        )
    message = str(raised.value)
    assert message.startswith("the step failed (exit code 4)")
    assert str(log) in message
    assert "line 49" in message
    assert "line 0\n" not in message
    assert len(log.read_text().splitlines()) == len(details) == 50
