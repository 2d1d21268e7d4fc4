"""What a new connection gets for what its creator left out."""

from auth0_emulator.call import Json

_DATABASE_OPTIONS: Json = {
    "mfa": {"active": True, "return_enroll_settings": True},
    "passwordPolicy": "good",
    "strategy_version": 2,
    "authentication_methods": {
        "password": {"enabled": True, "api_behavior": "required"},
        "passkey": {"enabled": False},
    },
    "passkey_options": {
        "challenge_ui": "both",
        "progressive_enrollment_enabled": True,
        "local_enrollment_enabled": True,
    },
    "brute_force_protection": True,
}
_KEPT = ("authentication_methods", "passkey_options")
_ENTERPRISE = frozenset(
    "ad adfs google-apps okta oidc office365 pingfederate samlp sharepoint waad".split()
)
_GOOGLE_SCOPES = {
    "email": "email",
    "profile": "profile",
    "gmail": "https://mail.google.com/mail/feed/atom",
    "youtube": "https://gdata.youtube.com",
}


def completed(body: Json, domain: str) -> Json:
    """The connection as it is stored and shown."""
    connection: Json = {
        "id": body["id"],
        "options": {},
        "strategy": body["strategy"],
        "name": body["name"],
        "is_domain_connection": False,
        **body,
    }
    connection.setdefault("realms", [body["name"]])
    strategy = body["strategy"]
    if strategy == "auth0":
        connection["options"] = _database(body.get("options"))
        connection.setdefault("authentication", {"active": True})
        connection.setdefault("connected_accounts", {"active": False})
    elif strategy in _ENTERPRISE:
        connection.setdefault("display_name", body["name"])
        ticket = body["id"].removeprefix("con_")[:8]
        connection["provisioning_ticket_url"] = f"https://{domain}/p/{strategy}/{ticket}"
    if strategy == "waad":
        connection["options"] = _azure(connection["options"], domain)
    if strategy == "google-oauth2":
        connection["options"] = _google(connection["options"])
    return connection


def options(old: Json, given: Json) -> Json:
    """DC-06: a PATCH replaces them whole; a database keeps its authentication methods."""
    if old["strategy"] == "waad":
        return {**given, "waad_common_endpoint": given.get("useCommonEndpoint", False)}
    if old["strategy"] != "auth0":
        return given
    before = old.get("options", {})
    return {**{key: before[key] for key in _KEPT if key in before}, **given}


def _database(given: Json | None) -> Json:
    if given is None:
        return _DATABASE_OPTIONS
    methods = given.get("authentication_methods")
    if methods is None:
        return {**_DATABASE_OPTIONS, **given}
    password = {"api_behavior": "required", "signup_behavior": "allow", **methods["password"]}
    off = {"enabled": False}
    full = {"passkey": off, "email_otp": off, "phone_otp": off, **methods, "password": password}
    return {**_DATABASE_OPTIONS, **given, "authentication_methods": full}


def _azure(given: Json, domain: str) -> Json:
    common = given.get("useCommonEndpoint", False)
    return {"thumbprints": [], "app_domain": domain, **given, "waad_common_endpoint": common}


def _google(given: Json) -> Json:
    """The scope list follows from the switches."""
    if "scope" in given:
        return given
    return {**given, "scope": [scope for key, scope in _GOOGLE_SCOPES.items() if given.get(key)]}
