"""How a client proves who it is at the token and revocation endpoints (RFC 6749, section 2.3)."""

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping
from typing import TypeGuard
from urllib.parse import unquote

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_public, is_strict
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth import keys
from auth0_emulator.oauth.permissions import client_of
from auth0_emulator.oauth.tokens import issuer
from auth0_emulator.tenant import Tenant, parse_time

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("RS256", "RS384", "PS256")
"""What a key of a client may sign with."""
_CLOCK_SKEW = 60


def authenticate(tenant: Tenant, form: Mapping[str, str], authorization: str) -> Json:
    """The client of a request; 401 if it does not prove who it is.

    TP-CREATE-15: strict clients use the method that they are registered with, no other. For
    other clients the secret may be in the header or in the body.
    """
    if "client_assertion" in form or "client_assertion_type" in form:
        return _by_assertion(tenant, form)
    client_id, secret = credentials(form, authorization)
    client = client_of(tenant, client_id)
    if client is None or client.get("client_authentication_methods"):
        raise _unauthorized()
    method = client.get("token_endpoint_auth_method")
    if method == "none" or (is_public(client) and (is_strict(client) or not secret)):
        return client
    used = "client_secret_basic" if _is_basic(authorization) else "client_secret_post"
    if is_strict(client) and method != used:
        raise _unauthorized()
    if not hmac.compare_digest(_bytes(secret), _bytes(client.get("client_secret", ""))):
        raise _unauthorized()
    return client


def claimed_id(form: Mapping[str, str], authorization: str) -> str | None:
    """The client that a request says it comes from, before that is checked."""
    try:
        claimed = credentials(form, authorization)[0]
    except OAuthError:
        return None
    return claimed or _subject(form.get("client_assertion", "")) or None


def credentials(form: Mapping[str, str], authorization: str) -> tuple[str, str]:
    """Client id and secret from HTTP Basic, else from the body."""
    if not _is_basic(authorization):
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        value = authorization.partition(" ")[2].strip()
        plain = base64.b64decode(value, validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise _unauthorized() from error
    client_id, _, secret = plain.partition(":")
    return unquote(client_id), unquote(secret)


def _is_basic(authorization: str) -> bool:
    return authorization.partition(" ")[0].lower() == "basic"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _unauthorized() -> OAuthError:
    return OAuthError(401, "access_denied", "Unauthorized")


def _by_assertion(tenant: Tenant, form: Mapping[str, str]) -> Json:
    """RFC 7523, section 3: a JWT signed with a key that the client registered."""
    assertion = form.get("client_assertion", "")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise _refused(f"client_assertion_type must be {ASSERTION_TYPE}")
    subject = _subject(assertion)
    client = client_of(tenant, subject) if subject else None
    if client is None or form.get("client_id", subject) != subject:
        raise _refused("the assertion is not about a client of this tenant")
    for credential in _credentials(tenant, client, assertion):
        try:
            key = keys.public_key(credential["_jwk"])
            claims = keys.verify_with(assertion, key, [credential["alg"]])
        except keys.InvalidToken:
            continue
        _check_claims(tenant, subject, claims)
        return client
    raise _refused("no key of the client verifies it")


def _subject(assertion: str) -> str:
    """The subject of an assertion that is not verified yet; "" if there is none."""
    try:
        subject = keys.unverified(assertion)[1].get("sub")
    except keys.InvalidToken:
        return ""
    return subject if isinstance(subject, str) else ""


def _credentials(tenant: Tenant, client: Json, assertion: str) -> Iterator[Json]:
    """The client's keys that may have signed it: attached, not expired, of the same `kid`."""
    kid = keys.unverified(assertion)[0].get("kid")
    methods = client.get("client_authentication_methods") or {}
    for attached in methods.get("private_key_jwt", {}).get("credentials", ()):
        credential = tenant.store.get("credential", attached["id"])
        if credential is None or "_jwk" not in credential:
            continue
        expires_at = credential.get("expires_at")
        expired = expires_at is not None and parse_time(expires_at) <= tenant.clock.now()
        if not expired and kid in (None, credential.get("kid")):
            yield credential


def _check_claims(tenant: Tenant, subject: str, claims: Json) -> None:
    """RFC 7523, section 3, with `jti` required, as Auth0 does; each is accepted once."""
    now = tenant.clock.now()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    good = (tenant.url, issuer(tenant), f"{tenant.url}/oauth/token")
    expires_at, identity = claims.get("exp"), claims.get("jti")
    if claims.get("iss") != subject:
        raise _refused("iss must be the client id, like sub")
    if not any(one in good for one in audiences):
        raise _refused(f"aud must be {issuer(tenant)}")
    if not is_number(expires_at) or expires_at <= now:
        raise _refused("it has expired, or has no exp")
    for name in ("iat", "nbf"):
        if not is_number(claims.get(name, now)) or claims.get(name, now) > now + _CLOCK_SKEW:
            raise _refused(f"{name} is in the future")
    if not isinstance(identity, str) or not identity:
        raise _refused("jti is required")
    if not tenant.memory.used_ids.use(f"assertion {subject} {identity}", now, expires_at):
        raise _refused("it was used before")


def is_number(value: object) -> TypeGuard[int | float]:
    """True for a NumericDate (RFC 7519, section 2)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refused(reason: str) -> OAuthError:
    return OAuthError(401, "invalid_client", f"client_assertion: {reason} (emulator wording)")
