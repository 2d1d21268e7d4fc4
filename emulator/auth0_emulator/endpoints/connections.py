"""`/connections`: where users come from, and which first-party clients may use them."""

import hashlib
import hmac
from base64 import b64encode
from typing import Any

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge, select
from auth0_emulator.endpoints.connection_options import OPTIONS, completed, replaced_options
from auth0_emulator.errors import ApiError, invalid_body, refused
from auth0_emulator.routing import op
from auth0_emulator.schema import (
    FILLED,
    FLAG,
    Body,
    Schema,
    choice,
    loose,
    many,
    null_or,
    record,
    table,
    text,
)
from auth0_emulator.tenant import Tenant

KIND = "connection"
# MG-08: never left out by a `fields` filter.
_ALWAYS = ("id", "is_domain_connection", "authentication", "connected_accounts")
# Which first-party clients may use a connection.
ENABLED = "connection_client"


def find(tenant: Tenant, connection_id: str) -> Json:
    """MG-04: the stored connection, or 404 `inexistent_connection`."""
    connection = tenant.store.get(KIND, connection_id)
    if connection is None:
        raise ApiError(404, "The connection does not exist", "inexistent_connection")
    return connection


def list_connections(tenant: Tenant, call: Call) -> Answer:
    """All connections; filters by name and by strategies."""
    where: dict[str, Any] = {"name": call.query["name"]} if "name" in call.query else {}
    kinds = [kind for kind in call.query.get("strategy", "").split(",") if kind]
    keep = (lambda connection: connection["strategy"] in kinds) if kinds else None

    def show(connection: Json) -> Json:
        return select(_shown(tenant, connection), call, _ALWAYS)

    return paging.answer(tenant, call, paging.Listing(KIND, "connections", where, keep, show))


def create(tenant: Tenant, call: Call) -> Answer:
    """DC-03: 201; not a domain connection unless asked for."""
    body = merge({}, _without_null_metadata(call.body))
    if tenant.has(KIND, name=body["name"]):
        message = "A connection with the same name already exists"
        raise ApiError(409, message, "connection_conflict")
    enabled = body.pop("enabled_clients", [])
    if "options" in body:
        _check_identifiers(body["options"])
        body["options"] = _encrypted(tenant, body["options"])
    connection = completed({"id": tenant.ids.prefixed("con"), **body}, tenant.domain)
    tenant.add(KIND, connection["id"], connection)
    set_enabled(tenant, connection["id"], dict.fromkeys(enabled, True))
    return Answer(201, _shown(tenant, connection))


def read(tenant: Tenant, call: Call) -> Answer:
    """One connection."""
    connection = find(tenant, call.path["id"])
    return Answer(200, select(_shown(tenant, connection), call, _ALWAYS))


def update(tenant: Tenant, call: Call) -> Answer:
    """DC-02, DC-05, DC-06: what is not sent stays as it is; `options` are replaced."""
    old = find(tenant, call.path["id"])
    change = _without_null_metadata(call.body)
    enabled = change.pop("enabled_clients", None)
    if change.get("options") is not None:
        _check_identifiers(change["options"])
        change["options"] = replaced_options(old, _encrypted(tenant, change["options"]))
    connection = merge(old, change)
    tenant.store.replace(KIND, connection["id"], connection)
    if enabled is not None:
        tenant.store.remove_where(ENABLED, {"connection_id": connection["id"]})
        set_enabled(tenant, connection["id"], dict.fromkeys(enabled, True))
    return Answer(200, _shown(tenant, connection))


def delete(tenant: Tenant, call: Call) -> Answer:
    """DC-13: 202 with the time of deletion, 204 when it does not exist."""
    connection_id = call.path["id"]
    if not tenant.store.remove(KIND, connection_id):
        return Answer(204)
    for kind in (ENABLED, "organization_connection"):
        tenant.store.remove_where(kind, {"connection_id": connection_id})
    return Answer(202, {"deleted_at": tenant.clock.stamp()})


def status(tenant: Tenant, call: Call) -> Answer:
    """200 for a connection that exists."""
    find(tenant, call.path["id"])
    return Answer(200)


def _shown(tenant: Tenant, connection: Json) -> Json:
    enabled = tenant.store.find(ENABLED, {"connection_id": connection["id"]})
    return {**connection, "enabled_clients": [pair["client_id"] for pair in enabled]}


def _without_null_metadata(body: Json) -> Json:
    """MG-10: null in `metadata` removes the key."""
    return {**body, "metadata": merge({}, body["metadata"])} if "metadata" in body else dict(body)


def _check_identifiers(given: Json) -> None:
    """Recorded: attributes without an active identifier are refused. So are a username beside the
    older settings of usernames, and a phone number to sign in with that no sign-up asks for.
    """
    attributes = given.get("attributes")
    if attributes is None:
        return
    if not any(part.get("identifier", {}).get("active") for part in attributes.values()):
        raise invalid_body("attributes must contain one active identifier")
    if "username" in attributes:
        if given.get("requires_username"):
            raise refused("attributes.username and requires_username exclude each other")
        if (given.get("validation") or {}).get("username"):
            raise refused("attributes.username and validation.username exclude each other")
    phone = attributes.get("phone_number", {})
    active = phone.get("identifier", {}).get("active")
    if active and phone.get("signup", {}).get("status") == "inactive":
        raise refused("attributes.phone_number is an identifier, and its sign-up is inactive")


