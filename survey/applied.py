"""What a stack applied last, out of the record in its outputs, in the same values as its files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from catalog import Application, DefaultPermission
from catalog.facts import promoted
from catalog.models import Overlay
from catalog.record import AGENTS, DEFAULTS, TENANT, Record, defaults_in, definition_in
from catalog.resolving import Names
from catalog.tenant import Agent, AgentDefinition, TenantDefinition


@dataclass(frozen=True)
class Applied:
    """Empty where nothing was ever applied, or another version of this project wrote the record.

    `admitted`: organizations with their connections, by names; None where nobody wrote them down.
    """

    applications: Mapping[str, Application] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    default_permissions: tuple[DefaultPermission, ...] = ()
    connections: frozenset[str] = frozenset()
    tenant: TenantDefinition = field(default_factory=TenantDefinition)
    admitted: Mapping[str, tuple[str, ...]] | None = None
    ever: bool = False

    @property
    def users(self) -> Mapping[str, Application | Agent]:
        return {**self.applications, **self.agents}


def applied(record: Record) -> Applied:
    """The record's definitions with that tenant's names in place of keys."""
    names = Names(record.audiences, record.connections, record.organizations)
    return Applied(
        dict(_applications(record, names)),
        dict(_agents(record, names)),
        tuple(map(names.default_permission, defaults_in(record.definitions.get(DEFAULTS)))),
        frozenset(promoted(record)),
        _tenant(record),
        record.admitted,
        bool(record.definitions),
    )


def _applications(record: Record, names: Names) -> list[tuple[str, Application]]:
    found = []
    for key, entry in record.definitions.items():
        definition = None if key in (DEFAULTS, TENANT) else definition_in(entry)
        if definition is not None:
            try:
                overlay = Overlay.model_validate(entry.overlay)
                found.append((key, names.application(definition, overlay)))
            except ValidationError:
                continue  # stricter rules than those it was applied under
    return found


def _agents(record: Record, names: Names) -> list[tuple[str, Agent]]:
    found = []
    for key, entry in record.definitions.items():
        if key.startswith(AGENTS):
            try:
                definition = AgentDefinition.model_validate(entry.definition)
            except ValidationError:
                continue
            found.append((key.removeprefix(AGENTS), names.agent(definition)))
    return found


def _tenant(record: Record) -> TenantDefinition:
    entry = record.definitions.get(TENANT)
    try:
        return TenantDefinition.model_validate(entry.definition if entry else {})
    except ValidationError:
        return TenantDefinition()
