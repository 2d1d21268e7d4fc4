"""Applications listed on an organization (ORG-07)."""

from auth0_emulator import organizations, paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.tenant import Tenant

KIND = "organization_client"
_MOST = 100
_SHOWN = ("name", "app_type", "logo_uri", "is_first_party", "grant_types", "organization_usage")


def list_clients(tenant: Tenant, call: Call) -> Answer:
    """A checkpoint list."""
    where = {"organization_id": organizations.find(tenant, call.path["id"])["id"]}

    def show(item: Json) -> Json:
        return _shown(tenant, item)

    return paging.checkpoint(tenant, call, paging.Listing(KIND, "clients", where, None, show))


def add(tenant: Tenant, call: Call) -> Answer:
    """ORG-07: at most ten at a time and a hundred in all; a bare array of what was added."""
    organization_id = organizations.find(tenant, call.path["id"])["id"]
    added = []
    for item in call.body["clients"]:
        if tenant.store.get("client", item["client_id"]) is None:
            raise ApiError(404, "The client does not exist", "inexistent_client")
        key = f"{organization_id}:{item['client_id']}"
        if tenant.store.get(KIND, key) is not None:
            raise ApiError(409, "The client has already been added to this organization.")
        body = {"organization_id": organization_id, "use_for_member_access": False, **item}
        added.append(tenant.add(KIND, key, body))
    if tenant.store.count(KIND, {"organization_id": organization_id}) > _MOST:
        raise ApiError(409, f"An organization takes at most {_MOST} clients. (emulator wording)")
    return Answer(201, [_shown(tenant, item) for item in added])


def read(tenant: Tenant, call: Call) -> Answer:
    """One association."""
    return Answer(200, _shown(tenant, _find(tenant, call)))


def update(tenant: Tenant, call: Call) -> Answer:
    """Whether members sign in through it."""
    item = {**_find(tenant, call), **call.body}
    tenant.store.replace(KIND, f"{item['organization_id']}:{item['client_id']}", item)
    return Answer(200, _shown(tenant, item))


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-17, X-24: 204, also when already gone."""
    organization_id = organizations.find(tenant, call.path["id"])["id"]
    for item in call.body["clients"]:
        client_id = item if isinstance(item, str) else item["client_id"]
        tenant.store.remove(KIND, f"{organization_id}:{client_id}")
    return Answer(204)


def _find(tenant: Tenant, call: Call) -> Json:
    item = tenant.store.get(KIND, f"{call.path['id']}:{call.path['client_id']}")
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
