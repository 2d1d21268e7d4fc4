"""`/users`, `/grants` (consent) and `/logs`."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge_deep, select
from auth0_emulator.errors import ApiError, invalid_body
from auth0_emulator.oauth import mail, refresh_tokens
from auth0_emulator.oauth.passwords import KIND as PASSWORD
from auth0_emulator.oauth.passwords import set_password
from auth0_emulator.routing import op
from auth0_emulator.schema import FLAG, Body, Schema, loose, null_or, record, text
from auth0_emulator.tenant import Tenant
from auth0_emulator.tenant_log import list_logs, read_log

KIND, GRANT = "user", "user_grant"
_NEVER_SHOWN = frozenset({"password", "connection", "client_id", "verify_email"})


def list_users(tenant: Tenant, call: Call) -> Answer:
    """All users; filter `connection`, search queries are ignored."""
    name = call.query.get("connection")
    keep = (lambda user: user["identities"][0]["connection"] == name) if name else None

    def show(user: Json) -> Json:
        return select(user, call)

    return paging.answer(tenant, call, paging.Listing(KIND, "users", {}, keep, show))


def list_by_email(tenant: Tenant, call: Call) -> Answer:
    """A bare array; `email` is required."""
    if "email" not in call.query:
        message = "Query validation error: 'Missing required property: email'."
        raise ApiError(400, message, "invalid_query_string")
    found = tenant.store.find(KIND, {"email": call.query["email"].lower()})
    return Answer(200, [select(user, call) for user in found])


def create(tenant: Tenant, call: Call) -> Answer:
    """201; 409 if the connection has a user with the same e-mail address."""
    body = call.body
    found = tenant.store.find("connection", {"name": body["connection"]})
    if not found:
        raise ApiError(400, "The connection does not exist", "inexistent_connection")
    if not body.keys() & {"email", "username", "phone_number"}:
        raise invalid_body("One of email, username and phone_number is required")
    email = body.get("email", "").lower()
    same = tenant.store.find(KIND, {"email": email}) if email else []
    if any(user["identities"][0]["connection"] == body["connection"] for user in same):
        raise ApiError(409, "The user already exists.", "auth0_idp_error")
    user = new_user(tenant, found[0], {**body, **({"email": email} if email else {})})
    if tenant.store.get(KIND, user["user_id"]) is not None:
        raise ApiError(409, "The user already exists.", "auth0_idp_error")
    tenant.add(KIND, user["user_id"], user)
    if "password" in body:
        set_password(tenant, user["user_id"], body["password"])
    if body.get("verify_email"):
        mail.send(tenant, mail.VERIFY, user, None)
    return Answer(201, user)


def new_user(tenant: Tenant, connection: Json, body: Json) -> Json:
    """A user of a connection with what the server adds; not stored yet."""
    provider, own = connection["strategy"], body.get("user_id") or tenant.ids.resource_server()
    now = tenant.clock.stamp()
    identity = {
        "connection": connection["name"],
        "user_id": own,
        "provider": provider,
        "isSocial": False,
    }
    name = body.get("email") or body.get("username") or body.get("phone_number")
    shown = {key: value for key, value in body.items() if key not in _NEVER_SHOWN}
    return {
        "created_at": now,
        "email_verified": False,
        "name": name,
        "nickname": str(name).partition("@")[0],
        **shown,
        "identities": [identity],
        "updated_at": now,
        "user_id": f"{provider}|{own}",
    }


def read(tenant: Tenant, call: Call) -> Answer:
    """One user."""
    return Answer(200, select(_find(tenant, call), call))


def update(tenant: Tenant, call: Call) -> Answer:
    """Metadata is merged one level deep, null removes."""
    old = _find(tenant, call)
    change = {key: value for key, value in call.body.items() if key not in _NEVER_SHOWN}
    fixed = {key: old[key] for key in ("user_id", "identities", "created_at")}
    user = {**merge_deep(old, change), **fixed, "updated_at": tenant.clock.stamp()}
    tenant.store.replace(KIND, user["user_id"], user)
    if call.body.get("password"):
        set_password(tenant, user["user_id"], call.body["password"])
    if call.body.get("verify_email"):
        client = tenant.store.get("client", call.body.get("client_id", ""))
        mail.send(tenant, mail.VERIFY, user, client)
    return Answer(200, user)


def delete(tenant: Tenant, call: Call) -> Answer:
    """204, also when it does not exist; consent, memberships and sessions are removed too."""
    where = {"user_id": call.path["id"]}
    tenant.store.remove(KIND, call.path["id"])
    tenant.store.remove(PASSWORD, call.path["id"])
    for kind in (GRANT, "organization_member", "session"):
        tenant.store.remove_where(kind, where)
    refresh_tokens.revoke_of_user(tenant, call.path["id"])
    return Answer(204)


def _find(tenant: Tenant, call: Call) -> Json:
    user = tenant.store.get(KIND, call.path["id"])
    if user is None:
        raise ApiError(404, "The user does not exist.", "inexistent_user")
    return user


def list_grants(tenant: Tenant, call: Call) -> Answer:
    """MG-18: what users consented to; items carry `clientID`."""
    names = {"user_id": "user_id", "client_id": "clientID", "audience": "audience"}
    where = {key: call.query[name] for name, key in names.items() if name in call.query}
    return paging.answer(tenant, call, paging.Listing(GRANT, "grants", where))


def delete_grant(tenant: Tenant, call: Call) -> Answer:
    """MG-18: 204, also when it does not exist; the refresh tokens that came of it end."""
    grant = tenant.store.get(GRANT, call.path["id"])
    if grant is not None:
        where = {"client_id": grant["clientID"], "audience": grant["audience"]}
        refresh_tokens.revoke_of_user(tenant, grant["user_id"], **where)
        tenant.store.remove(GRANT, grant["id"])
    return Answer(204)


def delete_grants_of_user(tenant: Tenant, call: Call) -> Answer:
    """MG-18: 204; `user_id` is required; refresh tokens end too."""
    if not call.query.get("user_id"):
        message = "Query validation error: 'Missing required property: user_id'."
        raise ApiError(400, message, "invalid_query_string")
    tenant.store.remove_where(GRANT, {"user_id": call.query["user_id"]})
    refresh_tokens.revoke_of_user(tenant, call.query["user_id"])
    return Answer(204)


_NAMES: dict[str, Schema] = {
    "email": text(form="email"),
    "phone_number": text(pattern=r"^\+[0-9]{1,15}$"),
    "given_name": text(1, 150),
    "family_name": text(1, 150),
    "name": text(1, 300),
    "nickname": text(1, 300),
    "picture": text(form="absolute-uri"),
    "password": text(1),
    "username": text(1, 128),
}
_REST: dict[str, Schema] = {
    "user_metadata": loose({}),
    "app_metadata": loose({}),
    "blocked": FLAG,
    "email_verified": FLAG,
    "phone_verified": FLAG,
    "verify_email": FLAG,
    "connection": text(1),
}
_CREATE = Body(
    record(
        {**_NAMES, **_REST, "user_id": text(high=255, pattern=r"^\S*$")}, required=("connection",)
    )
)
_UPDATE = Body(
    record(
        {
            **{name: null_or(shape) for name, shape in _NAMES.items()},
            **_REST,
            "client_id": text(1),
            "verify_phone_number": FLAG,
        },
        extra=True,
    )
)

_READ = "read:users read:current_user read:user_idp_tokens"
_CHANGE = "update:users update:users_app_metadata update:current_user_metadata"
OPERATIONS = (
    op("GET /users", list_users, "read:users read:user_idp_tokens"),
    op("POST /users", create, "create:users", _CREATE),
    op("GET /users-by-email", list_by_email, "read:users"),
    op("GET /users/{id}", read, _READ),
    op("PATCH /users/{id}", update, _CHANGE, _UPDATE),
    op("DELETE /users/{id}", delete, "delete:users delete:current_user"),
    op("GET /grants", list_grants, "read:grants"),
    op("DELETE /grants", delete_grants_of_user, "delete:grants"),
    op("DELETE /grants/{id}", delete_grant, "delete:grants"),
    op("GET /logs", list_logs, "read:logs read:logs_users"),
    op("GET /logs/{id}", read_log, "read:logs read:logs_users"),
)
