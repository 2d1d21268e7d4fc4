"""`/branding/themes`: a tenant has one theme at most."""

from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.tenant import Tenant

KIND = "branding_theme"


def create(tenant: Tenant, call: Call) -> Answer:
    """200 (recorded), 409 when there is one already."""
    if tenant.store.find(KIND):
        raise ApiError(409, "A theme already exists for this tenant. (emulator wording)")
    theme = {"themeId": tenant.ids.prefixed("thm"), "displayName": "Unnamed Theme", **call.body}
    return Answer(200, tenant.add(KIND, theme["themeId"], theme))


def read_default(tenant: Tenant, _: Call) -> Answer:
    """The only one, or 404."""
    return Answer(200, _existing(tenant.store.find(KIND)))


def read(tenant: Tenant, call: Call) -> Answer:
    """One theme."""
    return Answer(200, _find(tenant, call))


def update(tenant: Tenant, call: Call) -> Answer:
    """The body replaces the theme."""
    theme = {**_find(tenant, call), **call.body}
    tenant.store.replace(KIND, theme["themeId"], theme)
    return Answer(200, theme)


def delete(tenant: Tenant, call: Call) -> Answer:
    """204; 404 when there is none."""
    tenant.store.remove(KIND, _find(tenant, call)["themeId"])
    return Answer(204)


def _find(tenant: Tenant, call: Call) -> Json:
    found = tenant.store.get(KIND, call.path["id"])
    return _existing([found] if found else [])


def _existing(found: list[Json]) -> Json:
    if not found:
        raise ApiError(404, "The theme does not exist", "inexistent_theme")
    return found[0]
