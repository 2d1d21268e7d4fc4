"""The nested parts of a client's body: tokens, metadata, credentials, add-ons."""

from auth0_emulator.schema import (
    FILLED,
    FLAG,
    TEXT,
    Schema,
    choice,
    either,
    loose,
    many,
    null_or,
    record,
    text,
    whole,
)

_HTTPS = text(form="absolute-https-uri-with-placeholders-or-empty")

JWT = loose(
    {
        "lifetime_in_seconds": whole(),
        "secret_encoded": FLAG,
        "scopes": loose({}),
        "alg": choice("HS256", "RS256", "RS512", "PS256"),
    }
)

# TP-CREATE-18: both types are required when the object is sent; the ranges.
REFRESH_TOKEN = record(
    {
        "rotation_type": choice("rotating", "non-rotating"),
        "expiration_type": choice("expiring", "non-expiring"),
        "leeway": whole(0),
        "token_lifetime": whole(1, 157_788_000),
        "infinite_token_lifetime": FLAG,
        "idle_token_lifetime": whole(1),
        "infinite_idle_token_lifetime": FLAG,
        "policies": null_or(
            many(
                record(
                    {"audience": text(1, 600), "scope": many(text(1, 280))},
                    required=("audience", "scope"),
                ),
                1,
            )
        ),
    },
    required=("rotation_type", "expiration_type"),
)

# TP-CREATE-21: at most ten keys; the characters of a key are checked in the merged object.
METADATA: Schema = {
    "type": "object",
    "maxProperties": 10,
    "additionalProperties": null_or(text(high=255)),
}

_QUOTA = record(
    {"enforce": FLAG, "per_day": whole(1, 2**31 - 1), "per_hour": whole(1, 2**31 - 1)}, least=1
)
TOKEN_QUOTA = record({"client_credentials": _QUOTA}, required=("client_credentials",))

BACKCHANNEL = loose(
    {
        "backchannel_logout_urls": many(_HTTPS),
        "backchannel_logout_initiators": loose(
            {
                "mode": choice("custom", "all"),
                "selected_initiators": many(
                    choice(
                        *("rp-logout idp-logout password-changed session-expired".split()),
                        *("session-revoked account-deleted email-identifier-changed".split()),
                        *("mfa-phone-unenrolled account-deactivated".split()),
                    )
                ),
            }
        ),
        "backchannel_logout_session_metadata": null_or(loose({"include": FLAG})),
    }
)

DEFAULT_ORGANIZATION = record(
    {"organization_id": text(form="organization-id"), "flows": many(choice("client_credentials"))},
    required=("organization_id", "flows"),
)
ENCRYPTION_KEY = loose({"pub": TEXT, "cert": TEXT, "subject": TEXT})
MOBILE = loose(
    {
        "android": loose({"app_package_name": TEXT, "sha256_cert_fingerprints": many(FILLED, 1)}),
        "ios": loose({"team_id": TEXT, "app_bundle_identifier": TEXT}),
    }
)
_SWITCH = record({"enabled": FLAG}, least=1)
SOCIAL = record({"apple": _SWITCH, "facebook": _SWITCH, "google": _SWITCH}, least=1)

SESSION_TRANSFER = record(
    {
        "can_create_session_transfer_token": FLAG,
        "allowed_authentication_methods": null_or(many(choice("cookie", "query"))),
        "allow_refresh_token": FLAG,
        "enforce_device_binding": choice("ip", "asn", "none"),
        "enforce_cascade_revocation": FLAG,
        "enforce_online_refresh_tokens": FLAG,
        "delegation": null_or(
            record({"allow_delegated_access": FLAG, "enforce_device_binding": choice("ip", "asn")})
        ),
    }
)