def _encrypted(tenant: Tenant, given: Json) -> Json:
    """DC-07: configuration values are shown encrypted; one that is sent back is encrypted again."""
    if not given.get("configuration"):
        return given
    encrypted = {
        name: encrypt(tenant, value)
        for name, value in given["configuration"].items()
        if value is not None
    }
    return {**given, "configuration": encrypted}


def encrypt(tenant: Tenant, value: str) -> str:
    """Stands for Auth0's encryption: a salted digest in the recorded length, never decrypted."""
    salt = tenant.ids.secret(16).encode()
    key = tenant.fact("token_key").encode()
    digest = hmac.new(key, salt + value.encode(), hashlib.sha512).digest()
    return "CkIK" + b64encode(salt + digest).decode()


def list_connections_of_client(tenant: Tenant, call: Call) -> Answer:
    """The connections enabled for a client, as a checkpoint list."""
    client_id = call.path["id"]
    if tenant.store.get("client", client_id) is None:
        raise ApiError(404, "The client does not exist", "inexistent_client")

    def show(pair: Json) -> Json:
        return tenant.store.get("connection", pair["connection_id"]) or {}

    where = {"client_id": client_id}
    return paging.checkpoint(
        tenant, call, paging.Listing(ENABLED, "connections", where, None, show)
    )


def list_enabled_clients(tenant: Tenant, call: Call) -> Answer:
    """DC-09: `{"clients": [{"client_id"}]}`, `next` while there is more."""
    where = {"connection_id": _existing_id(tenant, call)}

    def show(pair: Json) -> Json:
        return {"client_id": pair["client_id"]}

    return paging.checkpoint(tenant, call, paging.Listing(ENABLED, "clients", where, None, show))


def update_enabled_clients(tenant: Tenant, call: Call) -> Answer:
    """DC-09, DC-10: 204; changes the named clients only, and nothing of the connection."""
    wanted = {item["client_id"]: item["status"] for item in call.body}
    set_enabled(tenant, _existing_id(tenant, call), wanted)
    return Answer(204)


def set_enabled(tenant: Tenant, connection_id: str, wanted: dict[str, bool]) -> None:
    """Enables or disables the connection for each of these clients."""
    for client_id, on in wanted.items():
        key = f"{connection_id}:{client_id}"
        if not on:
            tenant.store.remove(ENABLED, key)
        elif tenant.store.get("client", client_id) is None:
            raise invalid_body(f"The client {client_id} does not exist (emulator wording)")
        elif tenant.store.get(ENABLED, key) is None:
            tenant.add(ENABLED, key, {"connection_id": connection_id, "client_id": client_id})


def _existing_id(tenant: Tenant, call: Call) -> str:
    connection = tenant.store.get("connection", call.path["id"])
    if connection is None:
        raise ApiError(404, "The connection does not exist", "inexistent_connection")
    return str(connection["id"])


_STRATEGIES = (
    "ad adfs amazon apple dropbox bitbucket auth0-oidc auth0 baidu bitly box custom daccount dwolla"
    " email evernote-sandbox evernote exact facebook fitbit github google-apps google-oauth2"
    " instagram ip line linkedin oauth1 oauth2 office365 oidc okta paypal paypal-sandbox"
    " pingfederate planningcenter salesforce-community salesforce-sandbox salesforce samlp"
    " sharepoint shopify shop sms soundcloud thirtysevensignals twitter untappd vkontakte waad"
    " weibo windowslive wordpress yahoo yandex"
).split()

_SHARED: dict[str, Schema] = {
    "display_name": text(high=128),
    "is_domain_connection": FLAG,
    "show_as_button": FLAG,
    "realms": many(FILLED),
    "metadata": table(null_or(text(high=255)), 10),
    "authentication": record({"active": FLAG}, required=("active",)),
    "connected_accounts": record({"active": FLAG, "cross_app_access": FLAG}, required=("active",)),
    "cross_app_access_requesting_app": null_or(loose({"active": FLAG})),
    "cross_app_access_resource_app": null_or(loose({})),
}

_CREATE = Body(
    record(
        {
            **_SHARED,
            "name": text(high=128, pattern="^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$"),
            "strategy": choice(*_STRATEGIES),
            "options": OPTIONS,
            "enabled_clients": many(text(form="client-id")),
        },
        required=("name", "strategy"),
    )
)

# DC-08: `name` and `strategy` are fixed at creation.
_UPDATE = Body(
    record(
        {
            **_SHARED,
            "options": null_or(OPTIONS),
            "enabled_clients": null_or(many(text(form="client-id"))),
        },
        least=1,
    )
)

# DC-09: at most fifty items.
_ENABLED_CLIENTS = Body(
    many(
        record(
            {"client_id": text(form="client-id"), "status": FLAG},
            required=("client_id", "status"),
        ),
        1,
        50,
    )
)

_CLIENTS = "/connections/{id}/clients"
OPERATIONS = (
    op("GET /connections", list_connections, "read:connections"),
    op("POST /connections", create, "create:connections", _CREATE),
    op("GET /connections/{id}", read, "read:connections"),
    op("PATCH /connections/{id}", update, "update:connections", _UPDATE),
    op("DELETE /connections/{id}", delete, "delete:connections"),
    op("GET /connections/{id}/status", status, "read:connections"),
    op(f"GET {_CLIENTS}", list_enabled_clients, "read:connections"),
    op(f"PATCH {_CLIENTS}", update_enabled_clients, "update:connections", _ENABLED_CLIENTS),
    op(
        "GET /clients/{id}/connections",
        list_connections_of_client,
        "read:connections read:clients read:client_summary",
    ),
)
