"""What restoring differences takes: resources for the engine to update, and objects to remove.

The engine declares what the last update applied, so it undoes what was changed outside and applies
no change of the files. It knows nothing of objects that were added outside; these are removed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from auth0_third_party.model import names
from auth0_third_party.model.application import Application
from auth0_third_party.model.client import FIELDS, METADATA
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules.violation import Path
from tpa.comparison import facts
from tpa.comparison.facts import grant_path
from tpa.drift.differences import Difference
from tpa.drift.reading import EnvironmentStates
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    ERROR_PAGE_SETTING,
    GRANT,
    METADATA_DOCUMENT_SETTING,
    ORGANIZATION_ACCESS,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_GRANT,
    PROMOTION,
    RATE_LIMIT,
    REGISTRATION_SETTING,
    SCOPE_DESCRIPTION_SETTING,
    StateResources,
)
from tpa.tenant.objects import Grant
from tpa.tenant.snapshot import TenantSnapshot

CREDENTIAL_FIELDS = frozenset(
    field.path[0] for field in FIELDS if not field.row.written and field.path != (METADATA,)
)
"""Fields of an application that the resource of its credentials writes."""
SECURITY_MODE = "Auth0 fixes it when an application is made; tpa twin plans a way"
PUBLIC = (
    "the auth0 plugin writes no credentials of an application that has none; in the dashboard, set"
    " its authentication method to None"
)
ANY_ORGANIZATION = (
    "no update writes it, Auth0 does not offer it to third parties; turn it off there"
)
PROMOTED_OUTSIDE = (
    "it was promoted outside, and others may rely on it; demote it in the dashboard, let an"
    " application in the files name it under connections, or give a reason under ignore_drift"
)
NO_CONNECTION = "the tenant has no such connection any more; it has to be created there first"
NO_ORGANIZATION = "the tenant has no such organization any more; it has to be created there first"
NEVER_APPLIED = "no update has applied it: make up ENV={}"


class NotRestorable(Exception):
    """Why a difference stays as it is."""


class Resource(NamedTuple):
    """A resource that the stack declares. `component`: the name of the one around it, or ""."""

    type: str
    name: str
    component: str = ""


class Removal(NamedTuple):
    """An object that was added outside, by its path in the Management API, and whose it is."""

    path: str
    restores: str

    def __str__(self) -> str:
        return f"removes {self.path} ({self.restores})"


class Steps(NamedTuple):
    """What restores one difference. `recreated`: an application or agent that was deleted."""

    resources: tuple[Resource, ...] = ()
    removals: tuple[str, ...] = ()
    recreated: str = ""


@dataclass
class RestorePlan:
    """`resources` -> paths that updating each of them restores; those `also` were not chosen.

    `removals`: what to delete first. `recreated`: keys of applications and agents that get another
    client id. `left`: path -> why it stays as it is.
    """

    resources: dict[Resource, list[str]] = field(default_factory=dict)
    also: list[str] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    recreated: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.resources or self.removals)


@dataclass(frozen=True)
class RestoreContext:
    """What a plan is made from."""

    seen: EnvironmentStates

    @property
    def held(self) -> StateResources:
        return self.seen.state.resources

    @cached_property
    def snapshot(self) -> TenantSnapshot:
        return self.seen.view.snapshot or TenantSnapshot()

    def same(self, resource: Resource, identity: str) -> bool:
        """Whether the live object with that id is the one in the state."""
        held = self.held.named(resource.type, resource.name)
        return held is not None and held.id == identity


def plan_restore(
    seen: EnvironmentStates, found: Iterable[Difference], meant: Sequence[Difference]
) -> RestorePlan:
    """What restoring these differences takes; `found` are all that there are.

    The engine updates an object as a whole. So what else was changed outside in the same object is
    restored too, and an object with an ignored difference is left alone.
    """
    context, plan = RestoreContext(seen), RestorePlan()
    steps: dict[str, Steps] = {}
    outside = [each for each in found if each.changed_by != "files"]
    for each in outside:
        try:
            steps[each.name] = PLANNERS[str(each.path[0])](context, each)
        except NotRestorable as reason:
            plan.left[each.name] = str(reason)
    wanted = [each.name for each in meant]
    plan.left = {name: why for name, why in plan.left.items() if name in wanted}
    ignored = {each: rule for rule in outside if rule.ignored for each in _resources(steps, rule)}
    for name in wanted:
        if name in steps:
            why = _obstacle(context, steps[name], ignored)
            if why:
                plan.left[name] = why
            else:
                _add(plan, name, steps[name])
    plan.also = [
        each.name
        for each in outside
        if each.name not in wanted and plan.resources.keys() & {*_resources(steps, each)}
    ]
    return plan


def _obstacle(context: RestoreContext, steps: Steps, ignored: Mapping[Resource, Difference]) -> str:
    """Why these steps can't be taken; empty where they can."""
    for resource in steps.resources:
        if resource in ignored:
            other = ignored[resource]
            return (
                f"the engine writes {resource.name} as a whole, and {other.name} is ignored"
                f" ({other.ignored}); take that rule out of the file first, or --accept this"
            )
        if context.held.urn(*resource) is None:
            name = context.seen.view.catalog.name
            return f"the stack's state does not have it: make up ENV={name} creates it"
    return ""


