"""Shared objects by name or by id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from auth0_third_party.management import ManagementClient, NotFound, UnusableAnswer

SETTINGS = "/tenants/settings"


@dataclass(frozen=True)
class Target:
    """A shared object: id, path below /api/v2, name, and the outputs that describe it.

    `found`: what the search for it has read; by an id that is the whole object.
    """

    id: str
    path: str
    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] | None = None


def settings_target(_client: ManagementClient, _name: str) -> Target:
    """The tenant's settings, of which there is one."""
    return Target("tenant", SETTINGS, "the tenant's settings")


def connection_target(client: ManagementClient, name: str) -> Target:
    """A connection by name or `con_` id.

    Raises:
        NotFound: there is none.
    """
    if name.startswith("con_"):
        return _connection(client.get(f"/connections/{quote(name, safe='')}"))
    fields = {"fields": "id,name,strategy,is_domain_connection", "include_fields": "true"}
    for live in client.pages("/connections", "connections", {"name": name, **fields}):
        if live.get("name") == name:
            return _connection(live)
    raise NotFound(f"there is no connection '{name}' in this tenant")


def organization_target(client: ManagementClient, name: str) -> Target:
    """An organization by name or `org_` id.

    Raises:
        NotFound: there is none.
    """
    named = quote(name, safe="")
    path = f"/organizations/{named}" if name.startswith("org_") else f"/organizations/name/{named}"
    try:
        live = client.get(path)
    except NotFound:
        raise NotFound(f"there is no organization '{name}' in this tenant") from None
    facts = {"organizationId": live["id"], "name": live["name"]}
    return Target(live["id"], f"/organizations/{live['id']}", live["name"], facts, live)


def global_client_target(client: ManagementClient, _name: str) -> Target:
    """The client "All Applications", on which Classic pages hang (LP-04).

    Raises:
        NotFound: the tenant has none.
    """
    asked = {"is_global": "true", "fields": "client_id", "include_fields": "true"}
    for live in client.pages("/clients", "clients", asked):
        client_id = str(live["client_id"])
        return Target(client_id, f"/clients/{client_id}", "the login page")
    raise NotFound("this tenant has no global client, so no Classic login page")


def _connection(live: Any) -> Target:
    if not isinstance(live, dict) or not {"id", "name"} <= live.keys():
        raise UnusableAnswer("GET /connections: the answer is not a connection")
    facts = {
        "connectionId": live["id"],
        "name": live["name"],
        "strategy": live.get("strategy", ""),
    }
    return Target(str(live["id"]), f"/connections/{live['id']}", str(live["name"]), facts, live)
