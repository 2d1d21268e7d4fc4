"""Organizations, and the people in them."""

from auth0_emulator import (
    organization_clients,
    organization_connections,
    organization_grants,
    organization_members,
    organizations,
    users,
)
from auth0_emulator.bodies import organizations as body
from auth0_emulator.bodies import people
from auth0_emulator.routing import op

_ONE = "/organizations/{id}"
_ALL = f"{_ONE}/connections"
_ENABLED = f"{_ONE}/enabled_connections"
_CLIENTS = f"{_ONE}/clients"
_READ = "read:organizations read:organizations_summary"

_ORGANIZATIONS = (
    op("GET /organizations", organizations.list_organizations, _READ),
    op(
        "POST /organizations",
        organizations.create,
        "create:organizations create:organization_connections",
        body.CREATE,
    ),
    op("GET /organizations/name/{name}", organizations.read_by_name, "read:organizations"),
    op(f"GET {_ONE}", organizations.read, _READ),
    op(f"PATCH {_ONE}", organizations.update, "update:organizations", body.UPDATE),
    op(f"DELETE {_ONE}", organizations.delete, "delete:organizations"),
)
_GRANTS = (
    op(
        f"GET {_ONE}/client-grants",
        organization_grants.list_grants,
        "read:organization_client_grants",
    ),
    op(
        f"POST {_ONE}/client-grants",
        organization_grants.add,
        "create:organization_client_grants",
        body.ADD_GRANT,
    ),
    op(
        f"DELETE {_ONE}/client-grants/{{grant_id}}",
        organization_grants.delete,
        "delete:organization_client_grants",
    ),
)

_SCOPE = "organization_connections"
_CONNECTIONS = (
    op(f"GET {_ALL}", organization_connections.list_all, f"read:{_SCOPE}"),
    op(f"POST {_ALL}", organization_connections.add, f"create:{_SCOPE}", body.ADD_CONNECTION),
    op(f"GET {_ALL}/{{connection_id}}", organization_connections.read, f"read:{_SCOPE}"),
    op(
        f"PATCH {_ALL}/{{connection_id}}",
        organization_connections.update,
        f"update:{_SCOPE}",
        body.UPDATE_CONNECTION,
    ),
    op(f"DELETE {_ALL}/{{connection_id}}", organization_connections.delete, f"delete:{_SCOPE}"),
    op(f"GET {_ENABLED}", organization_connections.list_enabled, f"read:{_SCOPE}"),
    op(
        f"POST {_ENABLED}",
        organization_connections.add_enabled,
        f"create:{_SCOPE}",
        body.ADD_ENABLED,
    ),
    op(
        f"GET {_ENABLED}/{{connection_id}}",
        organization_connections.read_enabled,
        f"read:{_SCOPE}",
    ),
    op(
        f"PATCH {_ENABLED}/{{connection_id}}",
        organization_connections.update_enabled,
        f"update:{_SCOPE}",
        body.UPDATE_ENABLED,
    ),
    op(
        f"DELETE {_ENABLED}/{{connection_id}}",
        organization_connections.delete,
        f"delete:{_SCOPE}",
    ),
)
_APPLICATIONS = (
    op(f"GET {_CLIENTS}", organization_clients.list_clients, "read:organization_clients"),
    op(
        f"POST {_CLIENTS}",
        organization_clients.add,
        "create:organization_clients",
        body.ADD_CLIENTS,
    ),
    op(
        f"DELETE {_CLIENTS}",
        organization_clients.delete,
        "delete:organization_clients",
        body.REMOVE_CLIENTS,
    ),
    op(f"GET {_CLIENTS}/{{client_id}}", organization_clients.read, "read:organization_clients"),
    op(
        f"PATCH {_CLIENTS}/{{client_id}}",
        organization_clients.update,
        "update:organization_clients",
        body.UPDATE_CLIENT,
    ),
)
_MEMBERS = (
    op(f"GET {_ONE}/members", organization_members.list_members, "read:organization_members"),
    op(
        f"POST {_ONE}/members",
        organization_members.add,
        "create:organization_members",
        body.MEMBERS,
    ),
    op(
        f"DELETE {_ONE}/members",
        organization_members.delete,
        "delete:organization_members",
        body.MEMBERS,
    ),
)
_USERS = (
    op("GET /users", users.list_users, "read:users read:user_idp_tokens"),
    op("POST /users", users.create, "create:users", people.CREATE_USER),
    op("GET /users-by-email", users.list_by_email, "read:users"),
    op("GET /users/{id}", users.read, "read:users read:current_user read:user_idp_tokens"),
    op(
        "PATCH /users/{id}",
        users.update,
        "update:users update:users_app_metadata update:current_user_metadata",
        people.UPDATE_USER,
    ),
    op("DELETE /users/{id}", users.delete, "delete:users delete:current_user"),
    op("GET /grants", users.list_grants, "read:grants"),
    op("DELETE /grants", users.delete_grants_of_user, "delete:grants"),
    op("DELETE /grants/{id}", users.delete_grant, "delete:grants"),
    op("GET /logs", users.list_logs, "read:logs read:logs_users"),
    op("GET /logs/{id}", users.read_log, "read:logs read:logs_users"),
)
OPERATIONS = (*_ORGANIZATIONS, *_GRANTS, *_CONNECTIONS, *_APPLICATIONS, *_MEMBERS, *_USERS)
