"""What the user sees of the set-up, and where the output of long commands goes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pulumi_toolchain.errors import ToolchainError

# Shows the latest detail of a step.
Show = Callable[[str], None]
# How much of a failed command's output its error message repeats.
LINES_SHOWN = 8


class Report:
    """Lines on a console (default: standard error); a spinner where it is a terminal."""

    def __init__(self, console: Console | None = None, every_seconds: float = 15.0) -> None:
        self._console = console or Console(
            stderr=True, highlight=False, soft_wrap=True, emoji=False
        )
        self._every = every_seconds

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(text, markup=False)

    @contextmanager
    def step(self, title: str) -> Iterator[Show]:
        """A long step: shows `title`, how long it has taken so far, and its latest detail."""
        shown = self._spinner if self._console.is_terminal else self._lines
        with shown(title) as show:
            yield show

    @contextmanager
    def _spinner(self, title: str) -> Iterator[Show]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(title, total=None, detail="")
            yield lambda detail: progress.update(task, detail=detail[:60])

    @contextmanager
    def _lines(self, title: str) -> Iterator[Show]:
        started = time.monotonic()
        done = threading.Event()
        details = [""]

        def repeat() -> None:
            while not done.wait(self._every):
                elapsed = time.monotonic() - started
                self.say(f"  {title}: {elapsed:.0f} s {details[0]}".rstrip())

        self.say(f"{title} ...")
        thread = threading.Thread(target=repeat, daemon=True)
        thread.start()
        try:
            yield lambda detail: details.__setitem__(0, detail)
        finally:
            done.set()
            thread.join()


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
        for line in process.stdout or ():
            out.write(line)
            if text := line.strip():
                last.append(text)
                show(text)
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
