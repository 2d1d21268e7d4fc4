"""Where a browser goes after `/v2/logout` and `/oidc/logout`; strict clients have neither."""

from collections.abc import Mapping
from urllib.parse import urlencode

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth import keys
from auth0_emulator.oauth.permissions import client_of, oauth_id_of
from auth0_emulator.tenant import Tenant


def auth0_logout(tenant: Tenant, query: Mapping[str, str]) -> str | None:
    """`/v2/logout`: `returnTo` if the client's `allowed_logout_urls`, or the tenant's without a
    client, list it; None without `returnTo`.
    """
    client = _client(tenant, query.get("client_id"))
    allowed = (client or settings(tenant)).get("allowed_logout_urls", ())
    return _checked(query.get("returnTo"), allowed, "returnTo")


def oidc_logout(tenant: Tenant, query: Mapping[str, str]) -> str | None:
    """`/oidc/logout` (OpenID Connect RP-Initiated Logout): the address with `state`, or None."""
    client_id = query.get("client_id")
    hint = query.get("id_token_hint")
    if hint:
        hinted = _audience(tenant, hint)
        if client_id not in (None, hinted):
            raise _refused("client_id is not that of id_token_hint")
        client_id = hinted
    client = _client(tenant, client_id)
    allowed = (client or settings(tenant)).get("allowed_logout_urls", ())
    address = _checked(query.get("post_logout_redirect_uri"), allowed, "post_logout_redirect_uri")
    if address is None or "state" not in query:
        return address
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode({'state': query['state']})}"


def _client(tenant: Tenant, client_id: str | None) -> Json | None:
    """RT-16: strict clients are refused; what Auth0 answers is not recorded."""
    if not client_id:
        return None
    client = client_of(tenant, client_id)
    if client is None:
        raise _refused(f"Unknown client: {client_id}")
    if is_strict(client):
        raise _refused("logout endpoints are not available to strict third-party clients")
    return client


def _audience(tenant: Tenant, hint: str) -> str:
    """The client of an ID token, expired or not; HS256 tokens are verified with its secret."""
    try:
        header, claims = keys.unverified(hint)
        client = client_of(tenant, str(claims.get("aud")))
        if client is not None and header.get("alg") == "HS256":
            keys.verify_with_secret(hint, client["client_secret"])
        else:
            keys.verify(tenant, hint)
    except keys.InvalidToken as error:
        raise _refused("id_token_hint is not an ID token of this tenant") from error
    return oauth_id_of(client) if client is not None else str(claims.get("aud"))


def _checked(address: str | None, allowed: object, name: str) -> str | None:
    """Exact addresses only: a wildcard of a legacy client is not followed here."""
    if not address:
        return None
    if not isinstance(allowed, list) or address not in allowed:
        raise _refused(f"{name} is not among the allowed logout URLs")
    return address


def _refused(reason: str) -> OAuthError:
    return OAuthError(400, "invalid_request", f"{reason} (emulator wording)")
