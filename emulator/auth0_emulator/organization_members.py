"""Members of an organization."""

from auth0_emulator import organizations, paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.fields import select
from auth0_emulator.tenant import Tenant

KIND = "organization_member"
_SHOWN = ("user_id", "email", "name", "picture")


def list_members(tenant: Tenant, call: Call) -> Answer:
    """Both list shapes."""
    where = {"organization_id": organizations.find(tenant, call.path["id"])["id"]}

    def show(item: Json) -> Json:
        user = tenant.store.get("user", item["user_id"]) or {}
        return select({key: user[key] for key in _SHOWN if key in user}, call)

    return paging.answer(tenant, call, paging.Listing(KIND, "members", where, None, show))


def add(tenant: Tenant, call: Call) -> Answer:
    """204; whoever is a member stays one, whoever does not exist is passed over."""
    organization_id = organizations.find(tenant, call.path["id"])["id"]
    for user_id in call.body["members"]:
        key = f"{organization_id}:{user_id}"
        exists = tenant.store.get("user", user_id) is not None
        if exists and tenant.store.get(KIND, key) is None:
            tenant.add(KIND, key, {"organization_id": organization_id, "user_id": user_id})
    return Answer(204)


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, also when already gone."""
    organization_id = organizations.find(tenant, call.path["id"])["id"]
    for user_id in call.body["members"]:
        tenant.store.remove(KIND, f"{organization_id}:{user_id}")
    return Answer(204)
