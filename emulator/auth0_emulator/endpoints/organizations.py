"""`/organizations` and their members."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge, select
from auth0_emulator.endpoints import organization_connections
from auth0_emulator.endpoints.client_body_parts import TOKEN_QUOTA
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import (
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

KIND = "organization"
_REMOVED_WITH_IT = (
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
    """ORG-01: 201; closed to third-party applications unless the body says otherwise."""
    _check_name_is_free(tenant, call.body["name"])
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
    """MG-10: values are replaced, null removes."""
    old = find(tenant, call.path["id"])
    if call.body.get("name", old["name"]) != old["name"]:
        _check_name_is_free(tenant, call.body["name"])
    change = dict(call.body)
    if isinstance(change.get("metadata"), dict):
        change["metadata"] = merge({}, change["metadata"])
    organization = merge(old, change)
    tenant.store.replace(KIND, organization["id"], organization)
    return Answer(200, organization)


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, and 404 when it does not exist; its members, connections and grants go too."""
    organization_id = find(tenant, call.path["id"])["id"]
    tenant.store.remove(KIND, organization_id)
    for kind in _REMOVED_WITH_IT:
        tenant.store.remove_where(kind, {"organization_id": organization_id})
    return Answer(204)


def _check_name_is_free(tenant: Tenant, name: str) -> None:
    if tenant.has(KIND, name=name):
        raise ApiError(409, "An organization with this name already exists.")


_MEMBER = "organization_member"
_SHOWN_OF_MEMBER = ("user_id", "email", "name", "picture")


def list_members(tenant: Tenant, call: Call) -> Answer:
    """The members of an organization."""
    where = {"organization_id": find(tenant, call.path["id"])["id"]}

    def show(item: Json) -> Json:
        user = tenant.store.get("user", item["user_id"]) or {}
        return select({key: user[key] for key in _SHOWN_OF_MEMBER if key in user}, call)

    return paging.answer(tenant, call, paging.Listing(_MEMBER, "members", where, None, show))


def add_members(tenant: Tenant, call: Call) -> Answer:
    """204; members stay members, and users that do not exist are ignored."""
    organization_id = find(tenant, call.path["id"])["id"]
    for user_id in call.body["members"]:
        key = f"{organization_id}:{user_id}"
        exists = tenant.store.get("user", user_id) is not None
        if exists and tenant.store.get(_MEMBER, key) is None:
            tenant.add(_MEMBER, key, {"organization_id": organization_id, "user_id": user_id})
    return Answer(204)


def remove_members(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, also when it does not exist."""
    organization_id = find(tenant, call.path["id"])["id"]
    for user_id in call.body["members"]:
        tenant.store.remove(_MEMBER, f"{organization_id}:{user_id}")
    return Answer(204)


_COLOR = text(form="html-color")
_CONNECTION = text(1, 50, form="connection-id")
_MEMBERSHIP: dict[str, Schema] = {
    "assign_membership_on_login": FLAG,
    "is_signup_enabled": FLAG,
    "show_as_button": FLAG,
}

_SHARED: dict[str, Schema] = {
    "name": text(1, 50, form="organization-name"),
    "display_name": text(1, 255),
    "branding": record(
        {
            "logo_url": null_or(text(form="absolute-https-uri-or-empty")),
            "colors": record(
                {"page_background": _COLOR, "primary": _COLOR},
                required=("page_background", "primary"),
            ),
        }
    ),
    "metadata": table(null_or(text(high=255)), 25),
    # ORG-01: whether users may bring third-party applications into the organization.
    "third_party_client_access": choice("allow", "block"),
    "is_app_entitlement_active": FLAG,
}

_CREATE = Body(
    record(
        {
            **_SHARED,
            "enabled_connections": many(
                record({"connection_id": _CONNECTION, **_MEMBERSHIP}, required=("connection_id",))
            ),
            "token_quota": TOKEN_QUOTA,
        },
        required=("name",),
    )
)
_UPDATE = Body(record({**_SHARED, "token_quota": null_or(TOKEN_QUOTA)}))
_MEMBERS = Body(loose({"members": many(text(1, 128), 1)}, required=("members",)))

_ONE = "/organizations/{id}"
_READ = "read:organizations read:organizations_summary"
_CREATE_SCOPES = "create:organizations create:organization_connections"
OPERATIONS = (
    op("GET /organizations", list_organizations, _READ),
    op("POST /organizations", create, _CREATE_SCOPES, _CREATE),
    op("GET /organizations/name/{name}", read_by_name, "read:organizations"),
    op(f"GET {_ONE}", read, _READ),
    op(f"PATCH {_ONE}", update, "update:organizations", _UPDATE),
    op(f"DELETE {_ONE}", delete, "delete:organizations"),
    op(f"GET {_ONE}/members", list_members, "read:organization_members"),
    op(f"POST {_ONE}/members", add_members, "create:organization_members", _MEMBERS),
    op(f"DELETE {_ONE}/members", remove_members, "delete:organization_members", _MEMBERS),
)
