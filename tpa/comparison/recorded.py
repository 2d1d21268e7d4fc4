"""What a stack's record says, definition by definition, as facts by the fields of the files."""

from collections.abc import Iterable
from typing import Any

from auth0_third_party.model.access import effective_access
from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.client import FIELDS, declared_values
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules.violation import Path
from tpa.comparison.facts import PROMOTED, Facts, granted
from tpa.files.declaration import Names, client_in, default_permissions_in, tenant_in
from tpa.files.record import DEFAULTS, TENANT, Entry, Identity, Record

ACCESS, DEFAULT = "access", "default_permissions"
"""First part of the path of what a client may call, and of a default permission; then audience and
subject type; then a field, for what else is known of it.
"""
SOURCE = "source"
"""The field of access that says whether a grant or a default permission gives it."""
NOT_AS_WRITTEN = frozenset(
    {field.path[0] for field in FIELDS} - {"keys"} | {"grants", "connections"}
)
"""Fields of a file with facts of their own. Of keys the table has no more than their number."""
GRANT_KEY = frozenset({"audience", "api", "subject_type", "scopes", "allow_all_scopes"})


def definition_facts(
    key: Identity, record: Record, names: Names, defaults: Iterable[DefaultPermission]
) -> Facts | None:
    """One definition of a record; empty where it has none, None where today's rules refuse it.

    Args:
        names: what the keys of the files mean.
        defaults: what clients fall back on.
    """
    entry = record.definitions.get(key)
    if entry is None:
        return {}
    if key == DEFAULTS:
        return _permissions(default_permissions_in(record, names))
    if key == TENANT:
        return _settings(record)
    client = client_in(key, entry, names)
    return None if client is None else _client(entry, client, defaults)


def shared_facts(record: Record) -> Facts:
    """What belongs to no single definition: connections in use, audiences, organizations that admit
    third parties with the connections of their members, the delete protection.
    """
    found: Facts = {("connections", name): PROMOTED for name in record.connection_users}
    found |= {("audiences", api): audience for api, audience in record.audiences.items()}
    found |= {("organizations", name): links for name, links in (record.admitted or {}).items()}
    return {**found, ("protected",): record.protected}


def inherited(record: Record, names: Names) -> Iterable[tuple[Path, Identity]]:
    """Path of each default permission that a client falls back on, and the client."""
    defaults = default_permissions_in(record, names)
    for key in record.clients:
        client = client_in(key, record.definitions[key], names)
        for row in effective_access({key.key: client} if client else {}, defaults):
            if row.source == "default":
                yield (DEFAULT, row.audience, row.subject_type), key


def _client(
    entry: Entry, client: Application | Agent, defaults: Iterable[DefaultPermission]
) -> Facts:
    found: Facts = {("connections",): client.connections}
    if isinstance(client, Application):
        block = "refresh_token" if client.refresh_token is None else ""
        found |= {path: v for path, v in declared_values(client).items() if path[0] != block}
    written = entry.resolved.items()
    found |= {(name,): value for name, value in written if name not in NOT_AS_WRITTEN}
    for row in effective_access({"": client}, defaults):
        path = (ACCESS, row.audience, row.subject_type)
        found[path] = granted(row.scopes, every=row.all_scopes)
        found[(*path, SOURCE)] = row.source
    for grant in client.grants:
        found |= _details((ACCESS, grant.audience, grant.subject_type), grant)
    return found


def _permissions(defaults: Iterable[DefaultPermission]) -> Facts:
    found: Facts = {}
    for each in defaults:
        path = (DEFAULT, each.audience, each.subject_type)
        found[path] = granted(each.scopes, every=each.allow_all_scopes)
        found |= _details(path, each)
    return found


def _details(path: Path, grant: ClientGrant | DefaultPermission) -> Facts:
    """Everything else that a grant says."""
    stated: dict[str, Any] = grant.model_dump(exclude_defaults=True, exclude=set(GRANT_KEY))
    return {(*path, name): value for name, value in stated.items()}


def _settings(record: Record) -> Facts | None:
    tenant = tenant_in(record)
    if tenant is None:
        return None
    stated = tenant.model_dump(exclude_defaults=True)
    return {("tenant", name): getattr(tenant, name) for name in stated}
