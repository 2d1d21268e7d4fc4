"""The keys that a client metadata document names: they become credentials of its client."""

import json

from auth0_emulator import pem
from auth0_emulator.call import Json
from auth0_emulator.errors import invalid_body
from auth0_emulator.tenant import Tenant

KIND = "credential"


def read(tenant: Tenant, address: str) -> list[Json]:
    """The RSA keys of a key set as `{"kid", "thumbprint_sha256"}`; 400 if there are none."""
    text = tenant.documents.take(address)
    if text is None:
        raise invalid_body(f"The JWKS at {address} could not be retrieved.")
    try:
        keys = json.loads(text)["keys"]
        found = [
            {"kid": key["kid"], "thumbprint_sha256": pem.rsa_thumbprint(key["e"], key["n"])}
            for key in keys
            if key.get("kty") == "RSA"
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise invalid_body(f"The JWKS at {address} is not a key set.") from error
    if not found:
        raise invalid_body(f"The JWKS at {address} holds no RSA key.")
    return found


def attach(tenant: Tenant, client: Json, keys: list[Json]) -> Json:
    """The client with these keys as its credentials; those it had before and lost go."""
    known = {one["kid"]: one for one in _stored(tenant, client)}
    for key in keys:
        _unchanged(known.get(key["kid"]), key)
    wanted = {key["kid"] for key in keys}
    for kid, one in known.items():
        if kid not in wanted:
            tenant.store.remove(KIND, one["id"])
    ids = [known[k["kid"]]["id"] if k["kid"] in known else _add(tenant, client, k) for k in keys]
    credentials = [{"id": one} for one in ids]
    return {
        **client,
        "client_authentication_methods": {"private_key_jwt": {"credentials": credentials}},
    }


def _unchanged(old: Json | None, new: Json) -> None:
    """CIMD-08: a `kid` that comes back with another key is refused and the old key stays."""
    if old is not None and old["thumbprint_sha256"] != new["thumbprint_sha256"]:
        raise invalid_body(f"The key {new['kid']!r} was used before with other key material.")


def _stored(tenant: Tenant, client: Json) -> list[Json]:
    return tenant.store.find(KIND, {"client_id": client["client_id"]})


def _add(tenant: Tenant, client: Json, key: Json) -> str:
    now = tenant.clock.stamp()
    credential = {
        "id": tenant.ids.prefixed("cred"),
        "credential_type": "public_key",
        "alg": "RS256",
        **key,
        "client_id": client["client_id"],
        "created_at": now,
        "updated_at": now,
    }
    return str(tenant.add(KIND, credential["id"], credential)["id"])
