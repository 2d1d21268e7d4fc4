"""`/userinfo` (OpenID Connect Core, section 5.3), for clients that are not strict (RT-06)."""

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth import dpop, keys
from auth0_emulator.oauth.permissions import client_of
from auth0_emulator.oauth.tokens import profile, userinfo_url
from auth0_emulator.tenant import Tenant


def userinfo(tenant: Tenant, method: str, authorization: str, proof: str | None) -> Json:
    """The claims that the token's scopes ask for.

    Raises:
        OAuthError: 401 without a good token, 403 for a token that is not for this.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token:
        raise _invalid_token("Missing access token")
    claims = _claims(tenant, token.strip())
    _check_key(tenant, claims, (method, scheme.lower(), token.strip(), proof))
    client = client_of(tenant, str(claims.get("azp") or claims.get("client_id")))
    if client is not None and is_strict(client):
        raise _insufficient("/userinfo is not available to strict third-party clients")
    audience = claims.get("aud")
    scopes = tuple(str(claims.get("scope", "")).split())
    audiences = audience if isinstance(audience, list) else [audience]
    if userinfo_url(tenant) not in audiences or "openid" not in scopes:
        raise _insufficient("the access token was issued without the scope openid")
    user = tenant.store.get("user", str(claims["sub"]))
    if user is None or client is None:
        raise _invalid_token("The user or the application does not exist anymore")
    return profile(user, scopes)


def _claims(tenant: Tenant, token: str) -> Json:
    try:
        claims = keys.verify(tenant, token)
    except keys.InvalidToken as error:
        raise _invalid_token("Invalid access token") from error
    if claims.get("exp", 0) <= tenant.clock.now():
        raise _invalid_token("The access token has expired")
    return claims


def _check_key(tenant: Tenant, claims: Json, use: tuple[str, str, str, str | None]) -> None:
    """RFC 9449, section 7.1: a bound token is no bearer token, and needs its key."""
    method, scheme, token, proof = use
    jkt = claims.get("cnf", {}).get("jkt")
    if (jkt is not None) != (scheme == "dpop"):
        raise _invalid_token("The access token was sent with the wrong scheme")
    if not jkt:
        return
    try:
        used = dpop.check_use(tenant, method, userinfo_url(tenant), token, proof)
    except OAuthError as error:
        raise _bad_proof(error.description) from error
    if used != jkt:
        raise _bad_proof("DPoP proof: not made with the key of the token (emulator wording)")


def _bad_proof(description: str) -> OAuthError:
    challenge = {"WWW-Authenticate": 'DPoP error="invalid_dpop_proof"'}
    return OAuthError(401, "invalid_dpop_proof", description, challenge)


def _invalid_token(description: str) -> OAuthError:
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return OAuthError(401, "invalid_token", description, challenge)


def _insufficient(description: str) -> OAuthError:
    challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="openid"'}
    return OAuthError(403, "insufficient_scope", f"{description} (emulator wording)", challenge)
