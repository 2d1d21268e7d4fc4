"""`/organizations`: business customers and their members."""

from auth0_emulator import organization_connections, paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import merge
from auth0_emulator.tenant import Tenant

KIND = "organization"
_HANGS_ON_IT = (
    "organization_connection",
    "organization_grant",
    "organization_client",
    "organization_member",
)


def find(tenant: Tenant, organization_id: str) -> Json:
    """MG-04: the stored organization, or 404 (recorded without an error code)."""
    organization = tenant.store.get(KIND, organization_id)
    if organization is None:
        raise ApiError(404, "No organization found by that id or name")
    return organization


def list_organizations(tenant: Tenant, call: Call) -> Answer:
    """All organizations."""
    return paging.answer(tenant, call, paging.Listing(KIND, "organizations"))


def create(tenant: Tenant, call: Call) -> Answer:
    """ORG-01: 201; third-party applications stay out unless let in."""
    _unused_name(tenant, call.body["name"])
    body = {key: value for key, value in call.body.items() if value is not None}
    enabled = body.pop("enabled_connections", [])
    organization = {
        "id": tenant.ids.prefixed("org"),
        "third_party_client_access": "block",
        **body,
    }
    organization["metadata"] = merge({}, body.get("metadata", {}))
    if not organization["metadata"]:
        del organization["metadata"]
    tenant.add(KIND, organization["id"], organization)
    for connection in enabled:
        organization_connections.enable(tenant, organization["id"], connection)
    return Answer(201, organization)


def read(tenant: Tenant, call: Call) -> Answer:
    """One organization, by id."""
    return Answer(200, find(tenant, call.path["id"]))


def read_by_name(tenant: Tenant, call: Call) -> Answer:
    """One organization, by name."""
    found = tenant.store.find(KIND, {"name": call.path["name"]})
    return Answer(200, find(tenant, found[0]["id"] if found else ""))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-10: whole values are replaced, null removes."""
    old = find(tenant, call.path["id"])
    if call.body.get("name", old["name"]) != old["name"]:
        _unused_name(tenant, call.body["name"])
    change = dict(call.body)
    if isinstance(change.get("metadata"), dict):
        change["metadata"] = merge({}, change["metadata"])
    organization = merge(old, change)
    tenant.store.replace(KIND, organization["id"], organization)
    return Answer(200, organization)


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, and 404 when it is not there; what hangs on it goes too."""
    organization_id = find(tenant, call.path["id"])["id"]
    tenant.store.remove(KIND, organization_id)
    for kind in _HANGS_ON_IT:
        tenant.store.remove_where(kind, {"organization_id": organization_id})
    return Answer(204)


def _unused_name(tenant: Tenant, name: str) -> None:
    if tenant.has(KIND, name=name):
        raise ApiError(409, "An organization with this name already exists.")
