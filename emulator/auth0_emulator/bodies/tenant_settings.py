"""The body of `PATCH /tenants/settings`."""

from auth0_emulator.bodies.client_parts import TOKEN_QUOTA
from auth0_emulator.shapes import (
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

FLAGS = (
    "allow_changing_enable_sso allow_legacy_delegation_grant_types allow_legacy_ro_grant_types"
    " allow_legacy_tokeninfo_endpoint change_pwd_flow_v1"
    " custom_domains_provisioning dashboard_insights_view dashboard_log_streams_next"
    " disable_clickjack_protection_headers disable_fields_map_fix disable_impersonation"
    " disable_management_api_sms_obfuscation enable_adfs_waad_email_verification"
    " enable_apis_section enable_client_connections enable_custom_domain_in_emails"
    " enable_dynamic_client_registration enable_idtoken_api2 enable_legacy_logs_search_v2"
    " enable_legacy_profile enable_pipeline2 enable_public_signup_user_exists_error enable_sso"
    " enforce_client_authentication_on_passwordless_start genai_trial"
    " improved_signup_bot_detection_in_classic mfa_show_factor_list_on_enrollment"
    " no_disclose_enterprise_connections remove_alg_from_jwks"
    " require_pushed_authorization_requests revoke_refresh_token_grant"
    " trust_azure_adfs_email_verified_connection_property universal_login"
    " use_scope_descriptions_for_consent"
).split()

LOCALES = (
    "am ar ar-EG ar-SA az bg bn bs ca-ES cnr cs cy da de el en en-CA es es-419 es-AR es-MX et eu-ES"
    " fa fi fr fr-CA fr-FR gl-ES gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mn mr ms my"
    " nb nl nn no pa pl pt pt-BR pt-PT ro ru sk sl so sq sr sv sw ta te th tl tr uk ur vi zgh zh-CN"
    " zh-HK zh-MO zh-TW"
).split()

# Unlike elsewhere, unknown keys beside the quota are taken.
_QUOTA: Schema = {**TOKEN_QUOTA, "additionalProperties": True}
_PAGE = record({"enabled": FLAG, "html": TEXT})
_URI = text(form="absolute-uri-or-empty")

# A PATCH takes null for these and removes them (MG-10).
_REMOVABLE: dict[str, Schema] = {
    "acr_values_supported": many(TEXT),
    "allow_organization_name_in_authentication_api": FLAG,
    "authorization_response_iss_parameter_supported": FLAG,
    "change_password": _PAGE,
    "country_codes": loose({}),
    "customize_mfa_in_postlogin_action": FLAG,
    "default_token_quota": record({"clients": _QUOTA, "organizations": _QUOTA}, least=1),
    "device_flow": record({"charset": choice("base20", "digits"), "mask": text(high=20)}),
    "error_page": record({"html": TEXT, "show_log_link": FLAG, "url": _URI}),
    "guardian_mfa_page": _PAGE,
    "mtls": record({"enable_endpoint_aliases": FLAG}),
    "pushed_authorization_requests_supported": FLAG,
    "session_cookie": record({"mode": choice("persistent", "non-persistent")}, required=("mode",)),
    "sessions": record({"oidc_logout_prompt_enabled": FLAG}),
    "skip_non_verifiable_callback_uri_confirmation_prompt": FLAG,
}

UPDATE = Body(
    record(
        {
            **{name: null_or(shape) for name, shape in _REMOVABLE.items()},
            "allowed_logout_urls": many(text(form="url-with-placeholders")),
            "client_id_metadata_document_supported": FLAG,
            "default_audience": TEXT,
            "default_directory": TEXT,
            "default_redirection_uri": text(form="absolute-https-uri-or-empty"),
            # DCR-08: a setting of the tenant, both values.
            "dynamic_client_registration_security_mode": choice("strict", "permissive"),
            "enable_ai_guide": FLAG,
            "enabled_locales": many(choice(*LOCALES), 1),
            "ephemeral_session_lifetime": whole(1),
            "flags": record(dict.fromkeys(FLAGS, FLAG)),
            "friendly_name": TEXT,
            "idle_ephemeral_session_lifetime": whole(1),
            "idle_session_lifetime": whole(1),
            "legacy_sandbox_version": text(high=8),
            "oidc_logout": record({"rp_logout_end_session_endpoint_discovery": FLAG}),
            "phone_consolidated_experience": FLAG,
            "picture_url": _URI,
            "resource_parameter_profile": choice("audience", "compatibility"),
            "sandbox_version": text(high=8),
            "session_lifetime": whole(1),
            "support_email": text(form="email-or-empty"),
            "support_url": _URI,
        }
    )
)
