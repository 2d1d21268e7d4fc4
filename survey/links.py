"""What the organizations that the files name are linked to: two short lists for each of them.

Links of other organizations are not read: a tenant may have very many, and none of them is ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from management import ManagementClient, MissingScope, NotFound
from preflight import Snapshot

CONNECTIONS = "connections of organizations"
GRANTS = "grants in organizations"


@dataclass(frozen=True)
class Links:
    """`connections`: names of those that members sign in by. `grants`: ids of client grants that
    are good there. None: not to be seen.
    """

    connections: frozenset[str] | None = None
    grants: frozenset[str] | None = None


def read_links(
    client: ManagementClient, seen: Snapshot, names: Iterable[str]
) -> tuple[dict[str, Links], tuple[tuple[str, str], ...]]:
    """The links by the organization's name, and what could not be read with the scope it takes.

    Raises:
        ManagementError: the tenant can't be looked at.
    """
    found: dict[str, Links] = {}
    unseen: dict[str, str] = {}

    def listed(what: str, path: str, key: str) -> list[dict[str, Any]] | None:
        if what in unseen:
            return None
        try:
            return list(client.pages(path, key))
        except MissingScope as error:
            unseen[what] = " or ".join(error.scopes)
        except NotFound:
            pass  # deleted while we looked
        return None

    for name in sorted(set(names) & seen.organizations.keys()):
        place = f"/organizations/{seen.organizations[name].id}"
        connections = listed(CONNECTIONS, f"{place}/enabled_connections", "enabled_connections")
        grants = listed(GRANTS, f"{place}/client-grants", "client_grants")
        found[name] = Links(_names(connections, seen), _ids(grants))
    return found, tuple(unseen.items())


def _names(items: list[dict[str, Any]] | None, seen: Snapshot) -> frozenset[str] | None:
    """By id, since the list need not say names."""
    if items is None:
        return None
    known: Mapping[str, str] = {each.id: name for name, each in seen.connections.items()}
    ids = (str(item.get("connection_id", "")) for item in items)
    return frozenset(known.get(identity, identity) for identity in ids)


def _ids(items: list[dict[str, Any]] | None) -> frozenset[str] | None:
    return None if items is None else frozenset(str(item.get("id", "")) for item in items)
