"""What was asked of the tenant: for people and tests, without bodies and secrets."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

_KEPT = 200_000


@dataclass
class Entry:
    """One request. `status` is None when the connection was cut before an answer."""

    method: str
    path: str
    at: str
    query: str = ""
    status: int | None = None
    ms: float = 0.0
    caller: str | None = None
    fault: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON; `fault` and `query` only when there is one."""
        optional = {"query": self.query, "fault": self.fault}
        return {
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "at": self.at,
            "ms": round(self.ms, 3),
            "caller": self.caller,
            **{key: value for key, value in optional.items() if value},
        }


@dataclass
class RequestLog:
    """In order of arrival, in memory; the oldest go when there are very many."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, entry: Entry) -> Entry:
        """Writes a line."""
        self.entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forgets all lines."""
        self.entries.clear()
