"""The tenant's signing key, and what is signed with it (RFC 7515, 7517, 7519; joserfc does it)."""

import json
from collections.abc import Collection
from functools import lru_cache

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from auth0_emulator.call import Json
from auth0_emulator.tenant import Tenant

FACT = "signing_key"
RSA_ALGORITHMS = ("RS256", "RS512", "PS256")
"""What an API may choose besides HS256 (`signing_alg`); the key is the same."""
_HEADER_BYTES = 4096


class InvalidToken(Exception):
    """It was not signed by this tenant, or is no token at all."""


def make_key() -> str:
    """A new RSA key of 2048 bits, in PEM."""
    return RSAKey.generate_key(2048, private=True).as_pem(private=True).decode()


@lru_cache(maxsize=8)
def _loaded(pem: str) -> RSAKey:
    return RSAKey.import_key(pem)


def _key(tenant: Tenant) -> RSAKey:
    return _loaded(tenant.fact(FACT))


def key_set(tenant: Tenant) -> Json:
    """The public key as a JSON Web Key Set (RFC 7517, section 5)."""
    key = _key(tenant)
    about = {"use": "sig", "alg": "RS256", "kid": key.thumbprint()}
    return {"keys": [{**key.as_dict(private=False), **about}]}


def sign(tenant: Tenant, claims: Json, alg: str = "RS256", kind: str = "JWT") -> str:
    """A JWT signed with the tenant's key; `kind` is its `typ`."""
    key = _key(tenant)
    header = {"alg": alg, "typ": kind, "kid": key.thumbprint()}
    return jwt.encode(header, claims, key, algorithms=[alg])


def sign_with_secret(secret: str, claims: Json) -> str:
    """HS256, for APIs and legacy clients that share a secret with the tenant."""
    key = OctKey.import_key(secret.encode())
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, key, algorithms=["HS256"])


def verify(tenant: Tenant, token: str) -> Json:
    """The claims of a token that this tenant signed, whether it has expired or not.

    Raises:
        InvalidToken: another one, or one signed with a shared secret.
    """
    return verify_with(token, _key(tenant), RSA_ALGORITHMS)


def verify_with_secret(token: str, secret: str) -> Json:
    """The claims of a token that `sign_with_secret` made; InvalidToken otherwise."""
    return verify_with(token, OctKey.import_key(secret.encode()), ("HS256",))


def verify_with(token: str, key: Key, algorithms: Collection[str]) -> Json:
    """The claims of a token that was signed with a key; InvalidToken otherwise."""
    try:
        return dict(
            jwt.decode(token, key, algorithms=algorithms, registry=_registry(algorithms)).claims
        )
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise InvalidToken from error


def unverified(token: str) -> tuple[Json, Json]:
    """Header and claims of a token as it says itself, to find the key that must verify it."""
    try:
        parts = jws.extract_compact(token.encode(), registry=_registry(()))
        claims = json.loads(parts.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise InvalidToken from error
    if not isinstance(claims, dict):
        raise InvalidToken
    return parts.headers(), claims


def public_key(members: object) -> Key:
    """A public key of a JSON Web Key (RFC 7517); InvalidToken for private and shared ones."""
    if not isinstance(members, dict) or members.get("kty") == "oct" or "d" in members:
        raise InvalidToken
    try:
        return jwk.import_key(members)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidToken from error


def _registry(algorithms: Collection[str]) -> JWSRegistry:
    registry = JWSRegistry(algorithms=list(algorithms) or None)
    # The default leaves no room for an RSA key in the header (RFC 9449).
    registry.max_header_length = _HEADER_BYTES
    return registry
