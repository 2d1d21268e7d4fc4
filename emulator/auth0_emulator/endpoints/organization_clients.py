"""Clients of an organization (ORG-07), and its client grants for client access."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.endpoints import client_grants, organizations
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import FILLED, FLAG, Body, many, record, text
from auth0_emulator.tenant import Tenant

_CLIENT = "organization_client"
_LIMIT = 100
_SHOWN = ("name", "app_type", "logo_uri", "is_first_party", "grant_types", "organization_usage")


def list_clients(tenant: Tenant, call: Call) -> Answer:
    """The clients of an organization, as a checkpoint list."""
    where = {"organization_id": organizations.find(tenant, call.path["id"])["id"]}

    def show(item: Json) -> Json:
        return _shown(tenant, item)

    return paging.checkpoint(tenant, call, paging.Listing(_CLIENT, "clients", where, None, show))


def add_clients(tenant: Tenant, call: Call) -> Answer:
    """ORG-07: at most ten at a time and a hundred in all; answers a bare array of the new ones."""
    organization_id = organizations.find(tenant, call.path["id"])["id"]
    added = []
    for item in call.body["clients"]:
        if tenant.store.get("client", item["client_id"]) is None:
            raise ApiError(404, "The client does not exist", "inexistent_client")
        key = f"{organization_id}:{item['client_id']}"
        if tenant.store.get(_CLIENT, key) is not None:
            raise ApiError(409, "The client has already been added to this organization.")
        body = {"organization_id": organization_id, "use_for_member_access": False, **item}
        added.append(tenant.add(_CLIENT, key, body))
    if tenant.store.count(_CLIENT, {"organization_id": organization_id}) > _LIMIT:
        raise ApiError(409, f"An organization takes at most {_LIMIT} clients. (emulator wording)")
    return Answer(201, [_shown(tenant, item) for item in added])


def read_client(tenant: Tenant, call: Call) -> Answer:
    """One client of the organization."""
    return Answer(200, _shown(tenant, _find_client(tenant, call)))


def update_client(tenant: Tenant, call: Call) -> Answer:
    """Changes whether members sign in with the client."""
    item = {**_find_client(tenant, call), **call.body}
    tenant.store.replace(_CLIENT, f"{item['organization_id']}:{item['client_id']}", item)
    return Answer(200, _shown(tenant, item))


def remove_clients(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, also when it does not exist."""
    organization_id = organizations.find(tenant, call.path["id"])["id"]
    for item in call.body["clients"]:
        client_id = item if isinstance(item, str) else item["client_id"]
        tenant.store.remove(_CLIENT, f"{organization_id}:{client_id}")
    return Answer(204)


def _find_client(tenant: Tenant, call: Call) -> Json:
    item = tenant.store.get(_CLIENT, f"{call.path['id']}:{call.path['client_id']}")
    if item is None:
        raise ApiError(404, "The client is not associated with this organization.")
    return item


def _shown(tenant: Tenant, item: Json) -> Json:
    client = tenant.store.get("client", item["client_id"]) or {}
    return {
        "client_id": item["client_id"],
        "use_for_member_access": item["use_for_member_access"],
        "client": {name: client[name] for name in _SHOWN if name in client},
    }


_GRANT = "organization_grant"


def list_grants(tenant: Tenant, call: Call) -> Answer:
    """ORG-05: the grants of an organization; items carry `id` and `subject_type`."""
    organization_id = _organization(tenant, call.path["id"])["id"]
    wanted = [one for one in call.query.get("grant_ids", "").split(",") if one]

    def keep(pair: Json) -> bool:
        grant = tenant.store.get(client_grants.KIND, pair["grant_id"]) or {}
        return (not wanted or pair["grant_id"] in wanted) and all(
            grant.get(name) == call.query[name]
            for name in ("audience", "client_id")
            if name in call.query
        )

    def show(pair: Json) -> Json:
        return tenant.store.get(client_grants.KIND, pair["grant_id"]) or {}

    where = {"organization_id": organization_id}
    listing = paging.Listing(_GRANT, "client_grants", where, keep, show)
    return paging.answer(tenant, call, listing)


