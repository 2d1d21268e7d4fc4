"""`/tenants/settings` and `/prompts`: settings that a tenant has once."""

from auth0_emulator.call import Answer, Call, Json, merge_deep, select
from auth0_emulator.endpoints.client_body_parts import TOKEN_QUOTA
from auth0_emulator.errors import refused
from auth0_emulator.routing import op
from auth0_emulator.schema import (
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
from auth0_emulator.tenant import Tenant, parse_time

KIND = "settings"
_SHOWN_BY_GET = "sandbox_versions_available"
_SHOWN_BY_PATCH = {
    "cannot_change_enforce_client_authentication_on_passwordless_start": True,
    "enforce_client_authentication_on_passwordless_start": True,
}
END_OF_PERMISSIVE_DEFAULT = parse_time("2026-10-23")


def settings(tenant: Tenant, name: str = "tenant") -> Json:
    """The stored settings: `tenant`, `prompts`, `branding` or `universal-login`."""
    return tenant.store.get(KIND, name) or {}


def permissive_by_default(tenant: Tenant) -> bool:
    """TP-CREATE-02, MIG-01: on eligible tenants, until Auth0 ends the migration."""
    return tenant.legacy and tenant.clock.now() < END_OF_PERMISSIVE_DEFAULT


def read(tenant: Tenant, call: Call) -> Answer:
    """MG-12: a GET shows the sandbox versions, and not what only a PATCH shows."""
    body = dict(settings(tenant))
    body["flags"] = {k: v for k, v in body.get("flags", {}).items() if k not in _SHOWN_BY_PATCH}
    if "universal_login" in body:
        shown = body["universal_login"].items()
        body["universal_login"] = {k: v for k, v in shown if k != "is_custom_template_set"}
    return Answer(200, select(body, call))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-10, DCR-01, LP-05: objects are merged one level deep, null removes."""
    _check_registration_mode(tenant, call.body)
    body = patch(tenant, "tenant", _in_hours(call.body))
    shown = {key: value for key, value in body.items() if key != _SHOWN_BY_GET}
    return Answer(200, {**shown, "flags": {**body.get("flags", {}), **_SHOWN_BY_PATCH}})


def _in_hours(change: Json) -> Json:
    """Lifetimes are kept in hours, which a client may send in minutes (deploy-cli always does)."""
    hours = dict(change)
    for name in _LIFETIMES:
        minutes = hours.pop(f"{name}_in_minutes", None)
        if minutes is not None:
            hours[name] = minutes / 60 if minutes % 60 else minutes // 60
    return hours


def _check_registration_mode(tenant: Tenant, change: Json) -> None:
    """DCR-08: only eligible tenants may register permissive clients."""
    if change.get("dynamic_client_registration_security_mode") == "permissive" and (
        not tenant.legacy
    ):
        raise refused(
            "dynamic_client_registration_security_mode 'permissive' is not available to this tenant"
        )


def read_prompts(tenant: Tenant, call: Call) -> Answer:
    """Which sign-in experience the tenant has."""
    return Answer(200, select(settings(tenant, "prompts"), call))


def update_prompts(tenant: Tenant, call: Call) -> Answer:
    """A merge: what is not sent stays as it is."""
    return Answer(200, patch(tenant, "prompts", call.body))


def patch(tenant: Tenant, name: str, change: Json) -> Json:
    """Objects are merged one level deep, null removes; returns the result."""
    body = merge_deep(settings(tenant, name), change)
    tenant.store.replace(KIND, name, body)
    return body


_FLAGS = (
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

_LOCALES = (
    "am ar ar-EG ar-SA az bg bn bs ca-ES cnr cs cy da de el en en-CA es es-419 es-AR es-MX et eu-ES"
    " fa fi fr fr-CA fr-FR gl-ES gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mn mr ms my"
    " nb nl nn no pa pl pt pt-BR pt-PT ro ru sk sl so sq sr sv sw ta te th tl tr uk ur vi zgh zh-CN"
    " zh-HK zh-MO zh-TW"
).split()

# Unlike elsewhere, unknown keys are accepted.
_QUOTA: Schema = {**TOKEN_QUOTA, "additionalProperties": True}
_PAGE = record({"enabled": FLAG, "html": TEXT})
_URI = text(form="absolute-uri-or-empty")
# In hours; each can be sent in minutes instead.
_LIFETIMES = (
    "session_lifetime",
    "idle_session_lifetime",
    "ephemeral_session_lifetime",
    "idle_ephemeral_session_lifetime",
)

# A PATCH accepts null for these and removes them (MG-10).
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

_UPDATE = Body(
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
            "enabled_locales": many(choice(*_LOCALES), 1),
            "flags": record(dict.fromkeys(_FLAGS, FLAG)),
            "friendly_name": TEXT,
            **{name: whole(1) for name in _LIFETIMES},
            **{f"{name}_in_minutes": whole(1) for name in _LIFETIMES},
            "legacy_sandbox_version": text(high=8),
            "oidc_logout": record({"rp_logout_end_session_endpoint_discovery": FLAG}),
            "phone_consolidated_experience": FLAG,
            "picture_url": _URI,
            "resource_parameter_profile": choice("audience", "compatibility"),
            "sandbox_version": text(high=8),
            "support_email": text(form="email-or-empty"),
            "support_url": _URI,
        }
    )
)


_UPDATE_PROMPTS = Body(
    record(
        {
            "universal_login_experience": choice("new", "classic"),
            "identifier_first": null_or(FLAG),
            "webauthn_platform_first_factor": null_or(FLAG),
        },
        least=1,
    )
)

OPERATIONS = (
    op("GET /tenants/settings", read, "read:tenant_settings"),
    op("PATCH /tenants/settings", update, "update:tenant_settings", _UPDATE),
    op("GET /prompts", read_prompts, "read:prompts"),
    op("PATCH /prompts", update_prompts, "update:prompts", _UPDATE_PROMPTS),
)
