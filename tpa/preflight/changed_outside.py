"""What was changed, deleted or closed outside since the last update: the engine compares the files
with its state, and so writes none of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.model.fields import at
from auth0_third_party.model.names import (
    METADATA_DOCUMENTS,
    REGISTRATION,
    application_key,
    setting_name,
)
from auth0_third_party.rules import Path
from tpa.comparison.differences import Difference, changed_outside
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    GRANT,
    METADATA_DOCUMENT_SETTING,
    ORGANIZATION_ACCESS,
    PROMOTION,
    RATE_LIMIT,
    REGISTRATION_SETTING,
    StateResources,
)
from tpa.files.declaration import declaration_in
from tpa.files.problems import Problem
from tpa.files.record import UnreadableRecord, read_record
from tpa.preflight.context import PreflightContext, listed, warning
from tpa.tenant.snapshot import TenantSnapshot

ORGANIZATIONS = "organizations"
"""Links of organizations take calls of their own, so `tpa drift` alone compares them."""
CLIENTS = ("applications", "agents")
"""One that is gone is reported by its id."""
MOST = 12
"""Applications that a warning names; the rest is counted."""


def check_outside(context: PreflightContext, previous: Mapping[str, Any]) -> Iterator[Problem]:
    """Differences from what the last update applied (`previous`: its outputs), from the lists that
    were read anyway.
    """
    try:
        record = read_record(previous)
    except UnreadableRecord:
        return
    if context.held is None or not record.definitions:
        return
    for problems in changed_outside(context.view, declaration_in(record), _is_told).values():
        yield from problems


def _is_told(each: Difference) -> bool:
    """Whether it is about what the stack has, and about all that could be read."""
    kind, *rest = each.path
    if ORGANIZATIONS in (kind, rest[-1]) or (kind in CLIENTS and len(rest) == 1):
        return False
    return kind in (*CLIENTS, "grants") or (each.applied, each.declared) != (None, None)


def check_recorded_clients(
    context: PreflightContext, previous: Mapping[str, Any], *, restoring: bool = False
) -> Iterator[Problem]:
    """Applications and agents of the stack that the tenant does not have.

    Those of the state that the files declare stop an update, which would see no change. The others,
    and those of the last outputs (`previous`) where the state is unknown, are warnings. An update
    that restores (`restoring`) creates them again.
    """
    recorded = previous.get("applications")
    found = recorded if isinstance(recorded, Mapping) else {}
    for key, application in found.items():
        if not isinstance(application, Mapping) or not application.get("client_id"):
            what = "is recorded without a client id"
            why = "the run that was to create it ended early"
            file, path = context.catalog.stated_at(str(key))
            yield warning(Problem(file, 0, path, what, why, rule="LIVE-01"))
        elif context.held is None:
            yield from _check_lives(context, str(key), str(application["client_id"]), restoring)
    for held in context.resources:
        if held.type in (CLIENT, AGENT):
            key = application_key(held.name)
            yield from _check_lives(context, key, held.id, restoring)


def _check_lives(
    context: PreflightContext, key: str, client_id: str, restoring: bool
) -> Iterator[Problem]:
    if "read:clients" in context.snapshot.missing_scopes or context.snapshot.client(client_id):
        return
    what = f"the stack records {client_id}, which {context.domain} does not have"
    fix = f"tpa drift -e {context.catalog.name} --restore creates it again, with another client id"
    file, path = context.catalog.stated_at(key)
    problem = Problem(file, 0, path, what, fix=fix, rule="LIVE-01")
    stops = context.held is not None and key in context.catalog.clients and not restoring
    yield problem if stops else warning(problem)


def lost_everything(held: StateResources, snapshot: TenantSnapshot) -> bool:
    """Whether the tenant has nothing of a state that has applications, grants or limits.

    Shared objects count: a run of ours may have deleted all others, and then failed.
    """
    kinds = (CLIENT, AGENT, GRANT, RATE_LIMIT)
    live = {client.id for client in snapshot.clients} | snapshot.ids
    own = any(each.type in kinds for each in held.in_tenant)
    lost = own and not live & {each.id for each in held.in_tenant}
    return lost and not snapshot.missing_scopes


SWITCHES: tuple[tuple[str, str, Path, str], ...] = (
    (
        REGISTRATION_SETTING,
        setting_name(REGISTRATION),
        ("flags", "enable_dynamic_client_registration"),
        "open registration",
    ),
    (
        METADATA_DOCUMENT_SETTING,
        METADATA_DOCUMENTS,
        ("client_id_metadata_document_supported",),
        "registration by metadata documents",
    ),
)
"""Settings of the tenant: type and name of the resource, where the setting is, what it is."""


def check_closed(context: PreflightContext) -> Iterator[Problem]:
    """LIVE-09: what this stack opened, or relies on, and somebody has closed."""
    seen, catalog = context.snapshot, context.catalog
    closed: list[tuple[Path, str]] = []
    for name in catalog.connections:
        live = seen.connections.get(name)
        if live is not None and not live.promoted and context.with_id(PROMOTION, live.id):
            users = listed(context.naming(name), MOST)
            closed.append((("connections",), f"the connection '{name}' of {users}"))
    for key, each in catalog.environment.organizations.items():
        found = seen.organizations.get(each.name)
        blocked = found is not None and found.admits is False and each.admits_third_parties
        if found and blocked and context.with_id(ORGANIZATION_ACCESS, found.id):
            closed.append((("organizations", key), f"the organization '{each.name}'"))
    for resource_type, name, field, door in SWITCHES:
        held = context.named(resource_type, name)
        if held and seen.settings is not None and not at(seen.settings, field):
            closed.append((("tenant",), door))
    for path, door in closed:
        what = f"{door} was closed outside this stack"
        fix = "pulumi up --refresh opens it again; look first who closed it, and why"
        yield warning(Problem(catalog.file, 0, path, what, fix=fix, rule="LIVE-09"))
