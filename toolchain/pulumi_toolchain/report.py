"""What the user sees of the set-up, and where the output of long commands goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pulumi_toolchain.errors import ToolchainError

# Shows the latest detail of a step.
Show = Callable[[str], None]
# Back to the line's start, and empty it.
START_OF_LINE = "\r\x1b[K"
# How much of a failed command's output its error message repeats.
LINES_SHOWN = 8


class Report:
    """Lines on a stream (default: standard error); on a terminal a step is one changing line."""

    def __init__(self, stream: TextIO | None = None, every_seconds: float | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._every = every_seconds or (0.5 if self._terminal else 15.0)

    def say(self, text: str) -> None:
        """One line."""
        self._write(f"{text}\n")

    @contextmanager
    def step(self, title: str) -> Iterator[Show]:
        """A long step: shows `title`, how long it has taken so far, and its latest detail."""
        started = time.monotonic()
        done = threading.Event()
        details = [""]

        def repeat() -> None:
            while not done.wait(self._every):
                elapsed = time.monotonic() - started
                self._again(f"{title}: {elapsed:.0f} s {details[0]}".rstrip())

        self._write(f"{title} ..." if self._terminal else f"{title} ...\n")
        thread = threading.Thread(target=repeat, daemon=True)
        thread.start()
        try:
            yield lambda detail: details.__setitem__(0, detail)
        finally:
            done.set()
            thread.join()
            if self._terminal:
                self._write(START_OF_LINE)

    def _again(self, text: str) -> None:
        if self._terminal:
            # One character less than a line has: some terminals go to the next one after the last.
            width = shutil.get_terminal_size().columns - 1
            self._write(START_OF_LINE + text[:width])
        else:
            self.say(f"  {text}")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def run_logged(
    command: Sequence[str | Path],
    *,
    what: str,
    log: Path,
    show: Show,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command` to its end; each line of its output is shown and written to `log`.

    Raises ToolchainError naming `what`, with the last lines and the log's path.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    last: deque[str] = deque(maxlen=LINES_SHOWN)
    with log.open("w", encoding="utf-8") as out, _started(command, cwd, environment) as process:
        try:
            for line in process.stdout or ():
                out.write(line)
                if text := line.strip():
                    last.append(text)
                    show(text)
        except BaseException:  # Ctrl-C, or the end of what this was started beside
            process.terminate()
            raise
    if process.returncode:
        end = "".join(f"\n    {line}" for line in last)
        raise ToolchainError(
            f"{what} failed (exit code {process.returncode}); the whole output: {log}{end}"
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
