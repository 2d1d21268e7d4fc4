"""Defaults and rules for every client, whatever its security mode."""

import re

from auth0_emulator.call import Call, Json
from auth0_emulator.endpoints.tenant_settings import permissive_by_default
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.tenant import Tenant

# Recorded: what an empty `session_transfer` of a new client becomes.
_SESSION_TRANSFER: Json = {
    "can_create_session_transfer_token": False,
    "allowed_authentication_methods": [],
    "enforce_device_binding": "ip",
}
_YEAR, _MONTH, _HALF = 31_557_600, 2_592_000, 1_296_000


def is_public(client: Json) -> bool:
    """True if the client has no credentials to authenticate with."""
    if client.get("client_authentication_methods"):
        return False
    return bool(client.get("token_endpoint_auth_method", "none") == "none")


def is_strict(client: Json) -> bool:
    """True for third-party clients in strict mode."""
    return bool(client.get("third_party_security_mode") == "strict")


def completed(body: Json) -> Json:
    """The body with all defaults; ownership and mode must be in it already."""
    third_party = not body["is_first_party"]
    client: Json = {
        "is_token_endpoint_ip_header_trusted": False,
        "oidc_conformant": third_party,
        "sso_disabled": False,
        "cross_origin_authentication": False,
        "custom_login_page_on": True,
        **{key: value for key, value in body.items() if value is not None},
    }
    client["jwt_configuration"] = {**_jwt(client), **client.get("jwt_configuration", {})}
    client.setdefault("grant_types", _grant_types(client))
    client["refresh_token"] = {**_refresh(client), **client.get("refresh_token", {})}
    if "session_transfer" in client:
        client["session_transfer"] = {**_SESSION_TRANSFER, **client["session_transfer"]}
    if is_strict(client):
        # TP-CREATE-23: protected unless the creator says otherwise.
        client.setdefault("redirection_policy", "open_redirect_protection")
    return client


def _jwt(client: Json) -> Json:
    """TP-CREATE-04, TP-CREATE-16: strict clients get RS256 and one hour."""
    if is_strict(client):
        return {"secret_encoded": False, "alg": "RS256", "lifetime_in_seconds": 3600}
    return {"secret_encoded": False, "lifetime_in_seconds": 36_000}


def _grant_types(client: Json) -> list[str]:
    """TP-CREATE-06: strict clients get `authorization_code` only; others three or four grants."""
    if is_strict(client):
        return ["authorization_code"]
    grants = ["authorization_code", "implicit", "refresh_token"]
    known = "token_endpoint_auth_method" in client
    return grants if known and is_public(client) else [*grants, "client_credentials"]


def _refresh(client: Json) -> Json:
    """TP-CREATE-05, TP-CREATE-07, TP-CREATE-08: those of third parties expire; public third-party
    clients rotate theirs.
    """
    third_party = not client["is_first_party"]
    public = is_public(client)
    rotates = third_party and public
    return {
        "rotation_type": "rotating" if rotates else "non-rotating",
        "expiration_type": "expiring" if third_party else "non-expiring",
        "leeway": 0,
        "token_lifetime": _MONTH if public else _YEAR,
        "infinite_token_lifetime": not rotates,
        "infinite_idle_token_lifetime": not third_party,
        "idle_token_lifetime": _HALF if public else _MONTH,
    }


_METADATA_KEY = re.compile(r"[A-Za-z0-9:,\-+=_*?\"/\\()<>@\t ]{1,255}")
_FIXED = ("is_first_party", "third_party_security_mode", "external_client_id")
_ORGANIZATION_USE = ("organization_usage", "organization_require_behavior")


