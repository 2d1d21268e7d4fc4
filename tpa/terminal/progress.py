"""Progress of long work, on standard error."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from tpa.terminal.output import cell, errors, say

SPINNER_AFTER = 0.5
LINE_AFTER = 2.0
"""Seconds until a terminal, or a log, shows that work goes on."""


class Progress:
    """What a command is doing. Thread-safe.

    A terminal shows a spinner that changes its text; anywhere else each text is one line.
    """

    def __init__(self, text: str, console: Console) -> None:
        self._current = self._text = text
        self._logged = ""
        self._console = console
        self._live = console.file.isatty()
        self._status: Status | None = None
        self._timers: list[threading.Timer] = []
        self._lock = threading.RLock()
        self._shown = self._over = False

    def update(self, text: str) -> None:
        """Changes the text."""
        with self._lock:
            self._current = text
            self._change(text)

    @property
    def live(self) -> bool:
        """Whether a terminal shows it, where it may change as often as it likes."""
        return self._live

    def detail(self, text: str) -> None:
        """Adds to the text how far the work has come."""
        with self._lock:
            self._change(f"{self._current}: {text}" if text else self._current)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Meanwhile something else is printed, and the spinner is not in its way."""
        with self._lock:
            if self._status is not None:
                self._status.stop()
            try:
                yield
            finally:
                if self._status is not None and not self._over:
                    self._status.start()

    def wait(self, seconds: float, reason: str) -> None:
        """Shows a wait and its reason; fits `on_wait` of a `ManagementClient`."""
        with self._lock:
            self._change(f"waiting {max(1, round(seconds))} s for {reason}")
            if self._live:
                self._later(seconds, lambda: self._change(self._current))

    def start(self) -> None:
        """Work begins."""
        self._later(SPINNER_AFTER if self._live else LINE_AFTER, self._show)

    def stop(self) -> None:
        """Work has ended: the spinner disappears, and nothing more is shown."""
        with self._lock:
            self._over = True
            for timer in self._timers:
                timer.cancel()
            if self._status is not None:
                self._status.stop()

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _change(self, text: str) -> None:
        with self._lock:
            self._text = text
            if self._shown:
                self._show()

    def _show(self) -> None:
        with self._lock:
            if self._over:
                return
            self._shown = True
            if not self._live:
                if self._text != self._logged:  # no line twice in a log
                    say(f"{self._text} …")
                self._logged = self._text
            elif self._status is None:
                self._status = Status(cell(self._text), console=self._console)
                self._status.start()
            else:
                self._status.update(cell(self._text))


@contextmanager
def progress(text: str) -> Iterator[Progress]:
    """Shows `text` while the block runs, once it takes long: soon on a terminal, late in a log."""
    made = Progress(text, errors)
    made.start()
    try:
        yield made
    finally:
        made.stop()
