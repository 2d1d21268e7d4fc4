"""Connections of an organization: `/connections`, and the older `/enabled_connections`."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import FLAG, Body, Schema, choice, null_or, record, text
from auth0_emulator.tenant import Tenant

KIND = "organization_connection"
_NEWER = ("is_enabled", "organization_access_level", "organization_connection_name")


def list_all(tenant: Tenant, call: Call) -> Answer:
    """Enabled and disabled ones; filter `is_enabled`."""
    return _list(tenant, call, "connections", call.flag("is_enabled"), older=False)


def list_enabled(tenant: Tenant, call: Call) -> Answer:
    """The older list: enabled ones, without the newer properties."""
    return _list(tenant, call, "enabled_connections", True, older=True)


def add(tenant: Tenant, call: Call) -> Answer:
    """201: adds a connection to the organization."""
    return Answer(201, _shown(tenant, enable(tenant, _organization(tenant, call), call.body)))


def add_enabled(tenant: Tenant, call: Call) -> Answer:
    """201, without the newer properties."""
    return Answer(
        201, _older(_shown(tenant, enable(tenant, _organization(tenant, call), call.body)))
    )


def read(tenant: Tenant, call: Call) -> Answer:
    """One connection of the organization."""
    return Answer(200, _shown(tenant, _find(tenant, call)))


def read_enabled(tenant: Tenant, call: Call) -> Answer:
    """One connection, without the newer properties."""
    return Answer(200, _older(_shown(tenant, _find(tenant, call))))


def update(tenant: Tenant, call: Call) -> Answer:
    """A merge: what is not sent stays as it is."""
    return Answer(200, _updated(tenant, call))


def update_enabled(tenant: Tenant, call: Call) -> Answer:
    """A merge; the answer is without the newer properties."""
    return Answer(200, _older(_updated(tenant, call)))


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-17: 204, also when it does not exist."""
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
    # Recorded: only database connections have it.
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


_ACCESS = choice("none", "readonly", "limited", "full")
_CONNECTION = text(1, 50, form="connection-id")
_MEMBERSHIP: dict[str, Schema] = {
    "assign_membership_on_login": FLAG,
    "is_signup_enabled": FLAG,
    "show_as_button": FLAG,
}

_ADD = Body(
    record(
        {
            "connection_id": _CONNECTION,
            **_MEMBERSHIP,
            "is_enabled": FLAG,
            "organization_access_level": _ACCESS,
            "organization_connection_name": text(1, 50),
        },
        required=("connection_id",),
    )
)
_UPDATE = Body(
    record(
        {
            **_MEMBERSHIP,
            "is_enabled": null_or(FLAG),
            "organization_access_level": null_or(_ACCESS),
            "organization_connection_name": null_or(text(1, 50)),
        }
    )
)
_ADD_ENABLED = Body(
    record({"connection_id": _CONNECTION, **_MEMBERSHIP}, required=("connection_id",))
)
_UPDATE_ENABLED = Body(record(_MEMBERSHIP))

_ALL = "/organizations/{id}/connections"
_ONE = _ALL + "/{connection_id}"
_OLDER_ALL = "/organizations/{id}/enabled_connections"
_OLDER_ONE = _OLDER_ALL + "/{connection_id}"
_SCOPE = "organization_connections"
OPERATIONS = (
    op(f"GET {_ALL}", list_all, f"read:{_SCOPE}"),
    op(f"POST {_ALL}", add, f"create:{_SCOPE}", _ADD),
    op(f"GET {_ONE}", read, f"read:{_SCOPE}"),
    op(f"PATCH {_ONE}", update, f"update:{_SCOPE}", _UPDATE),
    op(f"DELETE {_ONE}", delete, f"delete:{_SCOPE}"),
    op(f"GET {_OLDER_ALL}", list_enabled, f"read:{_SCOPE}"),
    op(f"POST {_OLDER_ALL}", add_enabled, f"create:{_SCOPE}", _ADD_ENABLED),
    op(f"GET {_OLDER_ONE}", read_enabled, f"read:{_SCOPE}"),
    op(f"PATCH {_OLDER_ONE}", update_enabled, f"update:{_SCOPE}", _UPDATE_ENABLED),
    op(f"DELETE {_OLDER_ONE}", delete, f"delete:{_SCOPE}"),
)
