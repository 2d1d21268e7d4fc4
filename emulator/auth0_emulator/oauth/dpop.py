"""Proofs of possession (RFC 9449): an access token that only the holder of a key can use."""

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_public
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth import keys
from auth0_emulator.oauth.client_authentication import is_number
from auth0_emulator.tenant import Tenant

ALGORITHMS = ("ES256", "RS256", "PS256")
_SECONDS = 60
"""How far from the tenant's clock a proof may have been made."""


def is_required(client: Json, server: Json | None) -> bool:
    """True if the application or the API wants tokens that are bound to a key."""
    if client.get("require_proof_of_possession"):
        return True
    wanted = (server or {}).get("proof_of_possession") or {}
    for_all = wanted.get("required_for", "all_clients") == "all_clients"
    dpop = wanted.get("mechanism") == "dpop" and wanted.get("required", False)
    return bool(dpop and (for_all or is_public(client)))


def check_required(client: Json, server: Json | None, jkt: str | None) -> None:
    """Refuses a request without proof where one is required; Auth0's wording is not recorded."""
    if jkt is None and is_required(client, server):
        raise invalid_proof("a DPoP proof is required")


def thumbprint(tenant: Tenant, client: Json, proof: str | None) -> str | None:
    """The key that a token request proves to have, as its RFC 7638 thumbprint; None without proof.

    Public clients must repeat a nonce of the server, as Auth0 documents for them.
    """
    if proof is None:
        return None
    jkt, claims = _verified(tenant, proof, "POST", f"{tenant.url}/oauth/token")
    now = tenant.clock.now()
    if is_public(client) and not tenant.memory.nonces.good(claims.get("nonce"), now):
        message = "Authorization server requires nonce in DPoP proof"
        nonce = {"DPoP-Nonce": tenant.memory.nonces.current(now)}
        raise OAuthError(400, "use_dpop_nonce", message, nonce)
    return jkt


def check_use(tenant: Tenant, method: str, url: str, token: str, proof: str | None) -> str:
    """The key of a proof that comes with an access token (section 4.3), as its thumbprint."""
    if proof is None:
        raise invalid_proof("a DPoP proof is required")
    jkt, claims = _verified(tenant, proof, method, url)
    digest = hashlib.sha256(token.encode()).digest()
    if claims.get("ath") != urlsafe_b64encode(digest).decode().rstrip("="):
        raise invalid_proof("ath is not the hash of the access token")
    return jkt


def _verified(tenant: Tenant, proof: str, method: str, url: str) -> tuple[str, Json]:
    """Section 4.3: thumbprint and claims of a proof that is good for this request, once."""
    try:
        header, _ = keys.unverified(proof)
        key = keys.public_key(header.get("jwk"))
        claims = keys.verify_with(proof, key, ALGORITHMS)
    except keys.InvalidToken as error:
        raise invalid_proof("it is not signed with the key in its header") from error
    if header.get("typ") != "dpop+jwt":
        raise invalid_proof("typ must be dpop+jwt")
    if claims.get("htm") != method or _without_query(claims.get("htu")) != _without_query(url):
        raise invalid_proof("htm and htu must be those of the request")
    now, made = tenant.clock.now(), claims.get("iat")
    if not is_number(made) or abs(now - made) > _SECONDS:
        raise invalid_proof("iat must be the current time")
    jkt, identity = str(key.thumbprint()), claims.get("jti")
    if not isinstance(identity, str) or not identity:
        raise invalid_proof("jti is required")
    if not tenant.memory.used_ids.use(f"proof {jkt} {identity}", now, made + _SECONDS + 1):
        raise invalid_proof("it was used before")
    return jkt, claims


def _without_query(url: object) -> str | None:
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts._replace(query="", fragment="").geturl()


def invalid_proof(reason: str) -> OAuthError:
    """RFC 9449, section 5."""
    return OAuthError(400, "invalid_dpop_proof", f"DPoP proof: {reason} (emulator wording)")
