"""Definitions -> what one tenant gets: APIs, connections, organizations by their names there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.models import (
    Application,
    ApplicationDefinition,
    ClientGrant,
    DefaultPermission,
    GrantDefinition,
    Overlay,
)
from catalog.tenant import Agent, AgentDefinition


@dataclass(frozen=True)
class Names:
    """What the keys of files mean in one tenant; a key that is not there stands for itself."""

    audiences: Mapping[str, str] = field(default_factory=dict)
    connections: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)

    def application(self, definition: ApplicationDefinition, overlay: Overlay) -> Application:
        """The definition, with what the environment says in place of its own."""
        stated = definition.model_dump(exclude={"owner", "grants", "needs"}, exclude_unset=True)
        stated |= overlay.model_dump(exclude_none=True)
        connections = self._connections(stated.get("connections", ()))
        grants = self._grants(definition.grants)
        owner = definition.owner.organization
        return Application(**{**stated, "connections": connections}, owner=owner, grants=grants)

    def agent(self, definition: AgentDefinition) -> Agent:
        """The agent, its document as it is."""
        return Agent(
            document=definition.document,
            owner=definition.owner.organization,
            grants=self._grants(definition.grants),
            connections=self._connections(definition.connections),
        )

    def default_permission(self, grant: GrantDefinition) -> DefaultPermission:
        """A permission of every third party."""
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
