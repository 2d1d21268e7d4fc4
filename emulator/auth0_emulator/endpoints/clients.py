"""`/clients`: applications, and which of their properties a caller may see."""

from collections.abc import Callable
from typing import Any

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge, select
from auth0_emulator.endpoints import cimd, client_bodies, client_credentials, strict_mode
from auth0_emulator.endpoints.client_rules import (
    ALWAYS,
    check_client_limit,
    check_extra_scopes,
    check_fixed_values,
    completed,
    is_strict,
    with_security_mode,
)
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.tenant import NAME, Tenant

KIND = "client"


def find(tenant: Tenant, client_id: str) -> Json:
    """MG-04: the stored client, or 404 `inexistent_client`."""
    client = tenant.store.get(KIND, client_id)
    if client is None:
        raise ApiError(404, "The client does not exist", "inexistent_client")
    return client


def list_clients(tenant: Tenant, call: Call) -> Answer:
    """All clients, the global client too; filters as in Auth0's description."""
    where: dict[str, Any] = {}
    for flag in ("is_first_party", "global"):
        value = call.flag("is_global" if flag == "global" else flag)
        if value is not None:
            # Only the global client carries the property.
            where[flag] = (True if value else None) if flag == "global" else value
    if "external_client_id" in call.query:
        where["external_client_id"] = call.query["external_client_id"]
    kinds = [kind for kind in call.query.get("app_type", "").split(",") if kind]
    keep = (lambda client: client.get("app_type") in kinds) if kinds else None
    listing = paging.Listing(KIND, "clients", where, keep, reader(tenant, call))
    return paging.answer(tenant, call, listing)


def create(tenant: Tenant, call: Call) -> Answer:
    """TP-CREATE-01, TP-CREATE-28: 201, with a secret even for public clients."""
    check_client_limit(tenant)
    check_extra_scopes(call, "create")
    body = with_security_mode(tenant, _logout_names(call.body))
    client = completed(_merge_objects({}, body))
    client = {
        "name": client.pop("name"),
        "client_id": tenant.ids.client(strict=is_strict(client)),
        "client_secret": tenant.ids.secret(),
        **client,
    }
    client = client_credentials.store_new(tenant, client)
    _check(client)
    tenant.add(KIND, client["client_id"], client)
    return Answer(201, {**shown(tenant, client), "encrypted": True})


def read(tenant: Tenant, call: Call) -> Answer:
    """One client."""
    return Answer(200, reader(tenant, call)(find(tenant, call.path["id"])))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-10, TP-CREATE-26: what is not sent stays, null removes, metadata is merged."""
    old = find(tenant, call.path["id"])
    check_extra_scopes(call, "update")
    check_fixed_values(old, call.body)
    cimd.check_change(old, call.body)
    client = merge(old, _merge_objects(old, _logout_names(call.body)))
    client_credentials.check_attached(tenant, client)
    _check(client)
    tenant.store.replace(KIND, client["client_id"], client)
    return Answer(200, written(tenant, call, client))


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-05, MG-16, LP-06: 204, also when it does not exist; its grants and credentials go too."""
    client_id = call.path["id"]
    client = tenant.store.get(KIND, client_id)
    if client is not None and client.get("global"):
        raise ApiError(400, "Global client cannot be deleted.", "invalid_body")
    tenant.store.remove(KIND, client_id)
    for grant in tenant.store.find("client_grant", {"client_id": client_id}):
        tenant.store.remove_where("organization_grant", {"grant_id": grant["id"]})
    for kind in ("client_grant", "connection_client", "credential", "organization_client"):
        tenant.store.remove_where(kind, {"client_id": client_id})
    tenant.store.remove_where("user_grant", {"clientID": client_id})
    return Answer(204)


def rotate_secret(tenant: Tenant, call: Call) -> Answer:
    """A new secret; the old one stops working."""
    client = {**find(tenant, call.path["id"]), "client_secret": tenant.ids.secret()}
    tenant.store.replace(KIND, client["client_id"], client)
    return Answer(200, shown(tenant, client))


