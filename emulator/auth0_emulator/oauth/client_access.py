"""Client access: applications that call an API as themselves (RFC 6749, section 4.4)."""

from collections.abc import Mapping

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_public, is_strict
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth.lookups import find_organization
from auth0_emulator.oauth.permissions import (
    api_of,
    audience_of,
    effective_scopes,
    grant_of,
    oauth_id_of,
)
from auth0_emulator.oauth.tokens import Access
from auth0_emulator.tenant import Tenant


def access(tenant: Tenant, client: Json, form: Mapping[str, str], jkt: str | None) -> Access:
    """CG-17: the scopes of the grant, or those of them that the request names."""
    if is_public(client) and client.get("token_endpoint_auth_method") == "none":
        # TP-CREATE-14
        raise OAuthError(401, "access_denied", "Unauthorized")
    _check_hooks(tenant, client)
    audience = audience_of(tenant, form.get("audience"), form.get("resource"))
    if not audience:
        raise OAuthError(403, "access_denied", "No audience parameter was provided.")
    server = api_of(tenant, audience)
    if server is None:
        raise OAuthError(403, "access_denied", f"Service not found: {audience}")
    allowed = effective_scopes(tenant, client, audience, "client")
    if allowed is None:
        raise not_authorized(client, audience)
    wanted = form.get("scope", "").split()
    scopes = tuple(scope for scope in allowed if scope in wanted) if wanted else allowed
    organization_id = _organization(tenant, client, audience, form.get("organization"))
    subject = f"{oauth_id_of(client)}@clients"
    return Access(client, server, subject, scopes, organization_id, jkt)


def not_authorized(client: Json, audience: str) -> OAuthError:
    """CG-01, RT-13: there is no client grant, or the API is closed to this kind of access."""
    error = "access_denied" if client["is_first_party"] else "unauthorized_client"
    text = (
        f'Client is not authorized to access "{audience}". You need to create a'
        ' "client-grant" associated to this API.'
    )
    return OAuthError(403, error, text)


def _check_hooks(tenant: Tenant, client: Json) -> None:
    """RT-13: an active credentials-exchange Hook breaks strict clients; wording not recorded."""
    active = tenant.has("hook", triggerId="credentials-exchange", enabled=True)
    if is_strict(client) and active:
        message = "Hooks are not available to strict third-party clients (emulator wording)"
        raise OAuthError(403, "access_denied", message)


def _organization(tenant: Tenant, client: Json, audience: str, wanted: str | None) -> str | None:
    """ORG-02, ORG-05, CG-13: the grant says whether it may or must be named, and
    must have been added to the organization. `third_party_client_access` is not asked here.
    """
    grant = grant_of(tenant, client, audience, "client") or {}
    usage = grant.get("organization_usage", "deny")
    if not wanted:
        if usage == "require":
            raise OAuthError(403, "invalid_request", "parameter organization is required")
        return None
    refusal = OAuthError(403, "invalid_request", f"parameter organization is invalid: {wanted}")
    found = find_organization(tenant, wanted)
    if usage == "deny" or found is None:
        raise refusal
    key = {"organization_id": found["id"], "grant_id": grant["id"]}
    if not grant.get("allow_any_organization") and not tenant.has("organization_grant", **key):
        raise refusal
    return str(found["id"])
