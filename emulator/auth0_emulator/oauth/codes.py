"""Authorization codes (RFC 6749, section 4.1.2): what a user agreed to, until it is redeemed."""

import hashlib
from dataclasses import asdict, dataclass

from auth0_emulator.call import Json
from auth0_emulator.tenant import Tenant

KIND = "authorization_code"
LIFETIME = 60
"""Seconds. RFC 6749 allows ten minutes at most; Auth0's own figure is not documented."""
_FORGOTTEN_AFTER = 3600


@dataclass(frozen=True)
class AuthorizationCode:
    """One sign-in of one user in one client.

    `client_id` is the Management API's id, also for metadata documents. `scopes` are those that
    the user agreed to, with `offline_access` and, for permissive clients, the OpenID scopes.
    `code_challenge` is that of S256; `audience` is "" when a permissive client named no API;
    `auth_time` is in seconds since 1970.
    """

    client_id: str
    user_id: str
    connection: str
    organization_id: str | None
    redirect_uri: str
    redirect_uri_was_sent: bool
    code_challenge: str | None
    audience: str
    scopes: tuple[str, ...]
    dpop_jkt: str | None
    auth_time: float
    nonce: str | None


@dataclass(frozen=True)
class StoredCode:
    """A code as it was found. `family` names the refresh tokens that came of it, if any did."""

    key: str
    code: AuthorizationCode
    expires_at: float
    redeemed: bool
    family: str | None


def create_code(tenant: Tenant, code: AuthorizationCode) -> str:
    """Stores a code for `LIFETIME` seconds of the tenant's clock; returns what the client gets.

    Call it inside a transaction of the store when other writes belong to the same answer.
    """
    now = tenant.clock.now()
    tenant.store.remove_older(KIND, now - _FORGOTTEN_AFTER)
    value = tenant.ids.secret(43)
    body: Json = {"key": digest(value), "expires_at": now + LIFETIME, "redeemed": False}
    tenant.add(KIND, body["key"], {**body, "family": None, "code": asdict(code)})
    return value


def find_code(tenant: Tenant, value: str) -> StoredCode | None:
    """The code, whether it can still be redeemed or not; None if it never was one."""
    body = tenant.store.get(KIND, digest(value))
    if body is None:
        return None
    code = AuthorizationCode(**{**body["code"], "scopes": tuple(body["code"]["scopes"])})
    return StoredCode(body["key"], code, body["expires_at"], body["redeemed"], body["family"])


def mark_redeemed(tenant: Tenant, stored: StoredCode, family: str | None) -> None:
    """Remembers which refresh tokens came of a code, so that a replay can revoke them."""
    body = tenant.store.get(KIND, stored.key)
    if body is not None:
        tenant.store.replace(KIND, stored.key, {**body, "redeemed": True, "family": family})


def digest(secret: str) -> str:
    """What codes and tokens are stored by: their values are not kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
