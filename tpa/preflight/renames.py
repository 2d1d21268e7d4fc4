"""Keys that changed in the files while the live objects did not.

To the engine a new key is a new resource: it would take over, or make anew, and then delete what
the old key stood for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auth0_third_party.model.names import (
    client_name,
    organization_access_name,
    organization_grant_name,
    organization_link_name,
    organization_name,
)
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    ORGANIZATION_ACCESS,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_GRANT,
    StateResource,
)
from tpa.files.problems import Problem
from tpa.files.sources import agent_file, application_file
from tpa.preflight.inspection import Inspection
from tpa.preflight.natural_keys import rename_command, renamed


@dataclass(frozen=True)
class _Place:
    """A declared resource whose id is known before it is made."""

    type: str
    name: str
    id: str
    file: str
    field: str


def check_renames(seen: Inspection) -> Iterator[Problem]:
    """Agents, organizations and their links under another name; applications under another key."""
    if seen.held is None:
        return
    for place in _places(seen):
        held = seen.held.with_id(place.type, place.id)
        if held is not None and held.name != place.name:
            yield renamed(place.file, place.field, place.name, held, seen.stack_name)
    yield from _check_applications(seen)


def _places(seen: Inspection) -> Iterator[_Place]:
    for key, agent in seen.catalog.agents.items():
        for live in seen.snapshot.clients:
            if live.document == agent.document:
                yield _Place(AGENT, client_name(key), live.id, agent_file(key), "document")
    yield from _organizations(seen)
    for wanted in seen.wanted():
        live_grant = seen.grants.get(
            (wanted.client_id or "", wanted.grant.audience, wanted.grant.subject_type)
        )
        for organization in getattr(wanted.grant, "organizations", ()):
            place = seen.snapshot.organizations.get(organization)
            if live_grant is not None and place is not None:
                name = organization_grant_name(wanted.name, organization)
                both = f"{place.id}::{live_grant.id}"
                field = f"{wanted.field}.organizations"
                yield _Place(ORGANIZATION_GRANT, name, both, wanted.file, field)


def _organizations(seen: Inspection) -> Iterator[_Place]:
    file, environment = seen.catalog.file, seen.catalog.environment
    for key, organization in environment.organizations.items():
        place = seen.snapshot.organizations.get(organization.name)
        if place is None or not organization.admits_third_parties:
            continue
        name, field = organization_name(key), f"organizations.{key}"
        yield _Place(ORGANIZATION_ACCESS, organization_access_name(name), place.id, file, field)
        for connection in organization.connections:
            called = environment.connections[connection]
            live = seen.snapshot.connections.get(called)
            if live is not None:
                link = organization_link_name(name, called)
                both = f"{place.id}::{live.id}"
                yield _Place(ORGANIZATION_CONNECTION, link, both, file, field)


def _check_applications(seen: Inspection) -> Iterator[Problem]:
    """A key that is gone and a new one of the same name: its client id would be lost."""
    stack = seen.stack_name
    for key, application in seen.catalog.applications.items():
        if seen.held_client(key) is not None or seen.tagged(key):
            continue
        for old in _undeclared(seen, application.name):
            former = old.name.removesuffix("-client")
            moved = [held for held in _of(seen, former) if held.name != former]
            commands = [
                rename_command(held, key + held.name.removeprefix(former), stack) for held in moved
            ]
            yield Problem(
                application_file(key),
                0,
                "",
                f"this stack holds '{application.name}' as {former}: {old.id} would be deleted, and"
                " another application made",
                "a client id is a contract with a partner, and can't be made again",
                f"rename it in the state first: {' && '.join(commands)}",
            )


def _undeclared(seen: Inspection, name: str) -> Iterator[StateResource]:
    declared = {client_name(key) for key in seen.catalog.applications}
    for held in seen.held.resources if seen.held else ():
        live = seen.snapshot.client(held.id) if held.type == CLIENT else None
        if live is not None and live.name == name and held.name not in declared:
            yield held


def _of(seen: Inspection, key: str) -> Iterator[StateResource]:
    """What belongs to an application: its client, credentials, grants and rate limit."""
    others = {f"{other}-" for other in seen.catalog.applications if other.startswith(f"{key}-")}
    for held in seen.held.resources if seen.held else ():
        if held.name.startswith(f"{key}-") and not held.name.startswith(tuple(others)):
            yield held