def _resources(steps: Mapping[str, Steps], each: Difference) -> tuple[Resource, ...]:
    return steps[each.name].resources if each.name in steps else ()


def _add(plan: RestorePlan, name: str, steps: Steps) -> None:
    for resource in steps.resources:
        plan.resources.setdefault(resource, []).append(name)
    plan.removals += [Removal(path, name) for path in steps.removals]
    if steps.recreated and steps.recreated not in plan.recreated:
        plan.recreated.append(steps.recreated)


def client_resources(key: str, client: object) -> Iterator[Resource]:
    """All resources of an application or an agent."""
    application = client if isinstance(client, Application) else None
    yield Resource(CLIENT if application else AGENT, names.client_name(key), key)
    if application and not application.public:
        yield Resource(CREDENTIALS, names.credentials_name(key), key)
    for grant in getattr(client, "grants", ()):
        yield from _grant_resources(key, names.grants_name(key), grant)
    if application and application.rate_limit is not None:
        yield Resource(RATE_LIMIT, names.rate_limit_name(key), key)


def _grant_resources(
    component: str, prefix: str, grant: ClientGrant | DefaultPermission
) -> Iterator[Resource]:
    name = names.grant_name(prefix, grant)
    yield Resource(GRANT, name, component)
    for organization in getattr(grant, "organizations", ()):
        link = names.organization_grant_name(name, organization)
        yield Resource(ORGANIZATION_GRANT, link, component)


def _client(context: RestoreContext, key: str) -> Steps | None:
    """The whole application or agent, where it is not both live and in the state."""
    client = context.seen.last.clients.get(key)
    if client is None:
        raise NotRestorable(NEVER_APPLIED.format(context.seen.view.catalog.name))
    found = tuple(client_resources(key, client))
    live = context.seen.view.managed.get(key)
    if live is not None and context.same(found[0], live.id):
        return None
    return Steps(found, recreated="" if live is not None else key)


def _application(context: RestoreContext, each: Difference) -> Steps:
    _, key, *field = map(str, each.path)
    whole = _client(context, key)
    if whole is not None:
        return whole
    if field == ["security_mode"]:
        raise NotRestorable(SECURITY_MODE)
    if field == ["rate_limit"]:
        resource = Resource(RATE_LIMIT, names.rate_limit_name(key), key)
        client = context.seen.view.managed[key]
        return _rate_limit(context, each, f"client_id:{client.id}", resource)
    if field[0] not in CREDENTIAL_FIELDS:
        return Steps((Resource(CLIENT, names.client_name(key), key),))
    if context.seen.last.applications[key].public:
        raise NotRestorable(PUBLIC)
    return Steps((Resource(CREDENTIALS, names.credentials_name(key), key),))


def _rate_limit(
    context: RestoreContext, each: Difference, consumer: str, resource: Resource
) -> Steps:
    """One that is not in the state was made outside, also in place of ours."""
    policy = context.snapshot.rate_limits.get(consumer)
    foreign = policy is not None and not context.same(resource, policy.id)
    removals = (f"/rate-limit-policies/{policy.id}",) if policy and foreign else ()
    return Steps((resource,) if each.applied is not None else (), removals)


def _agent(context: RestoreContext, each: Difference) -> Steps:
    return _client(context, str(each.path[1])) or Steps()


def _grant(context: RestoreContext, each: Difference) -> Steps:
    key = str(each.path[1])
    whole = _client(context, key)
    if whole is not None:
        return whole
    live = context.seen.view.grants.get(context.seen.view.managed[key].id, ())
    applied = context.seen.last.clients[key].grants
    return _permission(context, each, ("grants", key), applied, live)


def _default_permission(context: RestoreContext, each: Difference) -> Steps:
    applied, live = context.seen.last.default_permissions, context.seen.view.grants.get("", ())
    return _permission(context, each, ("default_permissions",), applied, live)


