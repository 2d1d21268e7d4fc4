"""Rules for every client, whatever its security mode."""

import re

from auth0_emulator.call import Call, Json
from auth0_emulator.client_defaults import is_strict
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.tenant import Tenant
from auth0_emulator.tenant_settings import permissive_by_default

_METADATA_KEY = re.compile(r"[A-Za-z0-9:,\-+=_*?\"/\\()<>@\t ]{1,255}")
_FIXED = ("is_first_party", "third_party_security_mode", "external_client_id")
_ORGANIZATION_USE = ("organization_usage", "organization_require_behavior")


def security_mode(tenant: Tenant, body: Json) -> Json:
    """TP-CREATE-02: third parties are strict unless an eligible tenant's default is permissive.

    Returns the body with `is_first_party` and, for third parties, the mode filled in. Whether a
    first-party client may name a mode is not recorded; the stricter reading refuses it.
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


def fixed_values(old: Json, change: Json) -> None:
    """TP-CREATE-24, TP-CREATE-25: ownership and mode are fixed at creation; an echo is accepted."""
    for name in _FIXED:
        if name in change and change[name] != old.get(name):
            raise refused(f"{name} cannot be changed after the client is created")


def redirection_policy(client: Json) -> None:
    """TP-CREATE-23: means something for strict third parties only; refused elsewhere."""
    if "redirection_policy" in client and not is_strict(client):
        raise refused("redirection_policy is for third-party clients in strict mode only")


def metadata(client: Json) -> None:
    """TP-CREATE-21: at most ten keys of the allowed characters, once merged."""
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
    """ORG-08: permissive third parties take no part in organizations."""
    if client["is_first_party"] or is_strict(client):
        return
    if any(name in client for name in _ORGANIZATION_USE):
        raise ApiError(
            403,
            "Organizations are only available to first party clients on user-based flows."
            " Properties organization_usage and organization_require_behavior must be unset"
            " for third party clients.",
        )


def extra_scopes(call: Call, verb: str) -> None:
    """TP-CREATE-15, MG-09: credentials and secrets need a scope of their own."""
    needs = {
        "client_authentication_methods": f"{verb}:client_credentials",
        "signed_request_object": f"{verb}:client_credentials",
        "client_secret": f"{verb}:client_keys",
    }
    for name, scope in needs.items():
        # Removing credentials (null) needs nothing beyond the client itself.
        if call.body.get(name) and not call.caller.may(scope):
            message = f"Insufficient scope, expected any of: {scope}"
            raise ApiError(403, message, "insufficient_scope")


def room(tenant: Tenant) -> None:
    """MG-19: the plan's number of applications; the global client does not count."""
    if tenant.store.count("client", {}) > tenant.limits.clients:
        raise ApiError(
            403,
            "You reached the limit of entities of this type for this tenant.",
            "too_many_entities",
        )


ALWAYS = (redirection_policy, metadata, refresh_token, authentication, organizations)
