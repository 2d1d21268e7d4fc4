"""What a plan allows: how many objects (MG-19) and how many requests (MG-15)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class EntityLimits:
    """MG-19: how many clients, client grants, and grants per organization a plan allows."""

    clients: int = 100_000
    client_grants: int = 100_000
    grants_per_organization: int = 100


@dataclass(frozen=True)
class Rate:
    """A token bucket: sustained requests per second and the burst above them."""

    per_second: float
    burst: int


@dataclass(frozen=True)
class Plan:
    """Entity limits and request rate of a plan."""

    entities: EntityLimits
    rate: Rate


PLANS = {
    "free": Plan(EntityLimits(clients=10, client_grants=100), Rate(2, 10)),
    "self-service": Plan(EntityLimits(clients=100, client_grants=10_000), Rate(2, 10)),
    "enterprise": Plan(EntityLimits(), Rate(16, 50)),
}


@dataclass
class RateLimiter:
    """MG-15: a token bucket for the whole tenant, in real time whatever the tenant's clock says."""

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
