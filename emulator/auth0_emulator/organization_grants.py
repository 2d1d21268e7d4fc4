"""Client grants of an organization, and organizations of a client grant (machine to machine)."""

from auth0_emulator import client_grants, paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.tenant import Tenant

KIND = "organization_grant"


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
    listing = paging.Listing(KIND, "client_grants", where, keep, show)
    return paging.answer(tenant, call, listing)


def add(tenant: Tenant, call: Call) -> Answer:
    """ORG-05: 201, with `grant_id` instead of `id` and without `subject_type`."""
    organization_id = _organization(tenant, call.path["id"])["id"]
    grant = tenant.store.get(client_grants.KIND, call.body["grant_id"])
    if grant is None:
        raise ApiError(404, "The grant does not exist.")
    key = f"{organization_id}:{grant['id']}"
    if tenant.store.get(KIND, key) is not None:
        raise ApiError(409, "The client grant has already been added to this organization.")
    _room(tenant, organization_id)
    tenant.add(KIND, key, {"organization_id": organization_id, "grant_id": grant["id"]})
    rest = {k: v for k, v in grant.items() if k not in ("id", "subject_type")}
    return Answer(201, {"grant_id": grant["id"], **rest})


def delete(tenant: Tenant, call: Call) -> Answer:
    """ORG-06, MG-17: 204, also when already gone."""
    organization_id = _organization(tenant, call.path["id"])["id"]
    tenant.store.remove(KIND, f"{organization_id}:{call.path['grant_id']}")
    return Answer(204)


def list_organizations(tenant: Tenant, call: Call) -> Answer:
    """ORG-06: the organizations that a grant was added to."""
    grant_id = client_grants.find(tenant, call.path["id"])["id"]

    def show(pair: Json) -> Json:
        return tenant.store.get("organization", pair["organization_id"]) or {}

    listing = paging.Listing(KIND, "organizations", {"grant_id": grant_id}, None, show)
    return paging.answer(tenant, call, listing)


def _organization(tenant: Tenant, organization_id: str) -> Json:
    organization = tenant.store.get("organization", organization_id)
    if organization is None:
        raise ApiError(404, "No organization found by that id")
    return organization


def _room(tenant: Tenant, organization_id: str) -> None:
    """MG-19: at most 100 per organization."""
    if tenant.store.count(KIND, {"organization_id": organization_id}) >= (
        tenant.limits.grants_per_organization
    ):
        message = "The organization has the most client grants that it can have."
        raise ApiError(409, f"{message} (emulator wording)")
