"""`/connections`: where users come from."""

import hashlib
import hmac
from base64 import b64encode
from typing import Any

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.client_connections import ENABLED, set_enabled
from auth0_emulator.connection_defaults import completed, options
from auth0_emulator.errors import ApiError, invalid_body
from auth0_emulator.fields import merge, select
from auth0_emulator.tenant import Tenant

KIND = "connection"
# MG-08: never left out by a `fields` filter.
_ALWAYS = ("id", "is_domain_connection", "authentication", "connected_accounts")
_GONE_WITH_IT = (ENABLED, "organization_connection")


def find(tenant: Tenant, connection_id: str) -> Json:
    """MG-04: the stored connection, or 404 `inexistent_connection`."""
    connection = tenant.store.get(KIND, connection_id)
    if connection is None:
        raise ApiError(404, "The connection does not exist", "inexistent_connection")
    return connection


def list_connections(tenant: Tenant, call: Call) -> Answer:
    """Filters by name and by strategies."""
    where: dict[str, Any] = {"name": call.query["name"]} if "name" in call.query else {}
    kinds = [kind for kind in call.query.get("strategy", "").split(",") if kind]
    keep = (lambda connection: connection["strategy"] in kinds) if kinds else None

    def show(connection: Json) -> Json:
        return select(_shown(tenant, connection), call, _ALWAYS)

    return paging.answer(tenant, call, paging.Listing(KIND, "connections", where, keep, show))


def create(tenant: Tenant, call: Call) -> Answer:
    """DC-03: 201; not a domain connection unless asked for."""
    body = merge({}, _without_null_marks(call.body))
    if tenant.has(KIND, name=body["name"]):
        message = "A connection with the same name already exists"
        raise ApiError(409, message, "connection_conflict")
    enabled = body.pop("enabled_clients", [])
    if "options" in body:
        _identifiers(body["options"])
        body["options"] = _sealed(tenant, body["options"])
    connection = completed({"id": tenant.ids.prefixed("con"), **body}, tenant.domain)
    tenant.add(KIND, connection["id"], connection)
    set_enabled(tenant, connection["id"], dict.fromkeys(enabled, True))
    return Answer(201, _shown(tenant, connection))


def read(tenant: Tenant, call: Call) -> Answer:
    """One connection."""
    connection = find(tenant, call.path["id"])
    return Answer(200, select(_shown(tenant, connection), call, _ALWAYS))


def update(tenant: Tenant, call: Call) -> Answer:
    """DC-02, DC-05, DC-06: what is not sent stays as it is; `options` are replaced whole."""
    old = find(tenant, call.path["id"])
    change = _without_null_marks(call.body)
    enabled = change.pop("enabled_clients", None)
    if change.get("options") is not None:
        _identifiers(change["options"])
        change["options"] = options(old, _sealed(tenant, change["options"]))
    connection = merge(old, change)
    tenant.store.replace(KIND, connection["id"], connection)
    if enabled is not None:
        tenant.store.remove_where(ENABLED, {"connection_id": connection["id"]})
        set_enabled(tenant, connection["id"], dict.fromkeys(enabled, True))
    return Answer(200, _shown(tenant, connection))


def delete(tenant: Tenant, call: Call) -> Answer:
    """DC-13: 202 with the time of deletion, 204 when already gone."""
    connection_id = call.path["id"]
    if not tenant.store.remove(KIND, connection_id):
        return Answer(204)
    for kind in _GONE_WITH_IT:
        tenant.store.remove_where(kind, {"connection_id": connection_id})
    return Answer(202, {"deleted_at": tenant.clock.stamp()})


def status(tenant: Tenant, call: Call) -> Answer:
    """200 for a connection that exists."""
    find(tenant, call.path["id"])
    return Answer(200)


def _shown(tenant: Tenant, connection: Json) -> Json:
    enabled = tenant.store.find(ENABLED, {"connection_id": connection["id"]})
    return {**connection, "enabled_clients": [pair["client_id"] for pair in enabled]}


def _without_null_marks(body: Json) -> Json:
    """MG-10: null in `metadata` removes the key."""
    return {**body, "metadata": merge({}, body["metadata"])} if "metadata" in body else dict(body)


def _identifiers(given: Json) -> None:
    """Recorded: attributes without an active identifier are refused."""
    attributes = given.get("attributes")
    if attributes is None:
        return
    if not any(part.get("identifier", {}).get("active") for part in attributes.values()):
        raise invalid_body("attributes must contain one active identifier")


def _sealed(tenant: Tenant, given: Json) -> Json:
    """DC-07: configuration secrets come back unreadable; sending them back seals them again."""
    if not given.get("configuration"):
        return given
    sealed = {
        name: seal(tenant, value)
        for name, value in given["configuration"].items()
        if value is not None
    }
    return {**given, "configuration": sealed}


def seal(tenant: Tenant, value: str) -> str:
    """Nobody reads it back, so it need not be opened: a salted digest in the recorded length."""
    salt = tenant.ids.secret(16).encode()
    key = tenant.fact("token_key").encode()
    digest = hmac.new(key, salt + value.encode(), hashlib.sha512).digest()
    return "CkIK" + b64encode(salt + digest).decode()