def with_security_mode(tenant: Tenant, body: Json) -> Json:
    """TP-CREATE-02: third parties are strict, unless an eligible tenant defaults to permissive.

    Returns the body with `is_first_party` and, for third parties, the mode filled in. Whether a
    first-party client may name a mode is not recorded; the emulator refuses it.
    """
    first_party = body.get("is_first_party", True)
    mode = body.get("third_party_security_mode")
    if first_party:
        if mode is not None:
            raise refused("third_party_security_mode is for third-party clients only")
        return {**body, "is_first_party": True}
    if mode == "permissive" and not tenant.legacy:
        raise refused("third_party_security_mode 'permissive' is not available to this tenant")
    default = "permissive" if permissive_by_default(tenant) else "strict"
    return {**body, "third_party_security_mode": mode or default}


def check_fixed_values(old: Json, change: Json) -> None:
    """TP-CREATE-24, TP-CREATE-25: ownership and mode are fixed at creation; an echo is accepted."""
    for name in _FIXED:
        if name in change and change[name] != old.get(name):
            raise refused(f"{name} cannot be changed after the client is created")


def redirection_policy(client: Json) -> None:
    """TP-CREATE-23: for strict third-party clients only; refused for others."""
    if "redirection_policy" in client and not is_strict(client):
        raise refused("redirection_policy is for third-party clients in strict mode only")


def metadata(client: Json) -> None:
    """TP-CREATE-21: at most ten keys, of the allowed characters, after the merge."""
    values = client.get("client_metadata", {})
    if len(values) > 10:
        raise refused(f"client_metadata has {len(values)} keys, at most 10 are allowed")
    for key in values:
        if not _METADATA_KEY.fullmatch(key):
            raise refused(f"client_metadata has a key that is not allowed: {key!r}")


def refresh_token(client: Json) -> None:
    """TP-CREATE-18: the idle lifetime may not exceed the absolute one; rotation must expire."""
    tokens = client.get("refresh_token")
    if not tokens:
        return
    if tokens["rotation_type"] == "rotating" and tokens["expiration_type"] != "expiring":
        raise refused("refresh_token: rotating tokens need expiration_type 'expiring'")
    finite = not tokens.get("infinite_token_lifetime") and tokens["expiration_type"] == "expiring"
    idle, absolute = tokens.get("idle_token_lifetime"), tokens.get("token_lifetime")
    if finite and tokens.get("infinite_idle_token_lifetime"):
        raise refused("refresh_token: the idle lifetime exceeds token_lifetime")
    if finite and idle is not None and absolute is not None and idle > absolute:
        raise refused("refresh_token: idle_token_lifetime exceeds token_lifetime")


def authentication(client: Json) -> None:
    """TP-CREATE-15: either `token_endpoint_auth_method` or `client_authentication_methods`."""
    if client.get("client_authentication_methods") and client.get("token_endpoint_auth_method"):
        raise refused(
            "token_endpoint_auth_method and client_authentication_methods exclude each other"
        )


def organizations(client: Json) -> None:
    """ORG-08: organizations are not available to permissive third-party clients."""
    if client["is_first_party"] or is_strict(client):
        return
    if any(name in client for name in _ORGANIZATION_USE):
        raise ApiError(
            403,
            "Organizations are only available to first party clients on user-based flows."
            " Properties organization_usage and organization_require_behavior must be unset"
            " for third party clients.",
        )


def check_extra_scopes(call: Call, verb: str) -> None:
    """TP-CREATE-15, MG-09: credentials and secrets need additional scopes."""
    needs = {
        "client_authentication_methods": f"{verb}:client_credentials",
        "signed_request_object": f"{verb}:client_credentials",
        "client_secret": f"{verb}:client_keys",
    }
    for name, scope in needs.items():
        # Removing credentials (null) needs no additional scope.
        if call.body.get(name) and not call.caller.may(scope):
            message = f"Insufficient scope, expected any of: {scope}"
            raise ApiError(403, message, "insufficient_scope")


def check_client_limit(tenant: Tenant) -> None:
    """MG-19: the number of clients that the plan allows; the global client does not count."""
    if tenant.store.count("client", {}) > tenant.limits.clients:
        raise ApiError(
            403,
            "You reached the limit of entities of this type for this tenant.",
            "too_many_entities",
        )


ALWAYS = (redirection_policy, metadata, refresh_token, authentication, organizations)
