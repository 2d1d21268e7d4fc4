"""A child's two output streams as one stream of messages, in the order they come."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from typing import IO, Literal

Stream = Literal["stdout", "stderr"]
Chunk = tuple[Stream, bytes]


class Output:
    """Collects chunks from several pipes; `chunks()` ends when all of them have ended."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Chunk | None] = queue.Queue()
        self._readers: list[threading.Thread] = []

    def put(self, stream: Stream, data: bytes) -> None:
        """Add a chunk of our own."""
        self._queue.put((stream, data))

    def follow(self, stream: Stream, pipe: IO[bytes]) -> None:
        """Read `pipe` to its end, as it comes."""
        reader = threading.Thread(target=self._read, args=(stream, pipe), daemon=True)
        self._readers.append(reader)
        reader.start()

    def close(self) -> None:
        """Nothing more will come once the followed pipes have ended."""
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