def _permission(
    context: RestoreContext,
    each: Difference,
    parent: Path,
    applied: Sequence[ClientGrant | DefaultPermission],
    live: Sequence[Grant],
) -> Steps:
    """A grant that was added is removed, also one in place of ours; ours is written by the engine.

    `applied`, `live`: the grants to look among.
    """
    view, path = context.seen.view, each.path[: len(parent) + 2]
    ours = next((grant for grant in applied if grant_path(parent, view, grant) == path), None)
    found = next((grant for grant in live if grant_path(parent, view, grant) == path), None)
    removal = (f"/client-grants/{found.id}",) if found else ()
    if ours is None:
        return Steps(removals=removal)
    component = str(parent[-1]) if parent[0] == "grants" else names.DEFAULTS
    prefix = names.grants_name(component) if parent[0] == "grants" else names.DEFAULTS
    resources = tuple(_grant_resources(component, prefix, ours))
    if found is None or not context.same(resources[0], found.id):
        return Steps(resources, removal)
    field = each.path[len(path) :]
    if field == ("organizations",):
        return _organizations_of(context, each, resources, found)
    if field == ("allow_any_organization",):
        raise NotRestorable(ANY_ORGANIZATION)
    return Steps(resources[:1])


def _organizations_of(
    context: RestoreContext, each: Difference, resources: Sequence[Resource], grant: Grant
) -> Steps:
    """Links that are missing are made by the engine, others are removed."""
    known = context.snapshot.organizations
    before, now = set(each.applied or ()), set(each.live or ())
    if before - known.keys():
        gone = ", ".join(sorted(before - known.keys()))
        raise NotRestorable(f"the tenant has no organization {gone} any more")
    links = {names.organization_grant_name(resources[0].name, name) for name in before - now}
    removals = (
        f"/organizations/{known[name].id}/client-grants/{grant.id}" for name in sorted(now - before)
    )
    return Steps(tuple(each for each in resources if each.name in links), tuple(removals))


def _connection(context: RestoreContext, each: Difference) -> Steps:
    name = str(each.path[1])
    if each.applied is None:
        raise NotRestorable(PROMOTED_OUTSIDE)
    if name not in context.snapshot.connections:
        raise NotRestorable(NO_CONNECTION)
    promotion = names.promotion_name(names.CONNECTIONS, name)
    return Steps((Resource(PROMOTION, promotion, names.CONNECTIONS),))


def _organization(context: RestoreContext, each: Difference) -> Steps:
    _, name, what, *rest = map(str, each.path)
    if name not in context.snapshot.organizations:
        raise NotRestorable(NO_ORGANIZATION)
    if rest and rest[0] not in context.snapshot.connections:
        raise NotRestorable(NO_CONNECTION)
    named = context.seen.record.organizations.items()
    keys = [key for key, organization in named if organization == name]
    if each.applied is None or not keys:
        raise NotRestorable(NEVER_APPLIED.format(context.seen.view.catalog.name))
    component = names.organization_name(keys[0])
    if what == "third_parties":
        access = names.organization_access_name(component)
        return Steps((Resource(ORGANIZATION_ACCESS, access, component),))
    link = names.organization_link_name(component, rest[0])
    return Steps((Resource(ORGANIZATION_CONNECTION, link, component),))


def _setting(context: RestoreContext, each: Difference) -> Steps:
    if each.applied is None:
        raise NotRestorable(NEVER_APPLIED.format(context.seen.view.catalog.name))
    found = next(SETTINGS[path] for path in SETTINGS if each.path[: len(path)] == path)
    if found.type == RATE_LIMIT:
        return _rate_limit(context, each, names.THIRD_PARTY_CLIENTS, found)
    return Steps((found,))


def _below(resource_type: str, component: str) -> Resource:
    return Resource(resource_type, names.setting_name(component), component)


SETTINGS: Mapping[Path, Resource] = {
    facts.REGISTRATION: _below(REGISTRATION_SETTING, names.REGISTRATION),
    facts.ERROR_PAGE: _below(ERROR_PAGE_SETTING, names.ERROR_PAGE),
    facts.SCOPE_DESCRIPTIONS: Resource(SCOPE_DESCRIPTION_SETTING, names.SCOPE_DESCRIPTIONS),
    facts.METADATA_DOCUMENTS: Resource(METADATA_DOCUMENT_SETTING, names.METADATA_DOCUMENTS),
    facts.RATE_LIMIT: Resource(RATE_LIMIT, names.rate_limit_name(""), names.THIRD_PARTY_RATE_LIMIT),
}
"""Path of a setting of the tenant, or what it begins with -> the resource that writes it."""
PLANNERS: Mapping[str, Callable[[RestoreContext, Difference], Steps]] = {
    "applications": _application,
    "agents": _agent,
    "grants": _grant,
    "default_permissions": _default_permission,
    "connections": _connection,
    "organizations": _organization,
    "tenant": _setting,
}
"""By the first part of a path."""
