"""Bodies of `/resource-servers`."""

from auth0_emulator.shapes import (
    ANYTHING,
    FLAG,
    TEXT,
    Schema,
    choice,
    loose,
    many,
    null_or,
    record,
    text,
    whole,
)
from auth0_emulator.validation import Body

_KEY = record(
    {
        "name": text(1, 128),
        "alg": choice("RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"),
        "kid": text(1, 128),
        "pem": text(1, 4096),
    },
    required=("alg", "pem"),
)

# CG-14: the policies per subject type.
_POLICIES = record(
    {
        "user": loose({"policy": choice("allow_all", "deny_all", "require_client_grant")}),
        "client": loose({"policy": choice("deny_all", "require_client_grant")}),
    }
)

_SHARED: dict[str, Schema] = {
    "name": text(high=200, pattern="^[^<>]+$"),
    "scopes": many(
        record({"value": text(1, 280), "description": text(high=500)}, required=("value",))
    ),
    "signing_alg": choice("HS256", "RS256", "RS512", "PS256"),
    "signing_secret": text(16),
    "allow_offline_access": FLAG,
    "allow_online_access": FLAG,
    "allow_online_access_with_ephemeral_sessions": FLAG,
    "token_lifetime": whole(0, 2_592_000),
    "token_lifetime_for_web": whole(0),
    "token_dialect": choice(
        "access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"
    ),
    "skip_consent_for_verifiable_first_party_clients": FLAG,
    "enforce_policies": FLAG,
    "verificationLocation": TEXT,
    "token_encryption": null_or(
        record(
            {"format": choice("compact-nested-jwe"), "encryption_key": _KEY},
            required=("format", "encryption_key"),
        )
    ),
    "consent_policy": null_or(choice("transactional-authorization-with-mfa")),
    "authorization_details": null_or(many(ANYTHING)),
    "authorization_policy": null_or(record({"policy_id": text(1, 1024)}, required=("policy_id",))),
    "proof_of_possession": null_or(
        record(
            {
                "mechanism": choice("mtls", "dpop"),
                "required": FLAG,
                "required_for": choice("public_clients", "all_clients"),
            },
            required=("mechanism", "required"),
        )
    ),
    "subject_type_authorization": _POLICIES,
}

CREATE = Body(record({"identifier": text(1, 600), **_SHARED}, required=("identifier",)))
UPDATE = Body(record(_SHARED, least=1))
