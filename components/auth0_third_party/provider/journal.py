"""What shared objects held before a run that the engine records at its end alone.

The engine's state keeps that where each step is recorded (`remembered`). Without such checkpoints
it is on disk before anything is written, and a killed run loses nothing. Whoever turns checkpoints
off creates the file first, names it in the environment, and removes it when the state is written.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auth0_third_party.management import ManagementError

VARIABLE = "AUTH0_THIRD_PARTY_JOURNAL"
"""The path of the file; nothing is kept where it is not set, or there is no such file."""
Properties = Mapping[str, Any]
Object = tuple[str, str]
"""The name of a resource's type, and the Pulumi id of the object that it writes."""


class NotKept(ManagementError):
    """The file can't be read or written, so nothing may be changed."""

    fix = "make room, or make it readable and writable; then run again"


class Journal:
    """JSON lines with `of`, `id` and `before`; what was noted first stands. Thread-safe."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._known: dict[Object, Properties] | None = None

    @classmethod
    def from_environment(cls) -> "Journal":
        """The one that the environment names."""
        file = os.environ.get(VARIABLE)
        return cls(Path(file) if file else None)

    def earliest(self, of: str, resource_id: str, before: Properties) -> Properties:
        """`before`, with the fields that a killed run has noted as they were then."""
        with self._guard:
            return {**before, **self._read().get((of, resource_id), {})}

    def keep(self, of: str, resource_id: str, before: Properties) -> Properties:
        """The same; it is on disk when this returns.

        Raises:
            NotKept: it is not.
        """
        with self._guard:
            known = self._read()
            held = known.get((of, resource_id), {})
            found = {**before, **held}
            if found != held and self._file is not None and self._file.exists():
                _append(self._file, {"of": of, "id": resource_id, "before": found})
                known[of, resource_id] = found
            return found

    def _read(self) -> dict[Object, Properties]:
        if self._known is None:
            known: dict[Object, Properties] = {}
            for line in entries(self._file):
                if {"of", "id", "before"} <= line.keys():
                    key = str(line["of"]), str(line["id"])
                    known[key] = {**line["before"], **known.get(key, {})}
            self._known = known
        return self._known


def entries(file: Path | None) -> Iterator[Properties]:
    """All that is noted, in order; none where there is no file.

    A line that a kill left half-written is left out: nothing was changed after it.
    """
    try:
        text = file.read_text(encoding="utf-8") if file is not None else ""
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise NotKept(f"{file} can't be read: {error}") from None
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, Mapping):
            yield found


def _append(file: Path, entry: Properties) -> None:
    # A line of its own even after one that a kill left half-written.
    data = f"\n{json.dumps(entry)}\n".encode()
    try:
        with file.open("ab") as end:
            end.write(data)
            end.flush()
            os.fsync(end.fileno())
    except OSError as error:
        raise NotKept(f"{file} can't be written: {error}") from None
