"""Long steps show what they do and for how long, on a terminal and elsewhere."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.report import Report, run_logged


def test_without_a_terminal_lines_come_from_time_to_time() -> None:
    out = io.StringIO()
    with Report(Console(file=out, width=200), every_seconds=0.05).step("Building") as show:
        show("package [7]")
        deadline = time.monotonic() + 30
        while "package [7]" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.02)
    lines = out.getvalue().splitlines()
    assert lines[0] == "Building ..."
    assert lines[1] == "  Building: 0 s package [7]"
    assert "\x1b" not in out.getvalue()


def test_on_a_terminal_the_step_leaves_no_line_behind() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Report(console).step("Building [x]") as show:
        show("a detail [y]")
    Report(console).say("done")


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
