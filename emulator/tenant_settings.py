"""`/tenants/settings`."""

from emulator.call import Answer, Call, Json
from emulator.fields import select
from emulator.tenant import Tenant

KIND, KEY = "settings", "tenant"
_VERSIONS = ["22", "18"]
_SHOWN_BY_PATCH = {
    "cannot_change_enforce_client_authentication_on_passwordless_start": True,
    "enforce_client_authentication_on_passwordless_start": True,
}


def settings(tenant: Tenant) -> Json:
    """The stored settings."""
    return tenant.store.get(KIND, KEY) or {}


def read(tenant: Tenant, call: Call) -> Answer:
    """MG-12: a GET names the sandbox versions and hides the flags that only a PATCH shows."""
    body = settings(tenant)
    flags = {k: v for k, v in body.get("flags", {}).items() if k not in _SHOWN_BY_PATCH}
    body = {**body, "flags": flags, "sandbox_versions_available": _VERSIONS}
    return Answer(200, select(body, call))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-10, DCR-01, LP-05: objects are merged one level deep, null removes."""
    body = dict(settings(tenant))
    for name, value in call.body.items():
        if value is None:
            body.pop(name, None)
        elif isinstance(value, dict) and isinstance(body.get(name), dict):
            body[name] = {**body[name], **value}
        else:
            body[name] = value
    tenant.store.replace(KIND, KEY, body)
    return Answer(200, {**body, "flags": {**body.get("flags", {}), **_SHOWN_BY_PATCH}})
