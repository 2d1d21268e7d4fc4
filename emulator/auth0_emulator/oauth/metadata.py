"""Discovery: what a client learns from the tenant's address alone (RFC 8414, OpenID Connect)."""

from auth0_emulator.call import Json
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.oauth import dpop
from auth0_emulator.oauth.client_authentication import ALGORITHMS
from auth0_emulator.oauth.steps import issuer_for
from auth0_emulator.oauth.tokens import issuer, userinfo_url
from auth0_emulator.tenant import Tenant


def metadata(tenant: Tenant) -> Json:
    """The same document for both well-known addresses.

    Only what the tenant does is announced. Like Auth0's, it names the registration endpoint
    whether registration is open or not.
    """
    found, url = settings(tenant), tenant.url
    methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
    body: Json = {
        "issuer": issuer(tenant),
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/oauth/token",
        "revocation_endpoint": f"{url}/oauth/revoke",
        "registration_endpoint": f"{url}/oidc/register",
        "userinfo_endpoint": userinfo_url(tenant),
        "jwks_uri": f"{url}/.well-known/jwks.json",
        "scopes_supported": "openid profile email phone offline_access".split(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": "authorization_code refresh_token client_credentials".split(),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "client_id_metadata_document_supported": bool(
            found.get("client_id_metadata_document_supported")
        ),
        "authorization_response_iss_parameter_supported": issuer_for(tenant) is not None,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    logout = found.get("oidc_logout", {})
    if logout.get("rp_logout_end_session_endpoint_discovery"):
        body["end_session_endpoint"] = f"{url}/oidc/logout"
    return body
