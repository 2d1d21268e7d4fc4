"""Applications, what they may call, and where their users come from.

CG-20 and its like: one scope per verb, as the vendor's description lists them.
"""

from auth0_emulator import (
    cimd,
    client_connections,
    client_credentials,
    client_grants,
    clients,
    connections,
    organization_grants,
    resource_servers,
)
from auth0_emulator.bodies import client_grants as grant
from auth0_emulator.bodies import clients as client
from auth0_emulator.bodies import connections as connection
from auth0_emulator.bodies import resource_servers as server
from auth0_emulator.routing import op

_READ = "read:clients read:client_keys read:client_credentials read:client_summary"
_UPDATE = (
    "update:clients update:client_keys update:client_credentials"
    " update:client_token_vault_privileged_access"
)
_KEYS = "/clients/{id}/credentials"
_KEY = _KEYS + "/{credential_id}"
_URL = "external_client_id"

_CLIENTS = (
    op("GET /clients", clients.list_clients, _READ),
    op("POST /clients", clients.create, "create:clients", client.CREATE),
    op("GET /clients/{id}", clients.read, _READ),
    op("PATCH /clients/{id}", clients.update, _UPDATE, client.UPDATE),
    op("DELETE /clients/{id}", clients.delete, "delete:clients"),
    op("POST /clients/{id}/rotate-secret", clients.rotate_secret, "update:client_keys"),
    op(
        "GET /clients/{id}/connections",
        client_connections.list_connections,
        "read:connections read:clients read:client_summary",
    ),
    op("POST /clients/cimd/preview", cimd.preview, "read:clients", client.CIMD, _URL),
    op(
        "POST /clients/cimd/register",
        cimd.register,
        "create:clients update:clients",
        client.CIMD,
        _URL,
    ),
)
_CREDENTIALS = (
    op(f"GET {_KEYS}", client_credentials.list_credentials, "read:client_credentials"),
    op(
        f"POST {_KEYS}",
        client_credentials.create,
        "create:client_credentials",
        client.POST_CREDENTIAL,
    ),
    op(f"GET {_KEY}", client_credentials.read, "read:client_credentials"),
    op(
        f"PATCH {_KEY}",
        client_credentials.update,
        "update:client_credentials",
        client.PATCH_CREDENTIAL,
    ),
    op(f"DELETE {_KEY}", client_credentials.delete, "delete:client_credentials"),
)
_GRANTS = (
    op("GET /client-grants", client_grants.list_grants, "read:client_grants"),
    op("POST /client-grants", client_grants.create, "create:client_grants", grant.CREATE),
    op("GET /client-grants/{id}", client_grants.read, "read:client_grants"),
    op("PATCH /client-grants/{id}", client_grants.update, "update:client_grants", grant.UPDATE),
    op("DELETE /client-grants/{id}", client_grants.delete, "delete:client_grants"),
    op(
        "GET /client-grants/{id}/organizations",
        organization_grants.list_organizations,
        "read:organization_client_grants",
    ),
)
_CONNECTIONS = (
    op("GET /connections", connections.list_connections, "read:connections"),
    op("POST /connections", connections.create, "create:connections", connection.CREATE),
    op("GET /connections/{id}", connections.read, "read:connections"),
    op("PATCH /connections/{id}", connections.update, "update:connections", connection.UPDATE),
    op("DELETE /connections/{id}", connections.delete, "delete:connections"),
    op("GET /connections/{id}/status", connections.status, "read:connections"),
    op("GET /connections/{id}/clients", client_connections.list_enabled, "read:connections"),
    op(
        "PATCH /connections/{id}/clients",
        client_connections.update_enabled,
        "update:connections",
        connection.ENABLED_CLIENTS,
    ),
)
_SERVERS = (
    op("GET /resource-servers", resource_servers.list_servers, "read:resource_servers"),
    op(
        "POST /resource-servers",
        resource_servers.create,
        "create:resource_servers",
        server.CREATE,
    ),
    op("GET /resource-servers/{id}", resource_servers.read, "read:resource_servers"),
    op(
        "PATCH /resource-servers/{id}",
        resource_servers.update,
        "update:resource_servers",
        server.UPDATE,
    ),
    op("DELETE /resource-servers/{id}", resource_servers.delete, "delete:resource_servers"),
)
OPERATIONS = (*_CLIENTS, *_CREDENTIALS, *_GRANTS, *_CONNECTIONS, *_SERVERS)
