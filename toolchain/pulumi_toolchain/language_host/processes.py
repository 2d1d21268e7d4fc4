"""The child processes of the language host: their output as it comes, and how they end."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Literal

GRACE_SECONDS = 5.0

Stream = Literal["stdout", "stderr"]
Chunk = tuple[Stream, bytes]


class Output:
    """Chunks of several pipes as one stream, in the order they come; ends when all have ended."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Chunk | None] = queue.Queue()
        self._readers: list[threading.Thread] = []

    def put(self, stream: Stream, data: bytes) -> None:
        """Add a chunk that comes from no pipe."""
        self._queue.put((stream, data))

    def follow(self, stream: Stream, pipe: IO[bytes]) -> None:
        """Read `pipe` to its end in a thread."""
        reader = threading.Thread(target=self._read, args=(stream, pipe), daemon=True)
        self._readers.append(reader)
        reader.start()

    def close(self) -> None:
        """Wait for the followed pipes to end, then end the stream."""
        for reader in self._readers:
            reader.join()
        self._queue.put(None)

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk until `close`."""
        while (chunk := self._queue.get()) is not None:
            yield chunk

    def _read(self, stream: Stream, pipe: IO[bytes]) -> None:
        with pipe:
            while data := os.read(pipe.fileno(), 65536):
                self._queue.put((stream, data))


class Children:
    """Every live child process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._programs: set[subprocess.Popen[bytes]] = set()
        self._plugins: set[subprocess.Popen[bytes]] = set()

    @contextmanager
    def program(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """A child that a cancelled run ends at once: the user's program, an installation."""
        with self._kept(self._programs, process):
            yield

    @contextmanager
    def plugin(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """A child that may be in the middle of a write: only the engine ends it."""
        with self._kept(self._plugins, process):
            yield

    def cancel(self) -> None:
        """Ctrl-C: programs end, without a traceback; plugins finish what they do."""
        with self._lock:
            programs = list(self._programs)
        for process in programs:
            threading.Thread(target=end, args=(process,), daemon=True).start()

    def end_all(self) -> None:
        """End every child: the engine has ended, or this process was told to end."""
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


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask `process` to end, wait for the grace period, then kill it; nothing if it has ended."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
