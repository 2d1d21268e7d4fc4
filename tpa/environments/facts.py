"""One application as an environment has it: what of a record a difference looks at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from tpa.environments.record import AGENTS, DEFAULTS, TENANT, Record, defaults_in, definition_in
from tpa.files.definitions import AgentDefinition, ApplicationDefinition, GrantDefinition

Place = tuple[str, str]
"""An API by its audience, and a subject type."""


@dataclass(frozen=True)
class Right:
    """What may be called at one place. `by_default`: no grant of its own says so."""

    api: str
    scopes: frozenset[str]
    every_scope: bool
    by_default: bool


@dataclass(frozen=True)
class Facts:
    """`definition` holds what the environment says in place of the file's own."""

    definition: ApplicationDefinition
    rights: Mapping[Place, Right]

    @property
    def flows(self) -> frozenset[str]:
        return frozenset(self.definition.flows(self.definition.subject_types))


def facts(
    record: Record, key: str, defaults: Mapping[Place, Right], audiences: Mapping[str, str]
) -> Facts | None:
    """The application `key` of a record, with these default permissions to fall back on.

    `audiences` are the API keys' meaning; both sides of a difference take the same.
    """
    entry = record.definitions.get(key)
    definition = definition_in(entry)
    if entry is None or definition is None:
        return None
    own = {_place(grant, audiences): _right(grant) for grant in definition.grants}
    usable = {"user": "authorization_code", "client": "client_credentials"}
    flows = definition.flows(definition.subject_types)
    fallen = {
        place: right
        for place, right in defaults.items()
        if place not in own and usable[place[1]] in flows
    }
    changed = {name: tuple(values) for name, values in entry.overlay.items()}
    return Facts(definition.model_copy(update=changed), {**own, **fallen})


def rights(
    record: Record, key: str, defaults: Mapping[Place, Right], audiences: Mapping[str, str]
) -> Mapping[Place, Right]:
    """What an application or an agent may call; nothing where its record can't be read."""
    if key.startswith(AGENTS):
        agent = agent_facts(record, key, defaults, audiences)
        return agent[1] if agent else {}
    application = facts(record, key, defaults, audiences)
    return application.rights if application else {}


def default_rights(record: Record, audiences: Mapping[str, str]) -> dict[Place, Right]:
    """What every third-party application of the record may do without a grant of its own."""
    permissions = defaults_in(record.definitions.get(DEFAULTS))
    return {_place(grant, audiences): _right(grant, by_default=True) for grant in permissions}


def promoted(record: Record) -> dict[str, tuple[str, ...]]:
    """The connections that applications sign users in with, each with these applications."""
    found: dict[str, list[str]] = {}
    for key, stated in _stated_connections(record):
        for name in stated:
            found.setdefault(record.connections.get(name, name), []).append(key)
    return {name: tuple(keys) for name, keys in found.items()}


def applications(record: Record) -> list[str]:
    """The keys of applications alone."""
    return [k for k in record.definitions if k not in (DEFAULTS, TENANT) and AGENTS not in k]


def clients(record: Record) -> list[str]:
    """The keys of applications and agents."""
    return [k for k in record.definitions if k not in (DEFAULTS, TENANT)]


def agent_facts(
    record: Record, key: str, defaults: Mapping[Place, Right], audiences: Mapping[str, str]
) -> tuple[AgentDefinition, dict[Place, Right]] | None:
    """An agent of a record with its rights; it may use every flow that its document asks for."""
    entry = record.definitions.get(key)
    try:
        definition = AgentDefinition.model_validate(entry.definition if entry else {})
    except ValidationError:
        return None
    own = {_place(grant, audiences): _right(grant) for grant in definition.grants}
    return definition, {**defaults, **own}


def _stated_connections(record: Record) -> Iterator[tuple[str, list[str]]]:
    for key in clients(record):
        entry = record.definitions[key]
        own = entry.definition.get("connections", [])
        yield key, entry.overlay.get("connections", own)


def _place(grant: GrantDefinition, audiences: Mapping[str, str]) -> Place:
    return audiences.get(grant.api, grant.api), grant.subject_type


def _right(grant: GrantDefinition, *, by_default: bool = False) -> Right:
    return Right(grant.api, frozenset(grant.scopes), grant.allow_all_scopes, by_default)
