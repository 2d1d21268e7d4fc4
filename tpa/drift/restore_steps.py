"""What restores one difference: the resources that the engine updates, or what is removed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from auth0_third_party.model import names
from auth0_third_party.model.application import Application
from auth0_third_party.model.client import FIELDS, METADATA
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules.violation import Path
from tpa.comparison import facts
from tpa.comparison.differences import Difference, how_to_adopt
from tpa.comparison.facts import grant_of, grant_path, live_grant
from tpa.environments import stack_state as types
from tpa.tenant.objects import Grant
from tpa.tenant.reading import EnvironmentStates

CREDENTIAL_FIELDS = frozenset(
    field.path[0] for field in FIELDS if not field.row.written and field.path != (METADATA,)
)
"""Fields of an application that the resource of its credentials writes."""
SECURITY_MODE = "Auth0 fixes it when an application is made; tpa twin plans a way"
ANY_ORGANIZATION = "Auth0 does not offer it to third parties; turn it off there"
GONE = "the tenant has no such {} any more; it has to be created there first"
NEVER_APPLIED = "no update has applied it: tpa up -e {}"


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


def grant_object(identity: str) -> str:
    """Its path in the Management API."""
    return f"/client-grants/{identity}"


def rate_limit_object(identity: str) -> str:
    """Its path in the Management API."""
    return f"/rate-limit-policies/{identity}"


def steps_of(seen: EnvironmentStates, each: Difference) -> Steps:
    """What restores a difference.

    Raises:
        NotRestorable: why nothing does.
    """
    return PLANNERS[str(each.path[0])](seen, each)


def _holds(seen: EnvironmentStates, resource: Resource, identity: str) -> bool:
    """Whether the live object with that id is the one in the state."""
    held = seen.state.resources.named(resource.type, resource.name)
    return held is not None and held.id == identity


def client_resources(key: str, client: object) -> Iterator[Resource]:
    """All resources of an application or an agent."""
    application = client if isinstance(client, Application) else None
    yield Resource(types.CLIENT if application else types.AGENT, names.client_name(key), key)
    if application and not application.public:
        yield Resource(types.CREDENTIALS, names.credentials_name(key), key)
    for grant in getattr(client, "grants", ()):
        yield from _grant_resources(key, names.grants_name(key), grant)
    if application and application.rate_limit is not None:
        yield Resource(types.RATE_LIMIT, names.rate_limit_name(key), key)


def _grant_resources(
    component: str, prefix: str, grant: ClientGrant | DefaultPermission
) -> Iterator[Resource]:
    name = names.grant_name(prefix, grant)
    yield Resource(types.GRANT, name, component)
    for organization in getattr(grant, "organizations", ()):
        link = names.organization_grant_name(name, organization)
        yield Resource(types.ORGANIZATION_GRANT, link, component)


def _client(seen: EnvironmentStates, key: str) -> Steps | None:
    """The whole application or agent, where it is not both live and in the state."""
    client = seen.last.clients.get(key)
    if client is None:
        raise NotRestorable(NEVER_APPLIED.format(seen.view.catalog.name))
    found = tuple(client_resources(key, client))
    live = seen.view.managed.get(key)
    if live is not None and _holds(seen, found[0], live.id):
        return None
    return Steps(found, recreated="" if live is not None else key)


def _application(seen: EnvironmentStates, each: Difference) -> Steps:
    _, key, *field = map(str, each.path)
    whole = _client(seen, key)
    if whole is not None:
        return whole
    if field == ["security_mode"]:
        raise NotRestorable(SECURITY_MODE)
    if field == ["rate_limit"]:
        resource = Resource(types.RATE_LIMIT, names.rate_limit_name(key), key)
        client = seen.view.managed[key]
        return _rate_limit(seen, each, names.rate_limit_consumer(client.id), resource)
    if field[0] not in CREDENTIAL_FIELDS:
        return Steps((Resource(types.CLIENT, names.client_name(key), key),))
    if seen.last.applications[key].public:
        raise NotRestorable(
            "the auth0 plugin writes no credentials of an application that has none; in the"
            " dashboard, set its authentication method to None"
        )
    return Steps((Resource(types.CREDENTIALS, names.credentials_name(key), key),))


def _rate_limit(
    seen: EnvironmentStates, each: Difference, consumer: str, resource: Resource
) -> Steps:
    """One that is not in the state was made outside, also in place of ours."""
    policy = seen.snapshot.rate_limits.get(consumer)
    foreign = policy is not None and not _holds(seen, resource, policy.id)
    removals = (rate_limit_object(policy.id),) if policy and foreign else ()
    return Steps((resource,) if each.applied is not None else (), removals)


def _agent(seen: EnvironmentStates, each: Difference) -> Steps:
    return _client(seen, str(each.path[1])) or Steps()


def _grant(seen: EnvironmentStates, each: Difference) -> Steps:
    """A grant that was added is removed, also one in place of ours; ours is written by the engine.
    The same of a default permission.
    """
    prefix = component = names.DEFAULTS
    applied: Sequence[ClientGrant | DefaultPermission] = seen.last.default_permissions
    if each.path[0] == "grants":
        component = str(each.path[1])
        whole = _client(seen, component)
        if whole is not None:
            return whole
        prefix, applied = names.grants_name(component), seen.last.clients[component].grants
    path = grant_of(each.path)
    ours = next((one for one in applied if grant_path(path[:-2], seen.view, one) == path), None)
    found = live_grant(seen.view, each.path)
    removal = (grant_object(found.id),) if found else ()
    if ours is None:
        return Steps(removals=removal)
    resources = tuple(_grant_resources(component, prefix, ours))
    if found is None or not _holds(seen, resources[0], found.id):
        return Steps(resources, removal)
    field = each.path[len(path) :]
    if field == ("organizations",):
        return _organizations_of(seen, each, resources, found)
    if field == ("allow_any_organization",):
        raise NotRestorable(f"no update writes it, {ANY_ORGANIZATION}")
    return Steps(resources[:1])


def _organizations_of(
    seen: EnvironmentStates, each: Difference, resources: Sequence[Resource], grant: Grant
) -> Steps:
    """Links that are missing are made by the engine, others are removed."""
    known = seen.snapshot.organizations
    before, now = set(each.applied or ()), set(each.live or ())
    if before - known.keys():
        gone = ", ".join(sorted(before - known.keys()))
        raise NotRestorable(f"the tenant has no organization {gone} any more")
    links = {names.organization_grant_name(resources[0].name, name) for name in before - now}
    removals = (
        f"/organizations/{known[name].id}/client-grants/{grant.id}" for name in sorted(now - before)
    )
    return Steps(tuple(each for each in resources if each.name in links), tuple(removals))


def _connection(seen: EnvironmentStates, each: Difference) -> Steps:
    name = str(each.path[1])
    if each.applied is None:
        raise NotRestorable(
            "it was promoted outside, and others may rely on it; demote it in the dashboard, let an"
            " application in the files name it under connections, or give a reason under"
            " ignore_drift"
        )
    if name not in seen.snapshot.connections:
        raise NotRestorable(GONE.format("connection"))
    promotion = names.promotion_name(names.CONNECTIONS, name)
    return Steps((Resource(types.PROMOTION, promotion, names.CONNECTIONS),))


def _organization(seen: EnvironmentStates, each: Difference) -> Steps:
    _, name, what, *rest = map(str, each.path)
    if name not in seen.snapshot.organizations:
        raise NotRestorable(GONE.format("organization"))
    if rest and rest[0] not in seen.snapshot.connections:
        raise NotRestorable(GONE.format("connection"))
    named = seen.record.organizations.items()
    keys = [key for key, organization in named if organization == name]
    if each.applied is None or not keys:
        raise NotRestorable(NEVER_APPLIED.format(seen.view.catalog.name))
    component = names.organization_name(keys[0])
    if what == "third_parties":
        access = names.organization_access_name(component)
        return Steps((Resource(types.ORGANIZATION_ACCESS, access, component),))
    link = names.organization_link_name(component, rest[0])
    return Steps((Resource(types.ORGANIZATION_CONNECTION, link, component),))


def _setting(seen: EnvironmentStates, each: Difference) -> Steps:
    ways = (facts.REGISTRATION, facts.METADATA_DOCUMENTS)
    if each.applied is None and each.path in ways and each.live == facts.ON:
        raise NotRestorable(
            "no update turned it on; switch it off in the tenant's settings, or state it in the"
            " files"
        )
    if each.applied is None:
        raise NotRestorable(NEVER_APPLIED.format(seen.view.catalog.name))
    found = next(SETTINGS[path] for path in SETTINGS if each.path[: len(path)] == path)
    if found.type == types.RATE_LIMIT:
        return _rate_limit(seen, each, names.THIRD_PARTY_CLIENTS, found)
    return Steps((found,))


def _unmanaged(seen: EnvironmentStates, each: Difference) -> Steps:
    raise NotRestorable(f"no update made it: {how_to_adopt(seen.view, each.path)}")


def _below(resource_type: str, component: str) -> Resource:
    return Resource(resource_type, names.setting_name(component), component)


SETTINGS: Mapping[Path, Resource] = {
    facts.REGISTRATION: _below(types.REGISTRATION_SETTING, names.REGISTRATION),
    facts.ERROR_PAGE: _below(types.ERROR_PAGE_SETTING, names.ERROR_PAGE),
    facts.SCOPE_DESCRIPTIONS: Resource(types.SCOPE_DESCRIPTION_SETTING, names.SCOPE_DESCRIPTIONS),
    facts.RESOURCE_INDICATORS: Resource(
        types.RESOURCE_INDICATOR_SETTING, names.RESOURCE_INDICATORS
    ),
    facts.METADATA_DOCUMENTS: Resource(types.METADATA_DOCUMENT_SETTING, names.METADATA_DOCUMENTS),
    facts.RATE_LIMIT: Resource(
        types.RATE_LIMIT, names.rate_limit_name(""), names.THIRD_PARTY_RATE_LIMIT
    ),
}
"""Path of a setting of the tenant, or what it begins with -> the resource that writes it."""
PLANNERS: Mapping[str, Callable[[EnvironmentStates, Difference], Steps]] = {
    "applications": _application,
    "agents": _agent,
    "grants": _grant,
    "default_permissions": _grant,
    "connections": _connection,
    "organizations": _organization,
    "tenant": _setting,
    "unmanaged": _unmanaged,
}
"""By the first part of a path."""
