"""Rules for third-party clients in strict mode, checked on the client as it would be stored.

Auth0's wording of these refusals is not recorded; the sentences are the emulator's.
"""

import re
from collections.abc import Callable

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_public
from auth0_emulator.errors import refused

SUPPORTED = frozenset(
    (
        # TP-CREATE-09
        "name description logo_uri callbacks allowed_origins web_origins grant_types"
        " token_endpoint_auth_method app_type client_metadata jwt_configuration refresh_token"
        " client_authentication_methods require_proof_of_possession redirection_policy"
        # TP-CREATE-11
        " oidc_conformant organization_usage organization_require_behavior"
        " organization_discovery_methods default_organization token_quota"
        " skip_non_verifiable_callback_uri_confirmation_prompt"
        # identity, and what the server writes itself
        " is_first_party third_party_security_mode client_secret client_id"
        " external_client_id external_metadata_type external_metadata_created_by"
    ).split()
)
# Defaults that a GET shows may be sent back.
_ECHO = {
    "is_token_endpoint_ip_header_trusted": False,
    "sso_disabled": False,
    "cross_origin_authentication": False,
    "custom_login_page_on": True,
}
_APP_TYPES = ("regular_web", "spa", "native", "non_interactive")
_GRANTS = frozenset({"authorization_code", "refresh_token", "client_credentials"})
_PLACEHOLDER = re.compile(r"[*{}]")


def supported_properties(client: Json) -> None:
    """TP-CREATE-09, TP-CREATE-10, TP-CREATE-11: only the reviewed properties.

    Whether Auth0 refuses or drops others is not recorded; the emulator refuses them.
    """
    for name, value in client.items():
        if name not in SUPPORTED and not name.startswith("_") and _ECHO.get(name, ...) != value:
            raise refused(f"{name} is not available to strict third-party clients")
    if not client.get("oidc_conformant", True):
        raise refused("oidc_conformant must be true for strict third-party clients")


def app_type(client: Json) -> None:
    """TP-CREATE-12: one of four types."""
    kind = client.get("app_type")
    if kind is not None and kind not in _APP_TYPES:
        raise refused(f"app_type {kind!r} is not available to strict third-party clients")


def grant_types(client: Json) -> None:
    """TP-CREATE-13: three grant types."""
    for grant in client.get("grant_types", ()):
        if grant not in _GRANTS:
            raise refused(f"grant type {grant!r} is not available to strict third-party clients")


def client_credentials(client: Json) -> None:
    """TP-CREATE-14: for confidential clients that an administrator registered."""
    if "client_credentials" not in client.get("grant_types", ()):
        return
    if "external_client_id" in client or "_registered_by" in client:
        raise refused("grant type 'client_credentials' is not for clients that register themselves")
    if is_public(client):
        raise refused("grant type 'client_credentials' needs a confidential client")


def authentication(client: Json) -> None:
    """TP-CREATE-15: secrets or Private Key JWT; no mTLS."""
    methods = client.get("client_authentication_methods") or {}
    for method in methods:
        if method != "private_key_jwt":
            raise refused(f"{method} is not available to strict third-party clients")


def signing_algorithm(client: Json) -> None:
    """TP-CREATE-16: RS256 only."""
    algorithm = client.get("jwt_configuration", {}).get("alg", "RS256")
    if algorithm != "RS256":
        raise refused("jwt_configuration.alg must be RS256 for strict third-party clients")


def refresh_token(client: Json) -> None:
    """TP-CREATE-17: refresh tokens expire, and also when they are idle."""
    tokens = client.get("refresh_token", {})
    if tokens.get("expiration_type", "expiring") != "expiring":
        raise refused("refresh_token.expiration_type must be 'expiring'")
    if tokens.get("infinite_idle_token_lifetime"):
        raise refused("refresh_token.infinite_idle_token_lifetime must be false")


def exact_urls(client: Json) -> None:
    """TP-CREATE-19: no wildcard and no placeholder. TP-CREATE-20: of any scheme."""
    for name in ("callbacks", "allowed_origins", "web_origins"):
        for url in client.get(name, ()):
            if _PLACEHOLDER.search(url):
                raise refused(f"{name} must be exact URLs, no wildcard or placeholder: {url!r}")


RULES: tuple[Callable[[Json], None], ...] = (
    supported_properties,
    app_type,
    grant_types,
    client_credentials,
    authentication,
    signing_algorithm,
    refresh_token,
    exact_urls,
)


def check(client: Json) -> None:
    """Raises the first refusal."""
    for rule in RULES:
        rule(client)
