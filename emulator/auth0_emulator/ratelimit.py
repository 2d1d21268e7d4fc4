"""The request rate of a plan: a token bucket for the whole tenant (MG-15)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from auth0_emulator.limits import Rate


@dataclass
class Bucket:
    """Runs on real time, also when the tenant's clock stands still."""

    rate: Rate
    now: Callable[[], float] = time.time
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left = float(self.rate.burst)
        self._at = self.now()

    def take(self) -> bool:
        """True if a request may pass now."""
        moment = self.now()
        grown = self._left + (moment - self._at) * self.rate.per_second
        self._left, self._at = min(grown, float(self.rate.burst)), moment
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def headers(self) -> dict[str, str]:
        """MG-15: `x-ratelimit-reset` is the unix second in which a request will pass again."""
        wait = max(0.0, 1 - self._left) / self.rate.per_second
        return {
            "x-ratelimit-limit": str(self.rate.burst),
            "x-ratelimit-remaining": str(int(self._left)),
            "x-ratelimit-reset": str(int(self._at + wait) + 1),
        }
