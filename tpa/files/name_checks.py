"""Logical names that two resources would share.

The engine refuses the second one only when it comes to it, after it has written others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.names import (
    grants_name,
    organization_grant_name,
    organization_link_name,
    organization_name,
    permission_name,
    rate_limit_name,
)
from auth0_third_party.rules.violation import Path, field_name
from tpa.files.definitions import GrantDefinition
from tpa.files.documents import Document
from tpa.files.problems import Problem
from tpa.files.sources import Sources, stated_path


@dataclass(frozen=True)
class _NamedResource:
    """A resource's kind and name, and the value in a file that it comes from."""

    kind: Literal["grant", "organization grant", "organization connection", "rate limit"]
    name: str
    document: Document
    path: Path

    def __str__(self) -> str:
        return f"{self.document.file}: {field_name(self.path)}"


def check_names(sources: Sources) -> Iterator[Problem]:
    """Every value whose resource would have the name of another one in the same environment."""
    taken: dict[tuple[str, str], _NamedResource] = {}
    for resource in _named_resources(sources):
        first = taken.setdefault((resource.kind, resource.name), resource)
        if first is not resource:
            what = f"its resource would be called {resource.name}, as that of {first}"
            fix = "rename one of the keys that the name is made of: the one that is not applied yet"
            yield resource.document.problem("FILE-10", resource.path, what, fix)


def _named_resources(sources: Sources) -> Iterator[_NamedResource]:
    for key, source in sources.live_applications.items():
        yield from _grants(sources, key, source.value.grants, source.document)
    for key, agent in sources.live_agents.items():
        if key not in sources.applications:
            yield from _grants(sources, key, agent.value.grants, agent.document)
    yield from _organizations(sources)
    yield from _rate_limits(sources)


def _grants(
    sources: Sources, key: str, grants: tuple[GrantDefinition, ...], document: Document
) -> Iterator[_NamedResource]:
    organizations = sources.environment.value.organizations
    named: set[str] = set()
    for index, grant in enumerate(grants):
        name = permission_name(grants_name(key), grant.api, grant.subject_type)
        if name in named:
            continue
        named.add(name)
        yield _NamedResource("grant", name, document, ("grants", index))
        for at, organization in enumerate(grant.organizations):
            if organization in organizations:
                inside = organization_grant_name(name, organizations[organization].name)
                path: Path = ("grants", index, "organizations", at)
                yield _NamedResource("organization grant", inside, document, path)


def _organizations(sources: Sources) -> Iterator[_NamedResource]:
    environment, document = sources.environment.value, sources.environment.document
    for key, organization in environment.organizations.items():
        if not organization.admits_third_parties:
            continue
        for index, connection in enumerate(organization.connections):
            if connection in environment.connections:
                called = environment.connections[connection]
                name = organization_link_name(organization_name(key), called)
                path: Path = ("organizations", key, "connections", index)
                yield _NamedResource("organization connection", name, document, path)


def _rate_limits(sources: Sources) -> Iterator[_NamedResource]:
    tenant = sources.tenant
    if tenant is not None and tenant.value.rate_limit is not None:
        yield _NamedResource("rate limit", rate_limit_name(""), tenant.document, ("rate_limit",))
    for key, source in sources.live_applications.items():
        if source.value.live_in(sources.name).rate_limit is not None:
            path = stated_path(source.document, sources.name, "rate_limit")
            yield _NamedResource("rate limit", rate_limit_name(key), source.document, path)