PUBLIC_KEY = record(
    {
        "credential_type": choice("public_key"),
        "name": text(high=128),
        "pem": TEXT,
        "alg": choice("RS256", "RS384", "PS256"),
        "kid": text(pattern="^([0-9a-zA-Z-_]{10,64})$"),
        "expires_at": text(form="date-time"),
        "parse_expiry_from_cert": FLAG,
    },
    required=("credential_type", "pem"),
)
_CERTIFICATE = record(
    {"credential_type": choice("x509_cert"), "name": text(high=128), "pem": text(1, 4096)},
    required=("credential_type", "pem"),
)
_SUBJECT = record(
    {
        "credential_type": choice("cert_subject_dn"),
        "name": text(high=128),
        "pem": text(1, 4096),
        "subject_dn": text(1, 256),
    },
    required=("credential_type",),
)


def _new(credential: Schema) -> Schema:
    return record({"credentials": many(credential, 1)}, required=("credentials",))


# A POST contains new credentials, a PATCH names stored ones.
CREDENTIAL_METHODS: Schema = {
    **record(
        {
            "private_key_jwt": _new(PUBLIC_KEY),
            "tls_client_auth": _new(_SUBJECT),
            "self_signed_tls_client_auth": _new(_CERTIFICATE),
        },
        least=1,
    ),
    "maxProperties": 1,
}


def attached() -> Schema:
    """An authentication method whose credentials are stored ones."""
    return record(
        {"credentials": many(record({"id": FILLED}, required=("id",)))}, required=("credentials",)
    )


_URL = text(form="url")

EXPRESS = record(
    {
        "initiate_login_uri_template": text(form="ec-initiate-login-uri-template-url"),
        "user_attribute_profile_id": FILLED,
        "connection_profile_id": FILLED,
        "enable_client": FLAG,
        "enable_organization": FLAG,
        "linked_clients": many(record({"client_id": FILLED}, required=("client_id",))),
        "okta_oin_client_id": FILLED,
        "admin_login_domain": FILLED,
        "oin_submission_id": text(1, 200),
    },
    required=(
        *("initiate_login_uri_template", "user_attribute_profile_id", "connection_profile_id"),
        *("enable_client", "enable_organization", "okta_oin_client_id", "admin_login_domain"),
    ),
)
MY_ORGANIZATION = record(
    {
        "connection_profile_id": FILLED,
        "user_attribute_profile_id": FILLED,
        "allowed_strategies": many(
            choice("pingfederate", "adfs", "waad", "google-apps", "okta", "oidc", "samlp")
        ),
        "connection_deletion_behavior": choice("allow", "allow_if_empty"),
    },
    required=("allowed_strategies", "connection_deletion_behavior"),
)

_CLAIMED = loose({"clientid": TEXT, "principal": TEXT, "communityName": TEXT})
ADDONS = record(
    {
        "aws": loose({"principal": TEXT, "role": TEXT, "lifetime_in_seconds": whole(900, 43_200)}),
        "azure_blob": loose(
            {
                "accountName": text(pattern="^([a-z0-9]){3,24}$"),
                "storageAccessKey": text(pattern="^([A-Za-z0-9+/]){86}==$"),
                "expiration": whole(0),
            }
        ),
        "azure_sb": loose({"namespace": TEXT, "sasKeyName": TEXT, "expiration": whole()}),
        "firebase": loose({"secret": TEXT, "client_email": TEXT, "lifetime_in_seconds": whole()}),
        "layer": loose(
            {"providerId": TEXT, "keyId": TEXT, "privateKey": TEXT, "expiration": whole(0)},
            required=("providerId", "keyId", "privateKey"),
        ),
        "mscrm": loose({"url": _URL}, required=("url",)),
        "oag": null_or(record({})),
        "rms": loose({"url": _URL}, required=("url",)),
        "salesforce": loose({"entity_id": _URL}),
        "salesforce_api": _CLAIMED,
        "salesforce_sandbox_api": _CLAIMED,
        "samlp": loose({"mappings": loose({}), "nameIdentifierProbes": many(FILLED)}),
        "sharepoint": loose({"url": TEXT, "external_url": either(many(TEXT), TEXT)}),
        "slack": loose({"team": TEXT}, required=("team",)),
        **{
            name: loose({})
            for name in (
                "box cloudbees concur dropbox echosign egnyte newrelic office365 sap_api sentry"
                " springcm sso_integration wams wsfed zendesk zoom"
            ).split()
        },
    }
)
