"""Keys that were renamed in the files while the live objects stayed the same.

To the engine a new key is a new resource: it would create or adopt the object under the new name,
and then delete what the old name stands for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auth0_third_party.model.names import (
    application_key,
    client_name,
    organization_access_name,
    organization_grant_name,
    organization_link_name,
    organization_name,
)
from auth0_third_party.rules import Path
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    ORGANIZATION_ACCESS,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_GRANT,
    StateResource,
)
from tpa.files.layout import agent_file, application_file
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext
from tpa.preflight.natural_keys import rename_command, renamed


@dataclass(frozen=True)
class _Expected:
    """A declared resource, and the id that it has or will get in the tenant."""

    type: str
    name: str
    id: str
    file: str
    path: Path


def check_renames(context: PreflightContext) -> Iterator[Problem]:
    """Agents, organizations and their links under another name; applications under another key."""
    for expected in _expected(context):
        held = context.with_id(expected.type, expected.id)
        if held is not None and held.name != expected.name:
            file, path = expected.file, expected.path
            yield renamed(file, path, expected.name, held, context.catalog.name)
    yield from _check_applications(context)


def _expected(context: PreflightContext) -> Iterator[_Expected]:
    for key in context.catalog.agents:
        live = context.live_client(key)
        if live is not None:
            yield _Expected(AGENT, client_name(key), live.id, agent_file(key), ("document",))
    yield from _organizations(context)
    for declared in context.declared_grants():
        live_grant = context.live_grant(declared)
        for name in getattr(declared.grant, "organizations", ()):
            organization = context.snapshot.organizations.get(name)
            if live_grant is not None and organization is not None:
                logical_name = organization_grant_name(declared.name, name)
                both = f"{organization.id}::{live_grant.id}"
                path = (*declared.path, "organizations")
                yield _Expected(ORGANIZATION_GRANT, logical_name, both, declared.file, path)


def _organizations(context: PreflightContext) -> Iterator[_Expected]:
    file, environment = context.catalog.file, context.catalog.environment
    for key, organization in environment.organizations.items():
        live = context.snapshot.organizations.get(organization.name)
        if live is None or not organization.admits_third_parties:
            continue
        name, path = organization_name(key), ("organizations", key)
        yield _Expected(ORGANIZATION_ACCESS, organization_access_name(name), live.id, file, path)
        for connection_key in organization.connections:
            connection = environment.connections[connection_key]
            live_connection = context.snapshot.connections.get(connection)
            if live_connection is not None:
                link = organization_link_name(name, connection)
                both = f"{live.id}::{live_connection.id}"
                yield _Expected(ORGANIZATION_CONNECTION, link, both, file, path)


def _check_applications(context: PreflightContext) -> Iterator[Problem]:
    """A key that is gone and a new one with the same name: its client id would be lost."""
    stack = context.catalog.name
    for key, application in context.catalog.applications.items():
        if context.held_client(key) is not None or context.tagged(key):
            continue
        for old in _no_longer_declared(context, application.name):
            former = application_key(old.name)
            moved = [held for held in _resources_of(context, former) if held.name != former]
            commands = [
                rename_command(held, key + held.name.removeprefix(former), stack) for held in moved
            ]
            yield Problem(
                application_file(key),
                0,
                (),
                f"the state has '{application.name}' as {former}: {old.id} would be deleted, and"
                " another application created",
                "a client id is a contract with a partner, and can't be created again",
                f"rename it in the state first: {' && '.join(commands)}",
                rule="LIVE-02",
            )


def _no_longer_declared(context: PreflightContext, name: str) -> Iterator[StateResource]:
    """Clients in the state with that name in the tenant, whose key the files no longer have."""
    declared = {client_name(key) for key in context.catalog.applications}
    for held in context.resources:
        live = context.snapshot.client(held.id) if held.type == CLIENT else None
        if live is not None and live.name == name and held.name not in declared:
            yield held


def _resources_of(context: PreflightContext, key: str) -> Iterator[StateResource]:
    """The client, credentials, grants and rate limit of an application."""
    others = {f"{other}-" for other in context.catalog.applications if other.startswith(f"{key}-")}
    for held in context.resources:
        if held.name.startswith(f"{key}-") and not held.name.startswith(tuple(others)):
            yield held
