"""Logical names that two resources would share.

The engine refuses the second one when it comes to it, after what it has written by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auth0_third_party.model.names import (
    grants_name,
    organization_grant_name,
    organization_link_name,
    organization_name,
    permission_name,
    rate_limit_name,
)
from auth0_third_party.rules.violation import Path, field_name
from tpa.environments.stack_state import (
    GRANT,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_GRANT,
    RATE_LIMIT,
    Place,
)
from tpa.files.definitions import GrantDefinition
from tpa.files.documents import Document
from tpa.files.problems import Problem
from tpa.files.sources import Sources

WHY = (
    "resources are told apart by their names, and an update would stop at the second one, with a"
    " part of its work done"
)


@dataclass(frozen=True)
class _Use:
    """A resource's name, and the value in a file that it comes from."""

    resource: Place
    document: Document
    path: Path

    def __str__(self) -> str:
        return f"{self.document.file}: {field_name(self.path)}"


def check_names(sources: Sources) -> Iterator[Problem]:
    """Every value whose resource has a name that is taken, one environment's files taken whole."""
    taken: dict[Place, _Use] = {}
    for use in _uses(sources):
        first = taken.setdefault(use.resource, use)
        if first is not use:
            _, name = use.resource
            what = f"its resource would be called {name}, as that of {first}"
            fix = "rename one of the keys that the name is made of: the one that is not applied yet"
            yield use.document.problem(use.path, what, WHY, fix)


def _uses(sources: Sources) -> Iterator[_Use]:
    for key in sources.environment.value.applications:
        if key in sources.applications:
            source = sources.applications[key]
            yield from _grants(sources, key, source.value.grants, source.document)
    for key in dict.fromkeys(sources.environment.value.agents):
        if key in sources.agents and key not in sources.applications:
            agent = sources.agents[key]
            yield from _grants(sources, key, agent.value.grants, agent.document)
    yield from _organizations(sources)
    yield from _rate_limits(sources)


def _grants(
    sources: Sources, key: str, grants: tuple[GrantDefinition, ...], document: Document
) -> Iterator[_Use]:
    organizations = sources.environment.value.organizations
    named: set[str] = set()
    for index, grant in enumerate(grants):
        name = permission_name(grants_name(key), grant.api, grant.subject_type)
        if name in named:
            continue
        named.add(name)
        yield _Use((GRANT, name), document, ("grants", index))
        for place, organization in enumerate(grant.organizations):
            if organization in organizations:
                inside = organization_grant_name(name, organizations[organization].name)
                path: Path = ("grants", index, "organizations", place)
                yield _Use((ORGANIZATION_GRANT, inside), document, path)


def _organizations(sources: Sources) -> Iterator[_Use]:
    environment, document = sources.environment.value, sources.environment.document
    for key, organization in environment.organizations.items():
        if not organization.admits_third_parties:
            continue
        for index, connection in enumerate(organization.connections):
            if connection in environment.connections:
                called = environment.connections[connection]
                name = organization_link_name(organization_name(key), called)
                path: Path = ("organizations", key, "connections", index)
                yield _Use((ORGANIZATION_CONNECTION, name), document, path)


def _rate_limits(sources: Sources) -> Iterator[_Use]:
    tenant = sources.tenant
    if tenant is not None and tenant.value.rate_limit is not None:
        yield _Use((RATE_LIMIT, rate_limit_name("")), tenant.document, ("rate_limit",))
    for key in sources.environment.value.applications:
        source = sources.applications.get(key)
        if source is not None and source.value.rate_limit is not None:
            yield _Use((RATE_LIMIT, rate_limit_name(key)), source.document, ("rate_limit",))
