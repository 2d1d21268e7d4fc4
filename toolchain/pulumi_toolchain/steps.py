"""Long commands: their output goes to a log, its end to the user when they fail."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.report import Show

LINES_SHOWN = 8


def run_logged(
    command: Sequence[str | Path],
    *,
    what: str,
    log: Path,
    show: Show,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command` to its end, each line of its output shown and logged.

    Raises ToolchainError naming `what`, with the last lines and the log's path.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    last: deque[str] = deque(maxlen=LINES_SHOWN)
    with log.open("w", encoding="utf-8") as out, _started(command, cwd, environment) as process:
        for line in process.stdout or ():
            out.write(line)
            if text := line.strip():
                last.append(text)
                show(text)
    if process.returncode:
        end = "".join(f"\n    {line}" for line in last)
        raise ToolchainError(
            f"{what} failed (exit code {process.returncode}); all of it: {log}{end}"
        )


def _started(
    command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str] | None
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  (commands of this package, no shell)
        command,
        cwd=cwd,
        env=dict(os.environ if environment is None else environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