def _merge_objects(old: Json, change: Json) -> Json:
    """The objects that a PATCH merges instead of replacing them (TP-CREATE-21 among them)."""
    merged = dict(change)
    if change.get("initiate_login_uri") == "":
        # Recorded: an empty one is removed, unlike an empty `description` or `callbacks`.
        merged["initiate_login_uri"] = None
    # `mobile` keeps the platform that is not sent.
    for name in ("client_metadata", "jwt_configuration", "refresh_token", "mobile"):
        if isinstance(change.get(name), dict):
            merged[name] = merge(old.get(name, {}), change[name])
    return merged


def _logout_names(body: Json) -> Json:
    """Recorded: `oidc_logout` also appears as `oidc_backchannel_logout`, and null removes both."""
    if "oidc_logout" in body:
        urls = body["oidc_logout"].get("backchannel_logout_urls", [])
        return {**body, "oidc_backchannel_logout": {"backchannel_logout_urls": urls}}
    if "oidc_backchannel_logout" in body and body["oidc_backchannel_logout"] is None:
        return {**body, "oidc_logout": None}
    return body


def _check(client: Json) -> None:
    for rule in ALWAYS:
        rule(client)
    if is_strict(client):
        strict_mode.check(client)


_SECRET = frozenset({"client_secret", "encryption_key", "signing_keys"})
_SUMMARY = frozenset({"client_id", "name", "app_type", "is_first_party", "tenant", "global"})


def shown(tenant: Tenant, client: Json) -> Json:
    """The stored client and what the server adds to each."""
    signing_key: Json = {"cert": tenant.fact("signing_cert"), "subject": f"/CN={tenant.domain}"}
    body = {
        "tenant": NAME,
        "global": False,
        **{key: value for key, value in client.items() if not key.startswith("_")},
        "signing_keys": [signing_key],
        "callback_url_template": False,
    }
    if "external_client_id" in client:
        # Recorded: such a client is strict, and the answer does not say so (CIMD-04).
        body.pop("third_party_security_mode", None)
    if client.get("client_authentication_methods"):
        # Recorded: a client that authenticates with a key keeps its secret but does not show it.
        del body["client_secret"]
    return body


def written(tenant: Tenant, call: Call, client: Json) -> Json:
    """MG-09: a PATCH shows the secret to callers that may change or read it."""
    body = shown(tenant, client)
    if not call.caller.may("update:client_keys", "read:client_keys", "read:client_credentials"):
        body = {key: value for key, value in body.items() if key not in _SECRET}
    # CIMD-04: nor does it name the metadata document.
    return {key: value for key, value in body.items() if not key.startswith("external_")}


def reader(tenant: Tenant, call: Call) -> Callable[[Json], Json]:
    """MG-08, MG-09: how a GET shows a client to this caller.

    The secret needs `read:client_keys` or `read:client_credentials`; `read:client_summary` alone
    shows what identifies the client. A `fields` filter never removes `tenant`.
    """
    keys = call.caller.may("read:client_keys", "read:client_credentials")
    full = keys or call.caller.may("read:clients")

    def show(client: Json) -> Json:
        body = shown(tenant, client)
        if not keys:
            body = {key: value for key, value in body.items() if key not in _SECRET}
        if not full:
            body = {key: value for key, value in body.items() if key in _SUMMARY}
        return select(body, call, always=("tenant",))

    return show


_READ = "read:clients read:client_keys read:client_credentials read:client_summary"
_UPDATE = (
    "update:clients update:client_keys update:client_credentials"
    " update:client_token_vault_privileged_access"
)
OPERATIONS = (
    op("GET /clients", list_clients, _READ),
    op("POST /clients", create, "create:clients", client_bodies.CREATE),
    op("GET /clients/{id}", read, _READ),
    op("PATCH /clients/{id}", update, _UPDATE, client_bodies.UPDATE),
    op("DELETE /clients/{id}", delete, "delete:clients"),
    op("POST /clients/{id}/rotate-secret", rotate_secret, "update:client_keys"),
)
