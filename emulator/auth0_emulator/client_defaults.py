"""What a new client gets for the properties that its creator left out."""

from auth0_emulator.call import Json

_YEAR, _MONTH, _HALF = 31_557_600, 2_592_000, 1_296_000


def is_public(client: Json) -> bool:
    """True if the client has no way to prove who it is."""
    if client.get("client_authentication_methods"):
        return False
    return bool(client.get("token_endpoint_auth_method", "none") == "none")


def is_strict(client: Json) -> bool:
    """True for third parties under the enhanced security rules."""
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
    """TP-CREATE-06: strict clients get the code grant alone; others three or four grants."""
    if is_strict(client):
        return ["authorization_code"]
    grants = ["authorization_code", "implicit", "refresh_token"]
    known = "token_endpoint_auth_method" in client
    return grants if known and is_public(client) else [*grants, "client_credentials"]


def _refresh(client: Json) -> Json:
    """TP-CREATE-05, TP-CREATE-07, TP-CREATE-08: third parties expire, public ones rotate."""
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
