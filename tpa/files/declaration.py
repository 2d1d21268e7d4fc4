"""What an environment declares, in its tenant's names: by its files, or by a stack's record."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from pydantic import ValidationError

from auth0_third_party.model.access import Access, effective_access
from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.files.definitions import (
    AgentDefinition,
    ApplicationDefinition,
    GrantDefinition,
    TenantDefinition,
    content_of,
    digest_of,
)
from tpa.files.record import DEFAULTS, TENANT, Entry, Identity, Record

Connections = Mapping[str, tuple[str, ...]]
"""Name of an organization -> names of the connections that its members sign in with."""


@dataclass(frozen=True)
class Declaration:
    """Applications, agents and what they share, with the names that they have in one tenant.

    `admitted`: the organizations that admit third parties; None where an older record does not
    say.
    """

    applications: Mapping[str, Application] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    default_permissions: tuple[DefaultPermission, ...] = ()
    tenant: TenantDefinition = field(default_factory=TenantDefinition)
    admitted: Connections | None = None

    @property
    def clients(self) -> Mapping[str, Application | Agent]:
        """Applications and agents by their keys."""
        return {**self.applications, **self.agents}

    @property
    def agent_keys(self) -> Mapping[str, str]:
        """Address of a metadata document -> key of its agent."""
        return {agent.document: key for key, agent in self.agents.items()}

    @property
    def access(self) -> tuple[Access, ...]:
        """What each may call, default permissions included."""
        return effective_access(self.clients, self.default_permissions)

    @property
    def connections(self) -> tuple[str, ...]:
        """The names, in this tenant, of all connections that clients sign users in with."""
        return tuple(sorted({name for each in self.clients.values() for name in each.connections}))


def declaration_in(record: Record) -> Declaration:
    """What a stack's record says that it applied, without definitions that today's rules refuse.

    Empty where no update ran, or where another version of this project wrote the record.
    """
    names = Names(record.audiences, record.connections, record.organizations)
    applications, agents = {}, {}
    for identity, entry in record.definitions.items():
        client = client_in(identity, entry, names)
        if isinstance(client, Application):
            applications[identity.key] = client
        elif client is not None:
            agents[identity.key] = client
    return Declaration(
        applications,
        agents,
        default_permissions_in(record, names),
        tenant_in(record) or TenantDefinition(),
        record.admitted,
    )


def client_in(identity: Identity, entry: Entry, names: "Names") -> Application | Agent | None:
    """The application or agent of an entry, as its environment had it; None where it is none that
    today's rules admit, or does not match its digest.
    """
    with suppress(ValidationError):
        if identity.kind == "agent":
            return names.agent(AgentDefinition.model_validate(entry.resolved))
        if identity.kind == "application" and entry.definition:  # else its digest alone is known
            content = content_of(ApplicationDefinition.model_validate(entry.definition))
            as_listed = digest_of(content, in_order=True)  # of an older version
            if entry.digest in (digest_of(content), as_listed):
                return names.application(ApplicationDefinition.model_validate(entry.resolved))
    return None


def default_permissions_in(record: Record, names: "Names") -> tuple[DefaultPermission, ...]:
    """The default permissions of a record; none where today's rules refuse one of them."""
    entry = record.definitions.get(DEFAULTS)
    stated = entry.definition.get("grants", ()) if entry else ()
    with suppress(ValidationError):
        return tuple(names.default_permission(GrantDefinition.model_validate(g)) for g in stated)
    return ()


def tenant_in(record: Record) -> TenantDefinition | None:
    """The tenant's settings in a record; None where today's rules refuse them."""
    entry = record.definitions.get(TENANT)
    with suppress(ValidationError):
        return TenantDefinition.model_validate(entry.definition if entry else {})
    return None


@dataclass(frozen=True)
class Names:
    """What the keys of the files mean in one tenant; an unknown key means itself."""

    audiences: Mapping[str, str] = field(default_factory=dict)
    connections: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)

    def application(self, definition: ApplicationDefinition) -> Application:
        """The application; its definition as the environment has it."""
        own = {"owner", "grants", "needs", "environments"}
        stated = definition.model_dump(exclude=own, exclude_unset=True)
        connections = self._connections(stated.get("connections", ()))
        grants = self._grants(definition.grants)
        owner = definition.owner.organization
        return Application(**{**stated, "connections": connections}, owner=owner, grants=grants)

    def agent(self, definition: AgentDefinition) -> Agent:
        return Agent(
            document=definition.document,
            owner=definition.owner.organization,
            grants=self._grants(definition.grants),
            connections=self._connections(definition.connections),
        )

    def default_permission(self, grant: GrantDefinition) -> DefaultPermission:
        return DefaultPermission(**self._grant(grant))

    def _connections(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.connections.get(key, key) for key in keys)

    def _grants(self, grants: tuple[GrantDefinition, ...]) -> tuple[ClientGrant, ...]:
        return tuple(ClientGrant(**self._grant(grant)) for grant in grants)

    def _grant(self, grant: GrantDefinition) -> dict[str, object]:
        stated = grant.model_dump(exclude_unset=True)
        if "organizations" in stated:
            stated["organizations"] = tuple(
                self.organizations.get(key, key) for key in grant.organizations
            )
        return {**stated, "audience": self.audiences.get(grant.api, grant.api)}