def add_grant(tenant: Tenant, call: Call) -> Answer:
    """ORG-05: 201, with `grant_id` instead of `id` and without `subject_type`."""
    organization_id = _organization(tenant, call.path["id"])["id"]
    grant = tenant.store.get(client_grants.KIND, call.body["grant_id"])
    if grant is None:
        raise ApiError(404, "The grant does not exist.")
    key = f"{organization_id}:{grant['id']}"
    if tenant.store.get(_GRANT, key) is not None:
        raise ApiError(409, "The client grant has already been added to this organization.")
    _check_limit(tenant, organization_id)
    tenant.add(_GRANT, key, {"organization_id": organization_id, "grant_id": grant["id"]})
    rest = {k: v for k, v in grant.items() if k not in ("id", "subject_type")}
    return Answer(201, {"grant_id": grant["id"], **rest})


def remove_grant(tenant: Tenant, call: Call) -> Answer:
    """ORG-06, MG-17: 204, also when it does not exist."""
    organization_id = _organization(tenant, call.path["id"])["id"]
    tenant.store.remove(_GRANT, f"{organization_id}:{call.path['grant_id']}")
    return Answer(204)


def list_organizations(tenant: Tenant, call: Call) -> Answer:
    """ORG-06: the organizations that a grant was added to."""
    grant_id = client_grants.find(tenant, call.path["id"])["id"]

    def show(pair: Json) -> Json:
        return tenant.store.get("organization", pair["organization_id"]) or {}

    listing = paging.Listing(_GRANT, "organizations", {"grant_id": grant_id}, None, show)
    return paging.answer(tenant, call, listing)


def _organization(tenant: Tenant, organization_id: str) -> Json:
    organization = tenant.store.get("organization", organization_id)
    if organization is None:
        raise ApiError(404, "No organization found by that id")
    return organization


def _check_limit(tenant: Tenant, organization_id: str) -> None:
    """MG-19: at most 100 per organization."""
    if tenant.store.count(_GRANT, {"organization_id": organization_id}) >= (
        tenant.limits.grants_per_organization
    ):
        message = "The organization has the most client grants that it can have."
        raise ApiError(409, f"{message} (emulator wording)")


_ADD_GRANT = Body(record({"grant_id": text(1, form="client-grant-id")}, required=("grant_id",)))

# ORG-07: ten at a time.
_ITEM = record(
    {"client_id": text(form="client-id"), "use_for_member_access": FLAG}, required=("client_id",)
)
_ADD_CLIENTS = Body(record({"clients": many(_ITEM, 1, 10)}, required=("clients",)))
_UPDATE_CLIENT = Body(record({"use_for_member_access": FLAG}))
# Recorded as a list of ids, documented as a list of objects; both are accepted.
_REMOVE_CLIENTS = Body(
    record(
        {"clients": {"type": "array", "items": {"anyOf": [FILLED, _ITEM]}, "minItems": 1}},
        required=("clients",),
    )
)

_CLIENTS = "/organizations/{id}/clients"
_ONE = _CLIENTS + "/{client_id}"
_GRANTS = "/organizations/{id}/client-grants"
_GRANT_SCOPE = "organization_client_grants"
OPERATIONS = (
    op(f"GET {_CLIENTS}", list_clients, "read:organization_clients"),
    op(f"POST {_CLIENTS}", add_clients, "create:organization_clients", _ADD_CLIENTS),
    op(f"DELETE {_CLIENTS}", remove_clients, "delete:organization_clients", _REMOVE_CLIENTS),
    op(f"GET {_ONE}", read_client, "read:organization_clients"),
    op(f"PATCH {_ONE}", update_client, "update:organization_clients", _UPDATE_CLIENT),
    op(f"GET {_GRANTS}", list_grants, f"read:{_GRANT_SCOPE}"),
    op(f"POST {_GRANTS}", add_grant, f"create:{_GRANT_SCOPE}", _ADD_GRANT),
    op(f"DELETE {_GRANTS}/{{grant_id}}", remove_grant, f"delete:{_GRANT_SCOPE}"),
    op("GET /client-grants/{id}/organizations", list_organizations, f"read:{_GRANT_SCOPE}"),
)
