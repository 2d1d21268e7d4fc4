"""Add-ons of a client, and the applications that only the vendor's own products make."""

from auth0_emulator.shapes import (
    FILLED,
    FLAG,
    TEXT,
    choice,
    either,
    loose,
    many,
    null_or,
    record,
    text,
    whole,
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
