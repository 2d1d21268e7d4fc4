"""Consent of users (MG-18): per user, application, API and organization, for certain scopes."""

from collections.abc import Iterable

from auth0_emulator.call import Json
from auth0_emulator.endpoints.users import GRANT
from auth0_emulator.oauth.requests import AuthorizationRequest
from auth0_emulator.tenant import Tenant


def is_missing(tenant: Tenant, request: AuthorizationRequest, user_id: str) -> bool:
    """RT-07, RT-08: asked for on the first authorization of a third party, and again for more.

    One sentence says that every request must be approved (X-20); the same page says that an
    approval is remembered until it is revoked, and so it is here.
    """
    if request.client["is_first_party"]:
        return False
    given = _given(tenant, request, user_id)
    return given is None or not set(request.scopes) <= set(given["scope"])


def remember(tenant: Tenant, request: AuthorizationRequest, user_id: str) -> None:
    """Adds the scopes of a request to what the user agreed to; ORG-09: per organization."""
    given = _given(tenant, request, user_id)
    if given is not None:
        scopes = list(dict.fromkeys([*given["scope"], *request.scopes]))
        tenant.store.replace(GRANT, given["id"], {**given, "scope": scopes})
        return
    grant = {
        "id": tenant.ids.resource_server(),
        **_key(request, user_id),
        "scope": list(request.scopes),
    }
    tenant.add(GRANT, grant["id"], grant)


def _key(request: AuthorizationRequest, user_id: str) -> Json:
    organization = {"organization_id": request.organization["id"]} if request.organization else {}
    return {
        "clientID": request.client["client_id"],
        "user_id": user_id,
        "audience": request.audience,
        **organization,
    }


def _given(tenant: Tenant, request: AuthorizationRequest, user_id: str) -> Json | None:
    key = {"organization_id": None, **_key(request, user_id)}
    found = tenant.store.find(GRANT, key)
    return found[0] if found else None


def lines(request: AuthorizationRequest, *, described: bool) -> list[str]:
    """RT-09: what the consent page lists: descriptions by the tenant's switch, else the names of
    the scopes, `action:resource`, grouped by resource.
    """
    if described:
        scopes = (request.api or {}).get("scopes", ())
        known = {scope["value"]: scope.get("description") for scope in scopes}
        return [str(known.get(scope) or scope) for scope in request.scopes]
    return list(_grouped(request.scopes))


def _grouped(scopes: Iterable[str]) -> Iterable[str]:
    groups: dict[str, list[str]] = {}
    for scope in scopes:
        action, mark, resource = scope.partition(":")
        groups.setdefault(resource if mark else scope, []).append(action if mark else "")
    for resource, actions in groups.items():
        named = ", ".join(action for action in actions if action)
        yield f"{resource}: {named}" if named else resource
