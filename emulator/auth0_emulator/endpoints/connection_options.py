"""What the options of a connection may be, and what a new connection gets by default."""

from auth0_emulator.call import Json
from auth0_emulator.schema import (
    FILLED,
    FLAG,
    TEXT,
    Schema,
    choice,
    loose,
    many,
    null_or,
    number,
    record,
    table,
    text,
    whole,
)

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
_OIDC_KEPT = ("attribute_map", "connection_settings")
# What a PATCH of the options does not remove when it does not send it.
_KEPT = {
    "auth0": ("authentication_methods", "passkey_options"),
    "oidc": _OIDC_KEPT,
    "okta": _OIDC_KEPT,
    "google-apps": ("email", "profile", "scope", "map_user_id_to_id"),
}
# Recorded: what the options of a new Google Workspace connection get besides.
_GOOGLE_APPS: Json = {
    "email": True,
    "profile": True,
    "scope": ["email", "profile"],
    "handle_login_from_social": True,
}
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
    if strategy == "google-apps":
        connection["options"] = {**_GOOGLE_APPS, **connection["options"]}
    if strategy == "google-oauth2":
        connection["options"] = _google(connection["options"])
    return connection


def replaced_options(old: Json, given: Json) -> Json:
    """DC-06: a PATCH replaces them, but for those that are kept."""
    if old["strategy"] == "waad":
        return {**given, "waad_common_endpoint": given.get("useCommonEndpoint", False)}
    before = old.get("options", {})
    return {
        **{key: before[key] for key in _KEPT.get(old["strategy"], ()) if key in before},
        **given,
    }


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


_ALGORITHMS = choice("ES256", "ES384", "PS256", "PS384", "RS256", "RS384", "RS512")
_STATUS = choice("required", "optional", "inactive")
_SIGNUP = record(
    {
        "status": _STATUS,
        "verification": record({"active": FLAG}),
    }
)
_IDENTIFIER = record({"active": FLAG, "default_method": choice("password", "email_otp")})
_ATTRIBUTE: dict[str, Schema] = {
    "identifier": _IDENTIFIER,
    "profile_required": FLAG,
    "signup": _SIGNUP,
}
_ATTRIBUTES = record(
    {
        "email": record(
            {**_ATTRIBUTE, "unique": FLAG, "verification_method": choice("link", "otp")}
        ),
        "phone_number": record(_ATTRIBUTE),
        "username": record(
            {
                **_ATTRIBUTE,
                "signup": record({"status": _STATUS}),
                "validation": record(
                    {
                        "min_length": number(1, 128),
                        "max_length": number(1, 128),
                        "allowed_types": record({"email": FLAG, "phone_number": FLAG}),
                    }
                ),
            }
        ),
    },
    least=1,
)
_ENABLE = null_or(record({"enable": FLAG}, required=("enable",)))

# Unknown keys of options are stored as they are: every strategy has its own.
OPTIONS = loose(
    {
        "attributes": _ATTRIBUTES,
        "authentication_methods": null_or(
            record(
                {
                    "password": record(
                        {
                            "enabled": FLAG,
                            "api_behavior": choice("required", "optional"),
                            "signup_behavior": choice("allow", "block"),
                        }
                    ),
                    "passkey": record({"enabled": FLAG}),
                    "email_otp": record({"enabled": FLAG}),
                    "phone_otp": record({"enabled": FLAG}),
                }
            )
        ),
        "basic_profile": FLAG,
        "brute_force_protection": FLAG,
        "configuration": null_or(table(null_or(TEXT))),
        "customScripts": table(FILLED),
        "disable_signup": FLAG,
        "disable_self_service_change_password": FLAG,
        "enable_script_context": FLAG,
        "enabledDatabaseCustomization": FLAG,
        "ext_groups": FLAG,
        "ext_profile": FLAG,
        "id_token_signed_response_algs": null_or(many(_ALGORITHMS)),
        "import_mode": FLAG,
        "mfa": null_or(loose({"active": FLAG, "return_enroll_settings": FLAG})),
        "non_persistent_attrs": null_or(many(TEXT)),
        "passkey_options": null_or(
            record(
                {
                    "challenge_ui": choice("both", "autofill", "button"),
                    "local_enrollment_enabled": FLAG,
                    "progressive_enrollment_enabled": FLAG,
                }
            )
        ),
        "passwordPolicy": null_or(choice("none", "low", "fair", "good", "excellent")),
        "password_complexity_options": null_or(record({"min_length": whole(1, 128)})),
        "password_dictionary": null_or(
            record({"enable": FLAG, "dictionary": many(text(high=50))}, required=("enable",))
        ),
        "password_history": null_or(
            record({"enable": FLAG, "size": whole(0, 24)}, required=("enable",))
        ),
        "password_no_personal_info": _ENABLE,
        "precedence": many(choice("email", "phone_number", "username"), 3),
        "requires_username": FLAG,
        "set_user_root_attributes": choice("on_each_login", "on_first_login", "never_on_login"),
        "token_endpoint_auth_method": null_or(choice("client_secret_post", "private_key_jwt")),
        "token_endpoint_auth_signing_alg": null_or(_ALGORITHMS),
        "upstream_params": null_or(table(null_or(loose({})))),
        "validation": null_or(
            record(
                {
                    "username": null_or(
                        record({"min": whole(1), "max": whole(high=128)}, required=("min", "max"))
                    )
                }
            )
        ),
    }
)
