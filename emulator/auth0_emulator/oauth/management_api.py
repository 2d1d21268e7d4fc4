"""Auth0's Management API as an API of the tenant: its scopes, and who calls it."""

from auth0_emulator.call import Caller, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.oauth import keys
from auth0_emulator.tenant import Tenant

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
    # of kinds that read as empty
    " update:actions update:attack_protection update:guardian_factors update:mfa_policies"
    " update:phone_providers update:phone_templates update:rules_configs"
    " read:actions read:attack_protection read:connection_profiles read:directory_provisionings"
    " read:event_streams read:flows read:flows_vault_connections read:forms read:guardian_factors"
    " read:log_streams read:mfa_policies read:network_acls read:phone_providers"
    " read:phone_templates read:roles read:rules_configs read:self_service_profiles"
    " read:token_exchange_profiles read:user_attribute_profiles"
).split()

MANAGEMENT_SCOPES = tuple(
    sorted(
        [f"{verb}:{name}" for name in _ALL_VERBS for verb in ("create", "read", "update", "delete")]
        + _OTHER
    )
)


def caller(tenant: Tenant, header: str) -> Caller:
    """The caller that the `Authorization` header authenticates; else 401."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "Missing authentication")
    claims = _claims(tenant, token.strip())
    if claims["exp"] <= tenant.clock.now():
        raise ApiError(401, "Expired token received for JSON Web Token validation")
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    # A tenant that was started again on another port still accepts the tokens it issued before.
    if not any(audience.endswith("/api/v2/") for audience in audiences):
        raise ApiError(401, f"Bad audience: {' '.join(audiences)}")
    return Caller(claims["azp"], frozenset(claims["scope"].split()))


def _claims(tenant: Tenant, token: str) -> Json:
    """Those of an access token; one that is bound to a key is no bearer token (RFC 9449)."""
    try:
        claims = keys.verify(tenant, token)
    except keys.InvalidToken as error:
        raise ApiError(401, "Invalid token") from error
    if "scope" not in claims or "azp" not in claims or "cnf" in claims:
        raise ApiError(401, "Invalid token")
    return claims
