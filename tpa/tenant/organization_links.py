"""What is linked to an organization: the connections and the client grants that are enabled in it.

Auth0 has no list of these links over all organizations, so this takes two lists for each one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound
from tpa.tenant.snapshot import TenantSnapshot, Unknown

ORGANIZATION_CONNECTIONS = "connections of organizations"
ORGANIZATION_GRANTS = "grants in organizations"
"""How the two lists are called where they are unknown."""


@dataclass(frozen=True)
class OrganizationLinks:
    """`connections`: names of those that its members sign in with. `grants`: ids of the client
    grants that are usable in it. None: unknown.
    """

    connections: frozenset[str] | None = None
    grants: frozenset[str] | None = None


def read_organization_links(
    client: ManagementClient, snapshot: TenantSnapshot, names: Iterable[str]
) -> tuple[dict[str, OrganizationLinks], tuple[Unknown, ...]]:
    """The links by the organization's name, and which of the two lists could not be read.

    Raises:
        ManagementError: the tenant can't be read.
    """
    found: dict[str, OrganizationLinks] = {}
    unknown: dict[str, Unknown] = {}

    def listed(what: str, path: str, key: str) -> list[dict[str, Any]] | None:
        if what in unknown:
            return None
        try:
            return list(client.pages(path, key))
        except MissingScope as error:
            unknown[what] = Unknown(what, " or ".join(error.scopes))
        except NotFound:
            pass  # deleted since the organizations were listed
        return None

    for name in sorted(set(names) & snapshot.organizations.keys()):
        path = f"/organizations/{snapshot.organizations[name].id}"
        connections = listed(
            ORGANIZATION_CONNECTIONS, f"{path}/enabled_connections", "enabled_connections"
        )
        grants = listed(ORGANIZATION_GRANTS, f"{path}/client-grants", "client_grants")
        found[name] = OrganizationLinks(_names(connections, snapshot), _ids(grants))
    return found, tuple(unknown.values())


def _names(items: list[dict[str, Any]] | None, snapshot: TenantSnapshot) -> frozenset[str] | None:
    """Looked up by id, since the list need not contain names."""
    if items is None:
        return None
    known: Mapping[str, str] = {each.id: name for name, each in snapshot.connections.items()}
    ids = (str(item.get("connection_id", "")) for item in items)
    return frozenset(known.get(identity, identity) for identity in ids)


def _ids(items: list[dict[str, Any]] | None) -> frozenset[str] | None:
    return None if items is None else frozenset(str(item.get("id", "")) for item in items)
