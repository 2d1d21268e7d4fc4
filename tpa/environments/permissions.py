"""What a record says about the permissions and connections of each application and agent."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from auth0_third_party import rules
from tpa.files.definitions import AgentDefinition, ApplicationDefinition, GrantDefinition
from tpa.files.record import (
    AGENTS,
    DEFAULTS,
    TENANT,
    Record,
    default_permissions_in,
    definition_in,
)

GrantKey = tuple[str, str]
"""An API's audience and a subject type: Auth0 keeps one grant of a client for each."""
FLOWS = {"user": "authorization_code", "client": "client_credentials"}
"""Subject type -> the grant type without which it can't be used."""


@dataclass(frozen=True)
class ApiPermission:
    """What may be called at one `GrantKey`. `by_default`: by a default permission alone."""

    api: str
    scopes: frozenset[str]
    every_scope: bool
    by_default: bool


@dataclass(frozen=True)
class Client:
    """An application or an agent of a record, with what its environment says in place of its file.

    `flows`: the grant types that it may use.
    """

    definition: ApplicationDefinition | AgentDefinition
    permissions: Mapping[GrantKey, ApiPermission]
    flows: frozenset[str]


def client_in(
    record: Record,
    key: str,
    defaults: Mapping[GrantKey, ApiPermission],
    audiences: Mapping[str, str],
) -> Client | None:
    """The application or agent `key`; None where it is not in the record, or can't be read.

    Args:
        defaults: the default permissions that it falls back on.
        audiences: API key -> audience; both records of a comparison take the same ones.
    """
    entry = record.definitions.get(key)
    if entry is None:
        return None
    definition: ApplicationDefinition | AgentDefinition | None
    if key.startswith(AGENTS):
        definition, flows = _agent(entry.definition), frozenset(rules.AGENT_FLOWS)
    else:
        definition, flows = definition_in(entry), frozenset()
    if definition is None:
        return None
    if isinstance(definition, ApplicationDefinition):
        flows = frozenset(definition.flows(definition.subject_types))
    own = {_key(grant, audiences): _permission(grant) for grant in definition.grants}
    inherited = {
        where: permission
        for where, permission in defaults.items()
        if where not in own and FLOWS[where[1]] in flows
    }
    overlay = {name: tuple(values) for name, values in entry.overlay.items()}
    return Client(definition.model_copy(update=overlay), {**own, **inherited}, flows)


def default_permissions(
    record: Record, audiences: Mapping[str, str]
) -> dict[GrantKey, ApiPermission]:
    """What every third-party application of the record may call without a grant of its own."""
    grants = default_permissions_in(record.definitions.get(DEFAULTS))
    return {_key(grant, audiences): _permission(grant, by_default=True) for grant in grants}


def connections_in_use(record: Record) -> dict[str, tuple[str, ...]]:
    """The connections that clients sign users in with: name in the tenant -> keys of clients."""
    found: dict[str, list[str]] = {}
    for key in client_keys(record):
        entry = record.definitions[key]
        stated = entry.overlay.get("connections", entry.definition.get("connections", []))
        for name in stated:
            found.setdefault(record.connections.get(name, name), []).append(key)
    return {name: tuple(keys) for name, keys in found.items()}


def application_keys(record: Record) -> list[str]:
    """The keys of applications, agents left out."""
    return [key for key in client_keys(record) if not key.startswith(AGENTS)]


def client_keys(record: Record) -> list[str]:
    """The keys of applications and agents."""
    return [key for key in record.definitions if key not in (DEFAULTS, TENANT)]


def _agent(content: Mapping[str, object]) -> AgentDefinition | None:
    try:
        return AgentDefinition.model_validate(content)
    except ValidationError:
        return None


def _key(grant: GrantDefinition, audiences: Mapping[str, str]) -> GrantKey:
    return audiences.get(grant.api, grant.api), grant.subject_type


def _permission(grant: GrantDefinition, *, by_default: bool = False) -> ApiPermission:
    return ApiPermission(grant.api, frozenset(grant.scopes), grant.allow_all_scopes, by_default)
