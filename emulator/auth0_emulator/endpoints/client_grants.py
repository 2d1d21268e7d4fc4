"""`/client-grants`: what one client, or every third-party client, may call."""

from typing import Any

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.routing import op
from auth0_emulator.schema import FILLED, FLAG, TEXT, Body, choice, many, null_or, record, text
from auth0_emulator.tenant import Tenant

KIND = "client_grant"
_FILTERS = ("client_id", "audience", "subject_type", "default_for")
_DUPLICATE = "A client grant for this client, audience and subject type already exists."


def find(tenant: Tenant, grant_id: str) -> Json:
    """CG-12: the stored grant, or 404."""
    grant = tenant.store.get(KIND, grant_id)
    if grant is None:
        raise ApiError(404, "The client grant does not exist.", "inexistent_client_grant")
    return grant


def list_grants(tenant: Tenant, call: Call) -> Answer:
    """CG-18: filters by the natural key."""
    where: dict[str, Any] = {name: call.query[name] for name in _FILTERS if name in call.query}
    if call.flag("allow_any_organization"):
        where["allow_any_organization"] = True
    return paging.answer(tenant, call, paging.Listing(KIND, "client_grants", where))


def create(tenant: Tenant, call: Call) -> Answer:
    """CG-03, CG-04: 201; `subject_type` is `client` unless given."""
    body = {"subject_type": "client", **call.body}
    _check_subject(body)
    _check_scopes(body)
    _check_details(body)
    client = _client(tenant, body)
    server = _resource_server(tenant, body["audience"])
    _check_system_api(server, client)
    _check_third_party(client, body)
    _check_unique(tenant, body)
    _check_limit(tenant)
    grant = _ordered({"id": tenant.ids.prefixed("cgr"), **body})
    return Answer(201, tenant.add(KIND, grant["id"], grant))


def read(tenant: Tenant, call: Call) -> Answer:
    """One grant."""
    return Answer(200, find(tenant, call.path["id"]))


def update(tenant: Tenant, call: Call) -> Answer:
    """CG-10: a merge at the top level; arrays are replaced."""
    old = find(tenant, call.path["id"])
    _check_scopes({"allow_all_scopes": old.get("allow_all_scopes"), **call.body})
    grant = merge(old, call.body)
    if "scope" not in grant and not grant.get("allow_all_scopes"):
        grant["scope"] = []
    _check_details(grant)
    client = tenant.store.get("client", grant["client_id"]) if "client_id" in grant else None
    _check_third_party(client, grant)
    grant = _ordered(grant)
    tenant.store.replace(KIND, grant["id"], grant)
    return Answer(200, grant)


def delete(tenant: Tenant, call: Call) -> Answer:
    """CG-19: 204, also when it does not exist; organizations lose it too."""
    tenant.store.remove(KIND, call.path["id"])
    tenant.store.remove_where("organization_grant", {"grant_id": call.path["id"]})
    return Answer(204)


def _check_subject(body: Json) -> None:
    """CG-02: exactly one of `client_id` and `default_for`."""
    if ("client_id" in body) == ("default_for" in body):
        raise refused("exactly one of client_id and default_for is required")


def _check_scopes(body: Json) -> None:
    """CG-07: a list of scopes or all scopes, not both."""
    if body.get("allow_all_scopes") and "scope" in body:
        raise refused("scope and allow_all_scopes exclude each other")


def _check_details(grant: Json) -> None:
    """CG-08: authorization details are for `user` grants."""
    if grant.get("authorization_details_types") and grant.get("subject_type") != "user":
        raise refused("authorization_details_types needs subject_type 'user'")


def _client(tenant: Tenant, body: Json) -> Json | None:
    """CG-12: the client of the grant, None for a default grant."""
    if "client_id" not in body:
        return None
    client = tenant.store.get("client", body["client_id"])
    if client is None:
        raise ApiError(404, "Client not found", "inexistent_client")
    return client


def _resource_server(tenant: Tenant, audience: str) -> Json:
    """CG-12: the API of the grant."""
    found = tenant.store.find("resource_server", {"identifier": audience})
    if not found:
        raise ApiError(404, "Resource server not found", "inexistent_resource_server")
    return found[0]


def _check_system_api(server: Json, client: Json | None) -> None:
    """CG-11: Auth0's own APIs are not available to third parties."""
    if server.get("is_system") and (client is None or not client["is_first_party"]):
        raise ApiError(
            400,
            "Client grants for this API cannot be created for third-party clients.",
            "invalid_body",
        )


def _check_third_party(client: Json | None, grant: Json) -> None:
    """CG-13, ORG-05: `allow_any_organization` is not available to third parties."""
    third_party = client is None or not client["is_first_party"]
    if third_party and grant.get("allow_any_organization"):
        raise refused("allow_any_organization is not available to third-party clients")


def _check_unique(tenant: Tenant, body: Json) -> None:
    """CG-05: one grant per client (or default), API and subject type.

    Auth0's 409 is not recorded; message and code are the emulator's.
    """
    key = {name: body[name] for name in _FILTERS if name in body}
    if tenant.has(KIND, **key):
        raise ApiError(409, _DUPLICATE, "client_grant_conflict")


def _check_limit(tenant: Tenant) -> None:
    """MG-19: the number of client grants that the plan allows."""
    if tenant.store.count(KIND, {}) >= tenant.limits.client_grants:
        raise ApiError(
            403,
            "You reached the limit of entities of this type for this tenant.",
            "too_many_entities",
        )


_ORDER = (
    *("id client_id audience scope subject_type organization_usage".split()),
    *("allow_any_organization authorization_details_types allow_all_scopes default_for".split()),
)


def _ordered(grant: Json) -> Json:
    """CG-07: with all scopes there is no `scope`; unset keys are absent (CG-13)."""
    if grant.get("allow_all_scopes"):
        grant = {key: value for key, value in grant.items() if key != "scope"}
    elif "scope" not in grant:
        grant = {**grant, "scope": []}
    return {key: grant[key] for key in (*_ORDER, "is_system") if key in grant}


_USAGE = choice("deny", "allow", "require")
_SCOPE_LIST = many(text(1, 280))
_DETAILS = many(text(1, 255))

_CREATE = Body(
    record(
        {
            "client_id": TEXT,
            "audience": FILLED,
            "scope": _SCOPE_LIST,
            "subject_type": choice("client", "user"),
            "default_for": choice("third_party_clients"),
            "organization_usage": _USAGE,
            "allow_any_organization": FLAG,
            "authorization_details_types": _DETAILS,
            "allow_all_scopes": FLAG,
        },
        required=("audience",),
    )
)

# CG-09: what a PATCH accepts; everything else is fixed at creation.
_UPDATE = Body(
    record(
        {
            "scope": null_or(_SCOPE_LIST),
            "organization_usage": null_or(_USAGE),
            "allow_any_organization": null_or(FLAG),
            "authorization_details_types": _DETAILS,
            "allow_all_scopes": null_or(FLAG),
        },
        least=1,
    )
)

# CG-20: each verb has its scope.
OPERATIONS = (
    op("GET /client-grants", list_grants, "read:client_grants"),
    op("POST /client-grants", create, "create:client_grants", _CREATE),
    op("GET /client-grants/{id}", read, "read:client_grants"),
    op("PATCH /client-grants/{id}", update, "update:client_grants", _UPDATE),
    op("DELETE /client-grants/{id}", delete, "delete:client_grants"),
)
