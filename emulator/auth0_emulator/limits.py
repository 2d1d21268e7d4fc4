"""What a plan allows: how many objects (MG-19) and how many requests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EntityLimits:
    """MG-19: how many applications, client grants, and grants per organization a plan takes."""

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
