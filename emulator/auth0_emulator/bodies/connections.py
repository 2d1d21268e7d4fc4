"""Bodies of `/connections` and `/connections/{id}/clients`."""

from auth0_emulator.shapes import (
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
from auth0_emulator.validation import Body

STRATEGIES = (
    "ad adfs amazon apple dropbox bitbucket auth0-oidc auth0 baidu bitly box custom daccount dwolla"
    " email evernote-sandbox evernote exact facebook fitbit github google-apps google-oauth2"
    " instagram ip line linkedin oauth1 oauth2 office365 oidc okta paypal paypal-sandbox"
    " pingfederate planningcenter salesforce-community salesforce-sandbox salesforce samlp"
    " sharepoint shopify shop sms soundcloud thirtysevensignals twitter untappd vkontakte waad"
    " weibo windowslive wordpress yahoo yandex"
).split()

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

# Unknown keys of options are stored as they come: every strategy has its own.
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

_SHARED: dict[str, Schema] = {
    "display_name": text(high=128),
    "is_domain_connection": FLAG,
    "show_as_button": FLAG,
    "realms": many(FILLED),
    "metadata": table(null_or(text(high=255)), 10),
    "authentication": record({"active": FLAG}, required=("active",)),
    "connected_accounts": record({"active": FLAG, "cross_app_access": FLAG}, required=("active",)),
    "cross_app_access_requesting_app": null_or(loose({"active": FLAG})),
    "cross_app_access_resource_app": null_or(loose({})),
}

CREATE = Body(
    record(
        {
            **_SHARED,
            "name": text(high=128, pattern="^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$"),
            "strategy": choice(*STRATEGIES),
            "options": OPTIONS,
            "enabled_clients": many(text(form="client-id")),
        },
        required=("name", "strategy"),
    )
)

# DC-08: `name` and `strategy` are fixed at creation.
UPDATE = Body(
    record(
        {
            **_SHARED,
            "options": null_or(OPTIONS),
            "enabled_clients": null_or(many(text(form="client-id"))),
        },
        least=1,
    )
)

# DC-09: at most fifty items.
ENABLED_CLIENTS = Body(
    many(
        record(
            {"client_id": text(form="client-id"), "status": FLAG},
            required=("client_id", "status"),
        ),
        1,
        50,
    )
)
