"""What restoring differences takes: requests, and resources that the engine has to recreate.

A difference is restored to what the last update applied, by a request that carries the differing
property alone; the stack's state already says so. An object that was deleted gets another id, which
only an update can bring into the state, so it is planned only while the files say what was applied
last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth0_third_party.model.names import rate_limit_name
from tpa.drift.differences import Difference
from tpa.drift.states import LastApplied
from tpa.environments.stack_state import (
    AGENT,
    RATE_LIMIT,
    ResourceKey,
    StateResource,
    StateResources,
)
from tpa.files.record import AGENTS, DEFAULTS, TENANT
from tpa.tenant.view import EnvironmentView

NOT_REFRESHABLE = (AGENT, RATE_LIMIT)
"""The official plugin fails when it reads one that was deleted; these are replaced unread."""


class NotRestorable(Exception):
    """Why a difference stays as it is."""


class Blocked(NotRestorable):
    """Restoring takes an update, and the files have changes that are not applied yet."""


@dataclass(frozen=True)
class Request:
    """One request, and the paths of the differences that it restores."""

    method: str
    path: str
    body: Mapping[str, Any]
    restores: tuple[str, ...]

    def __str__(self) -> str:
        verbs = {"DELETE": "deletes", "POST": "adds to"}
        return f"{verbs.get(self.method, 'changes')} {self.path} ({', '.join(self.restores)})"


@dataclass
class RestorePlan:
    """`requests` in order. `refreshed` and `replaced`: URNs of what the engine recreates, after it
    has found that it is gone, or without reading it.

    `recreated_clients`: keys of applications and agents that get another client id.
    `recreated_keys`: keys of applications whose public keys are registered again.
    `not_restored`: path -> why. `properties`: client id -> the properties to restore so far, since
    some blocks are written as a whole.
    """

    requests: list[Request] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    recreated_clients: list[str] = field(default_factory=list)
    recreated_keys: list[str] = field(default_factory=list)
    not_restored: dict[str, str] = field(default_factory=dict)
    properties: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.requests or self.urns)

    @property
    def urns(self) -> tuple[str, ...]:
        """All that the engine recreates."""
        return (*self.refreshed, *self.replaced)

    def add(self, method: str, path: str, body: Mapping[str, Any], restores: str) -> None:
        """One more request; changes of one object are merged into one."""
        for index, each in enumerate(self.requests):
            if method == "PATCH" and (each.method, each.path) == (method, path):
                merged = _merged(each.body, body)
                self.requests[index] = Request(method, path, merged, (*each.restores, restores))
                return
        self.requests.append(Request(method, path, body, (restores,)))


@dataclass(frozen=True)
class RestoreContext:
    """What a plan is made from. `unapplied`: what the files changed since the last update."""

    view: EnvironmentView
    last: LastApplied
    resources: StateResources
    unapplied: tuple[str, ...] = ()


Planner = Callable[[RestoreContext, RestorePlan, Difference], None]
"""Adds to the plan what restores one difference; raises NotRestorable."""


def plan_restore(
    context: RestoreContext, chosen: Iterable[Difference], planners: Mapping[str, Planner]
) -> RestorePlan:
    """What restoring these differences takes, in the order of `planners`, by kind of path."""
    plan, order = RestorePlan(), list(planners)
    for each in sorted(chosen, key=lambda each: (order.index(_kind(each)), each.path)):
        try:
            planners[_kind(each)](context, plan, each)
        except Blocked:
            plan.not_restored[each.path] = _blocked(context, each)
        except NotRestorable as reason:
            plan.not_restored[each.path] = str(reason)
    return plan


def _kind(each: Difference) -> str:
    return each.path.partition("/")[0]


def recreate(context: RestoreContext, plan: RestorePlan, resource: ResourceKey) -> StateResource:
    """Leaves one resource to the engine.

    Raises:
        Blocked: the files have changes that are not applied yet.
        NotRestorable: the stack's state does not have it.
    """
    if context.unapplied:
        raise Blocked
    found = context.resources.named(*resource)
    if found is None:
        name = context.view.catalog.name
        raise NotRestorable(f"the stack's state does not have it: make up ENV={name} creates it")
    _add(plan, [found], refreshed=found.type not in NOT_REFRESHABLE)
    return found


def recreate_client(
    context: RestoreContext, plan: RestorePlan, key: str, resource: ResourceKey
) -> None:
    """Leaves a client, and everything that refers to its id, to the engine.

    Raises:
        Blocked, NotRestorable: as `recreate`.
    """
    client = recreate(context, plan, resource)
    refreshed = client.type not in NOT_REFRESHABLE
    limit = context.resources.named(RATE_LIMIT, rate_limit_name(key))
    siblings = [each for each in _siblings(context.resources, client) if each != limit]
    _add(plan, siblings, refreshed=refreshed)
    if limit is not None:
        policies = context.view.snapshot.rate_limits if context.view.snapshot else {}
        _add(plan, [limit], refreshed=f"client_id:{client.id}" in policies)
    plan.recreated_clients.append(key)


def _blocked(context: RestoreContext, each: Difference) -> str:
    """What to do first. An update can't change an object that is gone, so a change of that object
    has to be taken out of the files.
    """
    update, own = f"make up ENV={context.view.catalog.name}", _record_keys(each)
    first = [key for key in context.unapplied if key in own]
    if not first:
        fix = f"run {update}, then this again"
    elif len(first) == len(context.unapplied):
        fix = "take that change out of the files, run this again, then put it back"
    else:
        fix = f"take the change to {first[0]} out of the files, run {update}, then this again; put"
        fix += " the change back afterwards"
    return (
        "it has to be recreated, which takes an update, and the files have changes that are not"
        f" applied yet ({', '.join(context.unapplied)}); {fix}"
    )


def _record_keys(each: Difference) -> tuple[str, ...]:
    """The keys that the definition behind a difference may have in the stack's record."""
    kind, key, *_ = each.path.split("/")
    if kind == DEFAULTS:
        return (DEFAULTS,)
    return (TENANT,) if kind == "tenant" else (key, AGENTS + key)


def _add(plan: RestorePlan, resources: Iterable[StateResource], *, refreshed: bool) -> None:
    urns = plan.refreshed if refreshed else plan.replaced
    urns += [each.urn for each in resources if each.urn not in plan.urns]


def _siblings(resources: StateResources, child: StateResource) -> Iterator[StateResource]:
    """The resources of the same component; a component itself has no id."""
    for each in resources.resources:
        if child.parent and each.parent == child.parent and each.id:
            yield each


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in one.keys() & other.keys():
        if isinstance(one[name], Mapping) and isinstance(other[name], Mapping):
            both[name] = _merged(one[name], other[name])
    return both
