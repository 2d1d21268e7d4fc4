"""Connections of an organization: `/connections`, and `/enabled_connections` as it was before."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import merge
from auth0_emulator.tenant import Tenant

KIND = "organization_connection"
_NEWER = ("is_enabled", "organization_access_level", "organization_connection_name")


def list_all(tenant: Tenant, call: Call) -> Answer:
    """Enabled and disabled ones; `is_enabled` filters."""
    return _list(tenant, call, "connections", call.flag("is_enabled"), older=False)


def list_enabled(tenant: Tenant, call: Call) -> Answer:
    """The older list: enabled ones, without the newer properties."""
    return _list(tenant, call, "enabled_connections", True, older=True)


def add(tenant: Tenant, call: Call) -> Answer:
    """201."""
    return Answer(201, _shown(tenant, enable(tenant, _organization(tenant, call), call.body)))


def add_enabled(tenant: Tenant, call: Call) -> Answer:
    """The older way to add one."""
    return Answer(
        201, _older(_shown(tenant, enable(tenant, _organization(tenant, call), call.body)))
    )


def read(tenant: Tenant, call: Call) -> Answer:
    """One of them."""
    return Answer(200, _shown(tenant, _find(tenant, call)))


def read_enabled(tenant: Tenant, call: Call) -> Answer:
    """One of them, without the newer properties."""
    return Answer(200, _older(_shown(tenant, _find(tenant, call))))


def update(tenant: Tenant, call: Call) -> Answer:
    """What is not sent stays."""
    return Answer(200, _updated(tenant, call))


def update_enabled(tenant: Tenant, call: Call) -> Answer:
    """The older way to change one."""
    return Answer(200, _older(_updated(tenant, call)))


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, also when already gone."""
    key = _key(_organization(tenant, call), call.path["connection_id"])
    tenant.store.remove(KIND, key)
    return Answer(204)


def enable(tenant: Tenant, organization_id: str, body: Json) -> Json:
    """ORG-03: makes a connection usable in the organization."""
    connection_id = body["connection_id"]
    connection = tenant.store.get("connection", connection_id)
    if connection is None:
        raise ApiError(404, "The connection does not exist", "inexistent_connection")
    key = _key(organization_id, connection_id)
    if tenant.store.get(KIND, key) is not None:
        raise ApiError(409, "The connection has already been added to this organization.")
    # Recorded: sign-up is a matter of databases only.
    signup = {"is_signup_enabled": False} if connection["strategy"] == "auth0" else {}
    item = {
        "organization_id": organization_id,
        "connection_id": connection_id,
        **signup,
        "assign_membership_on_login": False,
        "show_as_button": True,
        "is_enabled": True,
        "organization_access_level": "none",
        **merge({}, body),
    }
    return tenant.add(KIND, key, item)


def _list(tenant: Tenant, call: Call, plural: str, enabled: bool | None, *, older: bool) -> Answer:
    where: Json = {"organization_id": _organization(tenant, call)}
    if enabled is not None:
        where["is_enabled"] = enabled

    def show(item: Json) -> Json:
        shown = _shown(tenant, item)
        return _older(shown) if older else shown

    return paging.answer(tenant, call, paging.Listing(KIND, plural, where, None, show))


def _updated(tenant: Tenant, call: Call) -> Json:
    item = merge(_find(tenant, call), call.body)
    tenant.store.replace(KIND, _key(item["organization_id"], item["connection_id"]), item)
    return _shown(tenant, item)


def _organization(tenant: Tenant, call: Call) -> str:
    organization_id = call.path["id"]
    if tenant.store.get("organization", organization_id) is None:
        raise ApiError(404, "No organization found by that id or name")
    return organization_id


def _find(tenant: Tenant, call: Call) -> Json:
    item = tenant.store.get(KIND, _key(_organization(tenant, call), call.path["connection_id"]))
    if item is None:
        raise ApiError(404, "No connection found by that id in this organization")
    return item


def _shown(tenant: Tenant, item: Json) -> Json:
    connection = tenant.store.get("connection", item["connection_id"]) or {}
    shown = {key: value for key, value in item.items() if key != "organization_id"}
    part = {key: connection.get(key) for key in ("name", "strategy")}
    return {**shown, "connection": part}


def _older(shown: Json) -> Json:
    return {key: value for key, value in shown.items() if key not in _NEWER}


def _key(organization_id: str, connection_id: str) -> str:
    return f"{organization_id}:{connection_id}"
