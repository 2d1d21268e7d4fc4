"""`/clients`: applications."""

from typing import Any

from auth0_emulator import cimd, client_credentials, paging, strict
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.client_defaults import completed, is_strict
from auth0_emulator.client_rules import ALWAYS, extra_scopes, fixed_values, room, security_mode
from auth0_emulator.client_view import reader, shown, written
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import merge
from auth0_emulator.tenant import Tenant

KIND = "client"


def find(tenant: Tenant, client_id: str) -> Json:
    """MG-04: the stored client, or 404 `inexistent_client`."""
    client = tenant.store.get(KIND, client_id)
    if client is None:
        raise ApiError(404, "The client does not exist", "inexistent_client")
    return client


def list_clients(tenant: Tenant, call: Call) -> Answer:
    """All clients, the global one among them; filters as in the description."""
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
    room(tenant)
    extra_scopes(call, "create")
    body = security_mode(tenant, logout_names(call.body))
    client = completed(_deep({}, body))
    client = {
        "name": client.pop("name"),
        "client_id": tenant.ids.client(strict=is_strict(client)),
        "client_secret": tenant.ids.secret(),
        **client,
    }
    client = client_credentials.adopt_new(tenant, client)
    _check(client)
    tenant.add(KIND, client["client_id"], client)
    return Answer(201, {**shown(tenant, client), "encrypted": True})


def read(tenant: Tenant, call: Call) -> Answer:
    """One client."""
    return Answer(200, reader(tenant, call)(find(tenant, call.path["id"])))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-10, TP-CREATE-26: what is not sent survives, null removes, metadata is merged."""
    old = find(tenant, call.path["id"])
    extra_scopes(call, "update")
    fixed_values(old, call.body)
    cimd.patchable(old, call.body)
    client = merge(old, _deep(old, logout_names(call.body)))
    client_credentials.check_attached(tenant, client)
    _check(client)
    tenant.store.replace(KIND, client["client_id"], client)
    return Answer(200, written(tenant, call, client))


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-05, MG-16, LP-06: 204, also when already gone; what hangs on the client goes too."""
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


def _deep(old: Json, change: Json) -> Json:
    """The objects that a PATCH merges instead of replacing them (TP-CREATE-21 among them)."""
    merged = dict(change)
    if change.get("initiate_login_uri") == "":
        # Recorded: this one is not kept empty, unlike `description` or `callbacks`.
        merged["initiate_login_uri"] = None
    for name in ("client_metadata", "jwt_configuration", "refresh_token"):
        if isinstance(change.get(name), dict):
            merged[name] = merge(old.get(name, {}), change[name])
    return merged


def logout_names(body: Json) -> Json:
    """Recorded: `oidc_logout` also shows as `oidc_backchannel_logout` and goes with it."""
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
        strict.check(client)
