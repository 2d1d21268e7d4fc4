"""A third-party client as a program declares it and as the tenant returns it."""

from typing import Any

from .playback import Exchange

Bag = dict[str, Any]
PATH = "/api/v2/clients/tpc_1"
PROGRAM: Bag = {
    "name": "Partner",
    "description": "Managed by Pulumi",
    "appType": "regular_web",
    "isFirstParty": False,
    "thirdPartySecurityMode": "strict",
    "callbacks": ["https://p.example/cb"],
    "clientMetadata": {"owner": "acme", "tier": "gold"},
}
SENT: Bag = {
    "name": "Partner",
    "description": "Managed by Pulumi",
    "app_type": "regular_web",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "callbacks": ["https://p.example/cb"],
}
METADATA = {"client_metadata": {"owner": "acme", "tier": "gold"}}
SERVED: Bag = {
    **SENT,
    **METADATA,
    "client_id": "tpc_1",
    "client_secret": "never-in-a-client's-state",
    "grant_types": ["authorization_code"],
    "signing_keys": [{"cert": "C"}],
    "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 3600, "secret_encoded": False},
    "refresh_token": {"rotation_type": "non-rotating", "expiration_type": "expiring"},
}


def served(**changes: Any) -> Exchange:
    return Exchange("GET", PATH, None, 200, {**SERVED, **changes})


def patched(body: Bag) -> Exchange:
    return Exchange("PATCH", PATH, body, 200, SERVED)


def changed(inputs: Bag, **changes: Any) -> Bag:
    return {k: v for k, v in {**inputs, **changes}.items() if v is not None}
