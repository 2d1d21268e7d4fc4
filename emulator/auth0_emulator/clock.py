"""The tenant's time: real, or set by hand so that tests decide when a token expires."""

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970. With `frozen_at` it stands still until it is set or moved."""

    def __init__(self, frozen_at: float | None = None) -> None:
        self._frozen = frozen_at

    def now(self) -> float:
        """The tenant's time in seconds since 1970."""
        return time.time() if self._frozen is None else self._frozen

    def set(self, moment: float | None) -> None:
        """Freeze at a moment; None lets time run again."""
        self._frozen = moment

    def stamp(self) -> str:
        """The time as the API writes it: `2026-10-23T08:30:00.123Z`."""
        return stamp(self.now())


def stamp(moment: float) -> str:
    """Seconds since 1970 as the API writes times."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse(text: str) -> float:
    """Reads an ISO 8601 time; raises ValueError. Without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
