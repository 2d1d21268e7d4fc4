"""Access tokens for the Management API: signed, and expiring by the tenant's clock.

They are signed with the tenant's own key (HS256). The real tenant signs with RS256; no client of
the Management API looks into its token.
"""

import base64
import hashlib
import hmac
import json

from auth0_emulator.call import Caller, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.tenant import Tenant

LIFETIME = 86_400


def issue(tenant: Tenant, client_id: str, audience: str, scopes: list[str], seconds: int) -> str:
    """A token for a client, valid for so many seconds."""
    now = int(tenant.clock.now())
    claims = {
        "iss": f"{tenant.url}/",
        "sub": f"{client_id}@clients",
        "aud": audience,
        "iat": now,
        "exp": now + seconds,
        "scope": " ".join(scopes),
        "gty": "client-credentials",
        "azp": client_id,
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_signature(tenant, signed)}"


def caller(tenant: Tenant, header: str) -> Caller:
    """Who the `Authorization` header speaks for; 401 in the vendor's envelope."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "Missing authentication")
    signed, _, signature = token.strip().rpartition(".")
    if not hmac.compare_digest(signature, _signature(tenant, signed)):
        raise ApiError(401, "Invalid token")
    claims: Json = json.loads(_decoded(signed.partition(".")[2]))
    if claims["exp"] <= tenant.clock.now():
        raise ApiError(401, "Expired token received for JSON Web Token validation")
    if not claims["aud"].endswith("/api/v2/"):
        raise ApiError(401, f"Bad audience: {claims['aud']}")
    return Caller(claims["azp"], frozenset(claims["scope"].split()))


def _part(claims: Json) -> str:
    return _encoded(json.dumps(claims, separators=(",", ":")).encode())


def _signature(tenant: Tenant, signed: str) -> str:
    key = tenant.fact("token_key").encode()
    return _encoded(hmac.new(key, signed.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
