"""Bodies of `POST /clients` and `PATCH /clients/{id}`."""

from auth0_emulator.endpoints.client_body_parts import (
    ADDONS,
    BACKCHANNEL,
    CREDENTIAL_METHODS,
    DEFAULT_ORGANIZATION,
    ENCRYPTION_KEY,
    EXPRESS,
    JWT,
    METADATA,
    MOBILE,
    MY_ORGANIZATION,
    PUBLIC_KEY,
    REFRESH_TOKEN,
    SESSION_TRANSFER,
    SOCIAL,
    TOKEN_QUOTA,
    attached,
)
from auth0_emulator.schema import (
    FILLED,
    FLAG,
    TEXT,
    Body,
    Schema,
    choice,
    loose,
    many,
    null_or,
    record,
    text,
    whole,
)

_URL = text(form="url-with-placeholders")

_SHARED: dict[str, Schema] = {
    "name": text(pattern="^[^<>]+$"),
    "description": text(high=140),
    "logo_uri": text(form="absolute-uri-or-empty"),
    "callbacks": many(text(form="callback-url")),
    "oidc_logout": BACKCHANNEL,
    "allowed_origins": many(_URL),
    "web_origins": many(_URL),
    "client_aliases": many(FILLED),
    "allowed_clients": many(FILLED),
    "allowed_logout_urls": many(_URL),
    "grant_types": many(FILLED),
    "app_type": choice(
        *("native spa regular_web non_interactive resource_server express_configuration".split()),
        *("rms box cloudbees concur dropbox mscrm echosign egnyte newrelic office365".split()),
        *("salesforce sentry sharepoint slack springcm zendesk zoom sso_integration oag".split()),
    ),
    "is_first_party": FLAG,
    "oidc_conformant": FLAG,
    "jwt_configuration": JWT,
    "sso": FLAG,
    "sso_disabled": FLAG,
    "cross_origin_authentication": FLAG,
    "custom_login_page_on": FLAG,
    "client_metadata": METADATA,
    "mobile": MOBILE,
    "initiate_login_uri": text(form="absolute-https-uri-with-placeholders-or-empty"),
    "native_social_login": SOCIAL,
    "is_token_endpoint_ip_header_trusted": FLAG,
    "require_pushed_authorization_requests": FLAG,
    "require_proof_of_possession": FLAG,
    "third_party_security_mode": choice("strict", "permissive"),
    "redirection_policy": choice("allow_always", "open_redirect_protection"),
}

# A PATCH accepts null for these and removes them (MG-10).
_REMOVABLE: dict[str, Schema] = {
    "addons": ADDONS,
    "async_approval_notification_channels": many(choice("guardian-push", "email"), 1),
    "compliance_level": choice(
        "none", "fapi1_adv_pkj_par", "fapi1_adv_mtls_par", "fapi2_sp_pkj_mtls", "fapi2_sp_mtls_mtls"
    ),
    "cross_origin_loc": text(form="url"),
    "default_organization": DEFAULT_ORGANIZATION,
    "encryption_key": ENCRYPTION_KEY,
    "express_configuration": EXPRESS,
    "fedcm_login": loose({}),
    "my_organization_configuration": MY_ORGANIZATION,
    "oidc_backchannel_logout": BACKCHANNEL,
    "organization_discovery_methods": many(choice("email", "organization_name"), 1),
    "organization_require_behavior": choice("no_prompt", "pre_login_prompt", "post_login_prompt"),
    "organization_usage": choice("deny", "allow", "require"),
    "par_request_expiry": whole(10, 600),
    "refresh_token": REFRESH_TOKEN,
    "session_transfer": SESSION_TRANSFER,
    "skip_non_verifiable_callback_uri_confirmation_prompt": FLAG,
    "token_endpoint_auth_method": choice("none", "client_secret_post", "client_secret_basic"),
    "token_exchange": record(
        {
            "allow_any_profile_of_type": many(
                choice("custom_authentication", "on_behalf_of_token_exchange")
            )
        }
    ),
    "token_quota": TOKEN_QUOTA,
}

# TP-CREATE-27: without `client_id`, which the caller cannot choose.
CREATE = Body(
    record(
        {
            **_SHARED,
            **_REMOVABLE,
            "compliance_level": null_or(_REMOVABLE["compliance_level"]),
            "default_organization": null_or(DEFAULT_ORGANIZATION),
            "encryption_key": null_or(ENCRYPTION_KEY),
            "refresh_token": null_or(REFRESH_TOKEN),
            "session_transfer": null_or(SESSION_TRANSFER),
            "par_request_expiry": null_or(whole(10, 600)),
            "custom_login_page": FILLED,
            "custom_login_page_preview": FILLED,
            "form_template": FILLED,
            "client_authentication_methods": CREDENTIAL_METHODS,
            "signed_request_object": record({"required": FLAG, "credentials": many(PUBLIC_KEY)}),
            "resource_server_identifier": text(1, 600),
        },
        required=("name",),
    )
)

_STORED = record({"id": TEXT}, required=("id",))
UPDATE = Body(
    record(
        {
            **_SHARED,
            **{name: null_or(shape) for name, shape in _REMOVABLE.items()},
            "custom_login_page": TEXT,
            "custom_login_page_preview": TEXT,
            "form_template": TEXT,
            "client_authentication_methods": null_or(
                record(
                    {
                        "private_key_jwt": attached(),
                        "tls_client_auth": attached(),
                        "self_signed_tls_client_auth": attached(),
                    },
                    least=1,
                )
            ),
            "signed_request_object": null_or(
                record({"required": FLAG, "credentials": many(_STORED)})
            ),
            "client_secret": FILLED,
        },
        least=1,
    )
)
