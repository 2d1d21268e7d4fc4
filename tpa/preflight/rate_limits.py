"""Rate limit policies that already exist: Auth0 keeps one for each consumer (RT-21)."""

from collections.abc import Iterator

from auth0_third_party.model.application import RateLimit
from auth0_third_party.model.names import THIRD_PARTY_CLIENTS, rate_limit_name
from tpa.environments.stack_state import RATE_LIMIT
from tpa.files.problems import Problem
from tpa.files.sources import TENANT_FILE, application_file
from tpa.preflight.context import PreflightContext
from tpa.tenant.objects import RateLimitPolicy


def check_rate_limits(context: PreflightContext) -> Iterator[Problem]:
    """Existing policies with other limits: Auth0 would refuse the create half-way through a run."""
    for name, file, limit, live in _existing(context):
        if not _same(limit, live):
            limits = f"{live.action} beyond {live.limit} ({live.id})"
            what = f"{context.domain} already has a policy for it: {limits}"
            again = f"declare the same limit here, so that the next run imports it as {name}"
            fix = f"{again}; or delete it there"
            yield Problem(file, 0, ("rate_limit",), what, fix=fix, rule="RT-21")


def rate_limits_to_import(context: PreflightContext) -> dict[str, str]:
    """Logical name -> id of policies that are as declared, and not in the state."""
    return {name: live.id for name, _, limit, live in _existing(context) if _same(limit, live)}


def _existing(context: PreflightContext) -> Iterator[tuple[str, str, RateLimit, RateLimitPolicy]]:
    for key, file, selector, limit in _declared(context):
        name = rate_limit_name(key)
        live = context.snapshot.rate_limits.get(selector)
        if live is None or context.held is None:
            continue
        # The state may have the one that a killed run deleted before it made this one.
        held = context.held.named(RATE_LIMIT, name)
        if held is None or held.id != live.id:
            yield name, file, limit, live


def _declared(context: PreflightContext) -> Iterator[tuple[str, str, str, RateLimit]]:
    tenant = context.catalog.tenant
    if tenant.rate_limit is not None:
        yield "", TENANT_FILE, THIRD_PARTY_CLIENTS, tenant.rate_limit
    for key, application in context.catalog.applications.items():
        client = context.live_client(key)
        if client is not None and application.rate_limit is not None:
            yield key, application_file(key), f"client_id:{client.id}", application.rate_limit


def _same(limit: RateLimit, live: RateLimitPolicy) -> bool:
    return (limit.action, limit.limit) == (live.action, live.limit)
