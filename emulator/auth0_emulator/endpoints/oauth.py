"""`/oauth/token` with client credentials, and the access tokens of the Management API.

Tokens are signed with the tenant's own key (HS256). Auth0 signs with RS256; no client of the
Management API looks into its token.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import unquote

from auth0_emulator.call import Caller, Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.errors import ApiError, OAuthError
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


def token(tenant: Tenant, form: Mapping[str, str], authorization: str) -> Json:
    """The token answer; the client authenticates with HTTP Basic or in the body."""
    if form.get("grant_type") != "client_credentials":
        raise OAuthError(403, "unsupported_grant_type", "Unsupported grant type")
    client = _client(tenant, form, authorization)
    audience = form.get("audience") or ""
    server = _api(tenant, audience)
    scopes = _granted(tenant, client, server, form.get("scope", "").split())
    seconds = server.get("token_lifetime", LIFETIME)
    return {
        "access_token": issue(tenant, client["client_id"], audience, scopes, seconds),
        "scope": " ".join(scopes),
        "expires_in": seconds,
        "token_type": "Bearer",
    }


def _client(tenant: Tenant, form: Mapping[str, str], authorization: str) -> Json:
    client_id, secret = credentials(form, authorization)
    client = tenant.store.get("client", client_id)
    known = client is not None and hmac.compare_digest(
        secret.encode(), client.get("client_secret", "").encode()
    )
    if client is None or not known or client.get("token_endpoint_auth_method") == "none":
        raise OAuthError(401, "access_denied", "Unauthorized")
    if "client_credentials" not in client.get("grant_types", ()):
        message = "Grant type 'client_credentials' not allowed for the client."
        raise OAuthError(403, "unauthorized_client", message)
    return client


def credentials(form: Mapping[str, str], authorization: str) -> tuple[str, str]:
    """Client id and secret from HTTP Basic, else from the body."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        plain = base64.b64decode(value, validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise OAuthError(401, "access_denied", "Unauthorized") from error
    client_id, _, secret = plain.partition(":")
    return unquote(client_id), unquote(secret)


def _api(tenant: Tenant, audience: str) -> Json:
    if not audience:
        raise OAuthError(403, "access_denied", "No audience parameter was provided.")
    found = tenant.store.find("resource_server", {"identifier": audience})
    if not found:
        raise OAuthError(403, "access_denied", f"Service not found: {audience}")
    return found[0]


def _granted(tenant: Tenant, client: Json, server: Json, wanted: list[str]) -> list[str]:
    """CG-01, CG-06, CG-15: the scopes of the client's own grant, else those of the default grant
    for strict clients. Whether default grants apply to permissive clients is not recorded; here
    they do not.
    """
    key = {"audience": server["identifier"], "subject_type": "client"}
    found = tenant.store.find("client_grant", {**key, "client_id": client["client_id"]})
    if not found and is_strict(client):
        found = tenant.store.find("client_grant", {**key, "default_for": "third_party_clients"})
    policy = server.get("subject_type_authorization", {}).get("client", {}).get("policy")
    if not found or policy == "deny_all":
        denied = "access_denied" if client["is_first_party"] else "unauthorized_client"
        text = (
            f'Client is not authorized to access "{server["identifier"]}". You need to create a'
            ' "client-grant" associated to this API.'
        )
        raise OAuthError(403, denied, text)
    grant = found[0]
    scopes = [scope["value"] for scope in server.get("scopes", ())]
    if not grant.get("allow_all_scopes"):
        scopes = list(grant["scope"])
    return [scope for scope in scopes if scope in wanted] if wanted else scopes


LIFETIME = 86_400


def issue(tenant: Tenant, client_id: str, audience: str, scopes: list[str], seconds: int) -> str:
    """A token for a client, valid for `seconds`."""
    now = int(tenant.clock.now())
    claims = {
        "iss": f"{tenant.url}/",
        "sub": f"{client_id}@clients",
        "aud": audience,
        "iat": now,
        "exp": now + seconds,
        "scope": " ".join(scopes),
        "gty": "client-credentials",
        "azp": client_id,
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_signature(tenant, signed)}"


def caller(tenant: Tenant, header: str) -> Caller:
    """The caller that the `Authorization` header authenticates; else 401."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "Missing authentication")
    signed, _, signature = token.strip().rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(tenant, signed).encode()):
        raise ApiError(401, "Invalid token")
    claims: Json = json.loads(_from_base64url(signed.partition(".")[2]))
    if claims["exp"] <= tenant.clock.now():
        raise ApiError(401, "Expired token received for JSON Web Token validation")
    if not claims["aud"].endswith("/api/v2/"):
        raise ApiError(401, f"Bad audience: {claims['aud']}")
    return Caller(claims["azp"], frozenset(claims["scope"].split()))


def _part(claims: Json) -> str:
    return _base64url(json.dumps(claims, separators=(",", ":")).encode())


def _signature(tenant: Tenant, signed: str) -> str:
    key = tenant.fact("token_key").encode()
    return _base64url(hmac.new(key, signed.encode(), hashlib.sha256).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
