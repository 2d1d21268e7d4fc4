"""What a person sees while the toolchain is being set up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Show = Callable[[str], None]


class Report:
    """Lines on a console; a spinner on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console | None = None, every_seconds: float = 15.0) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True, emoji=False)
        self._every = every_seconds

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(text, markup=False)

    @contextmanager
    def step(self, title: str) -> Iterator[Show]:
        """A long step: shows `title`, how long it has been going on, and the detail last given."""
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
