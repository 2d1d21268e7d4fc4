"""`/oidc/register`: dynamic client registration, without a token once the tenant allows it."""

from auth0_emulator.call import Json
from auth0_emulator.endpoints import strict_mode
from auth0_emulator.endpoints.client_rules import check_client_limit, completed, is_public
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.errors import ApiError, OAuthError
from auth0_emulator.tenant import Tenant

_METHODS = ("none", "client_secret_post", "client_secret_basic")
_GRANTS = ("authorization_code", "refresh_token")


def register(tenant: Tenant, body: object) -> Json:
    """DCR-05: the answer to a registration (201)."""
    _check_enabled(tenant)
    if not isinstance(body, dict):
        raise OAuthError(400, "invalid_client_metadata", "The body must be a JSON object")
    client = _client(tenant, body)
    try:
        check_client_limit(tenant)
        if client.get("third_party_security_mode") == "strict":
            strict_mode.check(client)
    except ApiError as error:
        raise OAuthError(error.status, "invalid_client_metadata", error.message) from error
    tenant.add("client", client["client_id"], client)
    answer = {
        "client_id": client["client_id"],
        "client_name": client["name"],
        "redirect_uris": client["callbacks"],
        "grant_types": client["grant_types"],
        "token_endpoint_auth_method": client["token_endpoint_auth_method"],
        "client_secret_expires_at": 0,
    }
    # The secret of a public client is not shown.
    return answer if is_public(client) else {**answer, "client_secret": client["client_secret"]}


def _check_enabled(tenant: Tenant) -> None:
    """DCR-01: off by default; Auth0's refusal is not recorded."""
    flags = settings(tenant).get("flags", {})
    if not flags.get("enable_dynamic_client_registration"):
        message = "Dynamic client registration is not enabled for this tenant (emulator wording)"
        raise OAuthError(403, "access_denied", message)


def _client(tenant: Tenant, body: Json) -> Json:
    """DCR-03, DCR-04: grant types that are not available are dropped, not refused."""
    name, uris, method, wanted = _read(body)
    mode = _mode(tenant)
    given = {
        "callbacks": uris,
        "token_endpoint_auth_method": method,
        "is_first_party": False,
        "third_party_security_mode": mode,
        **({} if wanted is None else {"grant_types": [g for g in _GRANTS if g in wanted]}),
    }
    return {
        "name": name,
        "client_id": tenant.ids.client(strict=mode == "strict"),
        "client_secret": tenant.ids.secret(),
        # TP-CREATE-14: such a client cannot have the grant type client_credentials.
        "_registered_by": "dcr",
        **completed(given),
    }


def _read(body: Json) -> tuple[str, list[str], str, list[object] | None]:
    """DCR-03: name, redirect URIs, authentication method and the requested grant types."""
    uris = body.get("redirect_uris")
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) for uri in uris):
        raise OAuthError(400, "invalid_redirect_uri", "redirect_uris is required")
    method = body.get("token_endpoint_auth_method", "client_secret_post")
    if method not in _METHODS:
        message = f"token_endpoint_auth_method is one of {', '.join(_METHODS)}"
        raise OAuthError(400, "invalid_client_metadata", message)
    name = body.get("client_name", "Dynamic client")
    wanted = body.get("grant_types")
    if not isinstance(name, str) or not (wanted is None or isinstance(wanted, list)):
        raise OAuthError(400, "invalid_client_metadata", "client_name or grant_types is malformed")
    return name, uris, method, wanted


def _mode(tenant: Tenant) -> str:
    """DCR-08: a setting of eligible tenants, permissive unless set."""
    default = "permissive" if tenant.legacy else "strict"
    return str(settings(tenant).get("dynamic_client_registration_security_mode", default))
