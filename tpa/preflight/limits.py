"""How many objects an update creates, against what the tenant's plan allows (MG-19)."""

from collections.abc import Iterator
from dataclasses import dataclass

from auth0_third_party.model.names import client_name
from tpa.environments.stack_state import AGENT, GRANT
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext, listed, warning

MOST = 8
"""New objects that a problem names; the rest is counted."""
PLANS = {"applications": (10, 100, 100_000), "client grants": (100, 10_000, 100_000)}
"""What a Free, a Self-service and an Enterprise plan allow, by the entity limit policy."""


@dataclass(frozen=True)
class Count:
    """Objects of one kind: those that are live, and the names of those that this update creates.

    The engine creates before it deletes, so nothing that goes makes room in the same run.
    """

    what: str
    live: int
    new: tuple[str, ...]

    @property
    def after(self) -> int:
        return self.live + len(self.new)


def check_limits(context: PreflightContext) -> Iterator[Problem]:
    """An error beyond the number that the environment's file states. Without one, a warning where
    this update goes beyond a plan's number that the tenant may have, as it has not yet gone beyond.
    """
    stated = context.catalog.environment.limits
    lacking = context.snapshot.missing_scopes
    counts = (
        ("read:clients", "applications", stated.applications, _applications),
        ("read:client_grants", "client_grants", stated.client_grants, _grants),
    )
    for scope, field, limit, counted in counts:
        if scope in lacking:
            continue
        count = counted(context)
        if limit is not None and count.new and count.after > limit:
            yield _problem(context, count, limit, field)
        elif limit is None and not context.catalog.environment.embedded:
            passed = [each for each in PLANS[count.what] if count.live <= each < count.after]
            if passed:
                yield warning(_problem(context, count, passed[0], field, stated=False))


def _applications(context: PreflightContext) -> Count:
    catalog, held = context.catalog, context.held
    documents = {client.document for client in context.snapshot.clients}
    new = [
        key
        for key in catalog.applications
        if context.live_client(key) is None
        and context.held_client(key) is None
        and not context.tagged(key)
    ]
    new += [
        key
        for key, agent in catalog.agents.items()
        if agent.document not in documents and not (held and held.named(AGENT, client_name(key)))
    ]
    live = sum(not client.is_global for client in context.snapshot.clients)
    return Count("applications", live, tuple(new))


def _grants(context: PreflightContext) -> Count:
    held = context.held
    new = [
        each.name
        for each in context.declared_grants()
        if context.live_grant(each) is None and not (held and held.named(GRANT, each.name))
    ]
    return Count("client grants", len(context.snapshot.grants), tuple(new))


def _problem(
    context: PreflightContext, count: Count, limit: int, field: str, *, stated: bool = True
) -> Problem:
    plan = "its plan allows" if stated else "the plan that it may have allows"
    what = (
        f"{context.domain} has {count.live} {count.what}, and this update creates"
        f" {len(count.new)} more ({listed(count.new, MOST)}); {plan} {limit}"
    )
    fix = f"remove {count.after - limit} there first, or get a larger plan"
    fix += " and correct the number" if stated else f"; state limits: {{{field}: …}} in this file"
    return Problem(context.catalog.file, 0, ("limits", field), what, fix=fix, rule="MG-19")
