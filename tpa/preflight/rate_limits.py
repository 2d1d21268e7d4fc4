"""Rate limit policies that are there already: Auth0 keeps one for each consumer (RT-21)."""

from collections.abc import Iterator

from auth0_third_party.model.application import RateLimit
from auth0_third_party.model.names import rate_limit_name
from tpa.environments.stack_state import RATE_LIMIT
from tpa.files.problems import Problem
from tpa.files.sources import TENANT_FILE, application_file
from tpa.preflight.inspection import Inspection
from tpa.tenant.objects import RateLimitPolicy

THIRD_PARTIES = "third_party_clients"


def check_rate_limits(seen: Inspection) -> Iterator[Problem]:
    """Policies of somebody else's that say something else; a create would be refused half-way."""
    for name, file, limit, live in _unheld(seen):
        if not _same(limit, live):
            yield Problem(
                file,
                0,
                "rate_limit",
                f"{seen.domain} has a policy for it already: {live.action} beyond {live.limit}"
                f" ({live.id})",
                "Auth0 keeps one policy for each consumer, and this one is not this stack's",
                f"state the same here first, and {name} takes it over; or delete it there",
            )


def adopted_rate_limits(seen: Inspection) -> dict[str, str]:
    """Logical name -> id of policies that say what is declared, and that no state knows."""
    return {name: live.id for name, _, limit, live in _unheld(seen) if _same(limit, live)}


def _unheld(seen: Inspection) -> Iterator[tuple[str, str, RateLimit, RateLimitPolicy]]:
    for key, file, selector, limit in _declared(seen):
        name = rate_limit_name(key)
        live = seen.snapshot.rate_limits.get(selector)
        if live is not None and seen.held is not None and not seen.held.named(RATE_LIMIT, name):
            yield name, file, limit, live


def _declared(seen: Inspection) -> Iterator[tuple[str, str, str, RateLimit]]:
    tenant = seen.catalog.tenant
    if tenant.rate_limit is not None:
        yield "", TENANT_FILE, THIRD_PARTIES, tenant.rate_limit
    for key, application in seen.catalog.applications.items():
        client = seen.counterpart(key)
        if client is not None and application.rate_limit is not None:
            yield key, application_file(key), f"client_id:{client.id}", application.rate_limit


def _same(limit: RateLimit, live: RateLimitPolicy) -> bool:
    return (limit.action, limit.limit) == (live.action, live.limit)
