"""`POST /oauth/token` and `/oauth/revoke`: what a client gets for a code, a token or itself."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth import client_access, codes, dpop, refresh_tokens
from auth0_emulator.oauth.client_authentication import authenticate
from auth0_emulator.oauth.permissions import api_of, effective_scopes
from auth0_emulator.oauth.refresh_tokens import Family
from auth0_emulator.oauth.requests import OPENID_SCOPES
from auth0_emulator.oauth.tokens import Access, access_token, id_token
from auth0_emulator.tenant import Tenant
from auth0_emulator.tenant_log import note_token


@dataclass(frozen=True)
class TokenRequest:
    """A request as it came: form, `Authorization` and `DPoP` headers."""

    form: Mapping[str, str]
    authorization: str = ""
    proof: str | None = None


def token(tenant: Tenant, request: TokenRequest) -> Json:
    """The answer to a token request.

    Raises:
        OAuthError: refused. What a replay revokes stays revoked, so this is no transaction.
    """
    name = request.form.get("grant_type", "")
    grant = _GRANTS.get(name)
    if grant is None:
        raise OAuthError(403, "unsupported_grant_type", "Unsupported grant type")
    client = authenticate(tenant, request.form, request.authorization)
    if name not in client.get("grant_types", ()):
        message = f"Grant type '{name}' not allowed for the client."
        raise OAuthError(403, "unauthorized_client", message)
    jkt = dpop.thumbprint(tenant, client, request.proof)
    answer = grant(tenant, client, request.form, jkt)
    note_token(tenant, client["client_id"], name)
    return answer


def revoke(tenant: Tenant, request: TokenRequest) -> None:
    """RT-17: ends a refresh token's family; nothing happens for tokens that are not the client's.

    With the tenant's flag `revoke_refresh_token_grant` the user's other families in this
    application and API end too.
    """
    client = authenticate(tenant, request.form, request.authorization)
    found = refresh_tokens.find(tenant, _required(request.form, "token"))
    if found is None or found[0].client_id != client["client_id"]:
        return
    family = found[0]
    refresh_tokens.revoke(tenant, family.id)
    if settings(tenant).get("flags", {}).get("revoke_refresh_token_grant"):
        where = {"client_id": family.client_id, "audience": family.audience}
        refresh_tokens.revoke_of_user(tenant, family.user_id, **where)


def _by_code(tenant: Tenant, client: Json, form: Mapping[str, str], jkt: str | None) -> Json:
    """RFC 6749, section 4.1.3, with PKCE (RFC 7636)."""
    stored = codes.find_code(tenant, _required(form, "code"))
    if stored is None or stored.code.client_id != client["client_id"]:
        raise _invalid_grant("Invalid authorization code")
    if stored.redeemed:
        # Section 4.1.2: what came of the code before may be in the wrong hands.
        if stored.family:
            refresh_tokens.revoke(tenant, stored.family)
        raise _invalid_grant("Invalid authorization code")
    if stored.expires_at <= tenant.clock.now():
        raise _invalid_grant("Invalid authorization code")
    code = stored.code
    _check_redirect(code, form)
    _check_verifier(code, form)
    _check_key(code.dpop_jkt, jkt)
    server = api_of(tenant, code.audience)
    dpop.check_required(client, server, jkt)
    user = _user(tenant, code.user_id)
    scopes = _user_scopes(tenant, client, code.audience, code.scopes)
    access = Access(client, server, code.user_id, scopes, code.organization_id, jkt)
    family = _family(tenant, access, code) if "offline_access" in scopes else None
    with tenant.store.transaction():
        codes.mark_redeemed(tenant, stored, family.id if family else None)
        refresh = refresh_tokens.start(tenant, family) if family else None
    return _answer(tenant, access, refresh, _identity(tenant, access, user, code))


def _family(tenant: Tenant, access: Access, code: codes.AuthorizationCode) -> Family:
    now = tenant.clock.now()
    return Family(
        id=tenant.ids.secret(24),
        client_id=code.client_id,
        user_id=code.user_id,
        audience=code.audience,
        organization_id=code.organization_id,
        scopes=access.scopes,
        jkt=access.jkt,
        auth_time=code.auth_time,
        created_at=now,
        used_at=now,
        rotated_at=now,
    )


def _by_refresh_token(
    tenant: Tenant, client: Json, form: Mapping[str, str], jkt: str | None
) -> Json:
    """RFC 6749, section 6; a token that was bound to a key stays so (RFC 9449, section 5)."""
    found = refresh_tokens.find(tenant, _required(form, "refresh_token"))
    if found is None or found[0].client_id != client["client_id"]:
        raise refresh_tokens.invalid_token()
    family, generation = found
    refresh_tokens.check_usable(tenant, client, family, generation)
    _check_key(family.jkt, jkt)
    server = api_of(tenant, family.audience)
    dpop.check_required(client, server, jkt)
    user = _user(tenant, family.user_id)
    wanted = form.get("scope", "").split() or family.scopes
    if not set(wanted) <= set(family.scopes):
        raise OAuthError(400, "invalid_scope", "scope asks for more than was granted")
    kept = tuple(scope for scope in family.scopes if scope in wanted)
    scopes = _user_scopes(tenant, client, family.audience, kept)
    access = Access(client, server, family.user_id, scopes, family.organization_id, jkt)
    refresh = refresh_tokens.use(tenant, client, family, generation)
    return _answer(tenant, access, refresh, _identity(tenant, access, user, family))


def _by_client_credentials(
    tenant: Tenant, client: Json, form: Mapping[str, str], jkt: str | None
) -> Json:
    access = client_access.access(tenant, client, form, jkt)
    dpop.check_required(client, access.server, jkt)
    return _answer(tenant, access, None, None)


_GRANTS: dict[str, Callable[[Tenant, Json, Mapping[str, str], str | None], Json]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
    "client_credentials": _by_client_credentials,
}


def _required(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise OAuthError(400, "invalid_request", f"Missing required parameter: {name}")
    return value


def _invalid_grant(description: str) -> OAuthError:
    return OAuthError(403, "invalid_grant", description)


def _check_redirect(code: codes.AuthorizationCode, form: Mapping[str, str]) -> None:
    """RFC 6749, section 4.1.3: the address of the authorization request, if it named one."""
    sent = form.get("redirect_uri")
    if sent != code.redirect_uri and (code.redirect_uri_was_sent or sent is not None):
        raise _invalid_grant("redirect_uri is not that of the authorization request")


def _check_verifier(code: codes.AuthorizationCode, form: Mapping[str, str]) -> None:
    """RT-04: PKCE with S256. A verifier without a challenge is refused too (RFC 9700, 4.8.2)."""
    verifier = form.get("code_verifier")
    if verifier is None and code.code_challenge is None:
        return
    digest = hashlib.sha256((verifier or "").encode("utf-8", "surrogatepass")).digest()
    if urlsafe_b64encode(digest).decode().rstrip("=") != code.code_challenge:
        raise _invalid_grant("Failed to verify code verifier")


def _check_key(bound_to: str | None, jkt: str | None) -> None:
    if bound_to is not None and jkt != bound_to:
        raise dpop.invalid_proof("it must be made with the key that the grant is bound to")


def _user(tenant: Tenant, user_id: str) -> Json:
    user = tenant.store.get("user", user_id)
    if user is None:
        raise _invalid_grant("The grant was given by a user who doesn't exist anymore.")
    if user.get("blocked"):
        raise _invalid_grant("user is blocked")
    return user


def _user_scopes(
    tenant: Tenant, client: Json, audience: str, agreed: tuple[str, ...]
) -> tuple[str, ...]:
    """CG-17, RT-05, RT-11: what the user agreed to, as far as the client may still have it.

    `offline_access` needs the API's and the application's consent; strict clients have no
    OpenID scopes.
    """
    allowed: set[str] = set()
    offline = not audience
    if audience:
        found = effective_scopes(tenant, client, audience, "user")
        if found is None:
            raise client_access.not_authorized(client, audience)
        allowed |= set(found)
        offline = bool((api_of(tenant, audience) or {}).get("allow_offline_access"))
    if not is_strict(client):
        allowed |= OPENID_SCOPES
    if offline and "refresh_token" in client.get("grant_types", ()):
        allowed.add("offline_access")
    return tuple(scope for scope in agreed if scope in allowed)


def _identity(
    tenant: Tenant, access: Access, user: Json, signed_in: codes.AuthorizationCode | Family
) -> str | None:
    """RT-05: an ID token for clients that are not strict and asked for it."""
    if "openid" not in access.scopes:
        return None
    nonce = signed_in.nonce if isinstance(signed_in, codes.AuthorizationCode) else None
    return id_token(tenant, access, user, nonce, signed_in.auth_time)


def _answer(tenant: Tenant, access: Access, refresh: str | None, identity: str | None) -> Json:
    more = {"refresh_token": refresh, "id_token": identity}
    return {
        "access_token": access_token(tenant, access),
        **{name: value for name, value in more.items() if value is not None},
        "scope": " ".join(access.scopes),
        "expires_in": access.lifetime,
        "token_type": "DPoP" if access.jkt else "Bearer",
    }
