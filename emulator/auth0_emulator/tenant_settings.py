"""Settings of the tenant that exist once: `/tenants/settings`, `/prompts`, `/branding`."""

from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.clock import parse
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.fields import merge_deep, select
from auth0_emulator.tenant import Tenant

KIND = "settings"
_SHOWN_BY_GET = "sandbox_versions_available"
_SHOWN_BY_PATCH = {
    "cannot_change_enforce_client_authentication_on_passwordless_start": True,
    "enforce_client_authentication_on_passwordless_start": True,
}
END_OF_PERMISSIVE_DEFAULT = parse("2026-10-23")


def settings(tenant: Tenant, name: str = "tenant") -> Json:
    """The stored settings of one of the three."""
    return tenant.store.get(KIND, name) or {}


def permissive_by_default(tenant: Tenant) -> bool:
    """TP-CREATE-02, MIG-01: on eligible tenants, until the migration toggle goes off for good."""
    return tenant.legacy and tenant.clock.now() < END_OF_PERMISSIVE_DEFAULT


def read(tenant: Tenant, call: Call) -> Answer:
    """MG-12: a GET names the sandbox versions and hides what only a PATCH shows."""
    body = dict(settings(tenant))
    body["flags"] = {k: v for k, v in body.get("flags", {}).items() if k not in _SHOWN_BY_PATCH}
    if "universal_login" in body:
        shown = body["universal_login"].items()
        body["universal_login"] = {k: v for k, v in shown if k != "is_custom_template_set"}
    return Answer(200, select(body, call))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-10, DCR-01, LP-05: objects are merged one level deep, null removes."""
    _registration_mode(tenant, call.body)
    body = _patched(tenant, "tenant", call.body)
    shown = {key: value for key, value in body.items() if key != _SHOWN_BY_GET}
    return Answer(200, {**shown, "flags": {**body.get("flags", {}), **_SHOWN_BY_PATCH}})


def _registration_mode(tenant: Tenant, change: Json) -> None:
    """DCR-08: only eligible tenants register permissive clients."""
    if change.get("dynamic_client_registration_security_mode") == "permissive" and (
        not tenant.legacy
    ):
        raise refused(
            "dynamic_client_registration_security_mode 'permissive' is not available to this tenant"
        )


def read_prompts(tenant: Tenant, call: Call) -> Answer:
    """The sign-in experience."""
    return Answer(200, select(settings(tenant, "prompts"), call))


def update_prompts(tenant: Tenant, call: Call) -> Answer:
    """What is not sent stays."""
    return Answer(200, _patched(tenant, "prompts", call.body))


def read_branding(tenant: Tenant, call: Call) -> Answer:
    """Colors, logo and font."""
    return Answer(200, select(settings(tenant, "branding"), call))


def update_branding(tenant: Tenant, call: Call) -> Answer:
    """Objects are merged one level deep, null removes."""
    return Answer(200, _patched(tenant, "branding", call.body))


def read_template(tenant: Tenant, _: Call) -> Answer:
    """The page template of Universal Login."""
    stored = settings(tenant, "universal-login")
    if not stored:
        raise ApiError(404, "Template not found", "inexistent_template")
    return Answer(200, stored)


def write_template(tenant: Tenant, call: Call) -> Answer:
    """201 for the first one, 204 after that; needs a custom domain."""
    if not tenant.has("custom_domain"):
        raise ApiError(402, "A custom domain is required for a page template. (emulator wording)")
    page = call.body if isinstance(call.body, str) else call.body["template"]
    if settings(tenant, "universal-login"):
        tenant.store.replace(KIND, "universal-login", {"body": page})
        return Answer(204)
    tenant.add(KIND, "universal-login", {"body": page})
    return Answer(201)


def delete_template(tenant: Tenant, _: Call) -> Answer:
    """204, also when there is none."""
    tenant.store.remove(KIND, "universal-login")
    return Answer(204)


def _patched(tenant: Tenant, name: str, change: Json) -> Json:
    body = merge_deep(settings(tenant, name), change)
    tenant.store.replace(KIND, name, body)
    return body
