"""The processes that the language host has started, and how they end with it."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

GRACE_SECONDS = 5.0


class Children:
    """Every live child process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._programs: set[subprocess.Popen[bytes]] = set()
        self._plugins: set[subprocess.Popen[bytes]] = set()

    @contextmanager
    def program(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """A child that a cancelled run must end: the user's program, an installation."""
        with self._kept(self._programs, process):
            yield

    @contextmanager
    def plugin(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """A child that may be in the middle of a write: the engine says when it ends."""
        with self._kept(self._plugins, process):
            yield

    def cancel(self) -> None:
        """What Ctrl-C means: programs are interrupted, plugins finish what they are doing."""
        with self._lock:
            programs = list(self._programs)
        for process in programs:
            threading.Thread(target=end, args=(process, signal.SIGINT), daemon=True).start()

    def end_all(self) -> None:
        """The engine is gone or wants us gone: nothing may stay behind."""
        with self._lock:
            processes = [*self._programs, *self._plugins]
        threads = [threading.Thread(target=end, args=(process,)) for process in processes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @contextmanager
    def _kept(
        self, kind: set[subprocess.Popen[bytes]], process: subprocess.Popen[bytes]
    ) -> Iterator[None]:
        with self._lock:
            kind.add(process)
        try:
            yield
        finally:
            end(process)
            with self._lock:
                kind.discard(process)


def end(process: subprocess.Popen[bytes], first: signal.Signals = signal.SIGTERM) -> None:
    """Ask `process` to end, wait for the grace period, then kill it. Fine if it has ended."""
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
