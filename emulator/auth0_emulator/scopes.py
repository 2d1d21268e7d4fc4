"""The scopes of the Management API."""

_ALL_VERBS = (
    "client_credentials client_grants client_keys clients connections custom_domains"
    " email_provider email_templates rate_limit_policies resource_servers users"
    " organization_connections organizations organization_client_grants organization_clients"
    " organization_members users_app_metadata rules hooks"
).split()
_OTHER = (
    "read:branding update:branding delete:branding read:client_summary read:grants delete:grants"
    " read:logs read:logs_users read:organizations_summary read:prompts update:prompts"
    " read:tenant_settings update:tenant_settings read:user_idp_tokens read:current_user"
    " delete:current_user update:current_user_metadata"
    " update:client_token_vault_privileged_access"
).split()

MANAGEMENT = tuple(
    sorted(
        [f"{verb}:{name}" for name in _ALL_VERBS for verb in ("create", "read", "update", "delete")]
        + _OTHER
    )
)
