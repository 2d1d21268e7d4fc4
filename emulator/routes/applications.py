"""Every operation of the Management API that the tenant knows."""

from collections.abc import Iterator

from emulator import (
    client_credentials,
    client_grants,
    clients,
    connections,
    resource_servers,
    tenant_settings,
)
from emulator.bodies import client_grants as grant_bodies
from emulator.bodies import clients as client_bodies
from emulator.bodies import connections as connection_bodies
from emulator.bodies import resource_servers as server_bodies
from emulator.bodies import tenant_settings as settings_bodies
from emulator.routing import Operation as Op

_READ_CLIENTS = (
    "read:clients",
    "read:client_keys",
    "read:client_credentials",
    "read:client_summary",
)
_UPDATE_CLIENTS = (
    "update:clients",
    "update:client_keys",
    "update:client_credentials",
    "update:client_token_vault_privileged_access",
)


def operations() -> Iterator[Op]:
    """All of them, grouped by kind of object."""
    yield from _clients()
    yield from _client_grants()
    yield from _connections()
    yield from _resource_servers()
    yield from _settings()


def _clients() -> Iterator[Op]:
    one, keys = "/clients/{id}", "/clients/{id}/credentials"
    key = keys + "/{credential_id}"
    scope = "client_credentials"
    yield Op("GET", "/clients", clients.list_clients, _READ_CLIENTS)
    yield Op("POST", "/clients", clients.create, ("create:clients",), client_bodies.CREATE)
    yield Op("GET", one, clients.read, _READ_CLIENTS)
    yield Op("PATCH", one, clients.update, _UPDATE_CLIENTS, client_bodies.UPDATE)
    yield Op("DELETE", one, clients.delete, ("delete:clients",))
    yield Op("POST", one + "/rotate-secret", clients.rotate_secret, ("update:client_keys",))
    yield Op("GET", keys, client_credentials.list_credentials, (f"read:{scope}",))
    yield Op(
        "POST", keys, client_credentials.create, (f"create:{scope}",), client_bodies.POST_CREDENTIAL
    )
    yield Op("GET", key, client_credentials.read, (f"read:{scope}",))
    yield Op(
        "PATCH",
        key,
        client_credentials.update,
        (f"update:{scope}",),
        client_bodies.PATCH_CREDENTIAL,
    )
    yield Op("DELETE", key, client_credentials.delete, (f"delete:{scope}",))


def _client_grants() -> Iterator[Op]:
    """CG-20: a scope per verb."""
    one, scope = "/client-grants/{id}", "client_grants"
    yield Op("GET", "/client-grants", client_grants.list_grants, (f"read:{scope}",))
    yield Op(
        "POST", "/client-grants", client_grants.create, (f"create:{scope}",), grant_bodies.CREATE
    )
    yield Op("GET", one, client_grants.read, (f"read:{scope}",))
    yield Op("PATCH", one, client_grants.update, (f"update:{scope}",), grant_bodies.UPDATE)
    yield Op("DELETE", one, client_grants.delete, (f"delete:{scope}",))


def _connections() -> Iterator[Op]:
    one, scope = "/connections/{id}", "connections"
    enabled = one + "/clients"
    yield Op("GET", "/connections", connections.list_connections, (f"read:{scope}",))
    yield Op(
        "POST", "/connections", connections.create, (f"create:{scope}",), connection_bodies.CREATE
    )
    yield Op("GET", one, connections.read, (f"read:{scope}",))
    yield Op("PATCH", one, connections.update, (f"update:{scope}",), connection_bodies.UPDATE)
    yield Op("DELETE", one, connections.delete, (f"delete:{scope}",))
    yield Op("GET", one + "/status", connections.status, (f"read:{scope}",))
    yield Op("GET", enabled, connections.list_enabled, (f"read:{scope}",))
    yield Op(
        "PATCH",
        enabled,
        connections.update_enabled,
        (f"update:{scope}",),
        connection_bodies.ENABLED_CLIENTS,
    )


def _resource_servers() -> Iterator[Op]:
    one, scope = "/resource-servers/{id}", "resource_servers"
    yield Op("GET", "/resource-servers", resource_servers.list_servers, (f"read:{scope}",))
    yield Op(
        "POST",
        "/resource-servers",
        resource_servers.create,
        (f"create:{scope}",),
        server_bodies.CREATE,
    )
    yield Op("GET", one, resource_servers.read, (f"read:{scope}",))
    yield Op("PATCH", one, resource_servers.update, (f"update:{scope}",), server_bodies.UPDATE)
    yield Op("DELETE", one, resource_servers.delete, (f"delete:{scope}",))


def _settings() -> Iterator[Op]:
    path = "/tenants/settings"
    yield Op("GET", path, tenant_settings.read, ("read:tenant_settings",))
    yield Op(
        "PATCH", path, tenant_settings.update, ("update:tenant_settings",), settings_bodies.UPDATE
    )
