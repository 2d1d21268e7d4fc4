"""Bodies of `/users`, `/email-templates` and `/emails/provider`."""

from auth0_emulator.shapes import (
    FLAG,
    TEXT,
    Schema,
    choice,
    either,
    loose,
    null_or,
    number,
    record,
    text,
    whole,
)
from auth0_emulator.validation import Body

_NAMES: dict[str, Schema] = {
    "email": text(form="email"),
    "phone_number": text(pattern=r"^\+[0-9]{1,15}$"),
    "given_name": text(1, 150),
    "family_name": text(1, 150),
    "name": text(1, 300),
    "nickname": text(1, 300),
    "picture": text(form="absolute-uri"),
    "password": text(1),
    "username": text(1, 128),
}
_REST: dict[str, Schema] = {
    "user_metadata": loose({}),
    "app_metadata": loose({}),
    "blocked": FLAG,
    "email_verified": FLAG,
    "phone_verified": FLAG,
    "verify_email": FLAG,
    "connection": text(1),
}
CREATE_USER = Body(
    record(
        {**_NAMES, **_REST, "user_id": text(high=255, pattern=r"^\S*$")}, required=("connection",)
    )
)
UPDATE_USER = Body(
    record(
        {
            **{name: null_or(shape) for name, shape in _NAMES.items()},
            **_REST,
            "client_id": text(1),
            "verify_phone_number": FLAG,
        },
        extra=True,
    )
)

_TEMPLATES = choice(
    *("verify_email verify_email_by_code reset_email reset_email_by_code welcome_email".split()),
    *("blocked_account stolen_credentials enrollment_email mfa_oob_code user_invitation".split()),
    *("change_password password_reset async_approval".split()),
)
_OR_NOTHING = null_or(TEXT)
_TEMPLATE: dict[str, Schema] = {
    "template": _TEMPLATES,
    "body": _OR_NOTHING,
    "from": _OR_NOTHING,
    "resultUrl": _OR_NOTHING,
    "subject": _OR_NOTHING,
    "syntax": _OR_NOTHING,
    "urlLifetimeInSeconds": null_or(number(0)),
    "includeEmailInRedirect": FLAG,
    "enabled": null_or(FLAG),
}
WHOLE_TEMPLATE = Body(
    record(_TEMPLATE, required=("template", "body", "from", "subject", "syntax", "enabled"))
)
UPDATE_TEMPLATE = Body(record(_TEMPLATE))

_CREDENTIALS = either(
    record({"api_key": text(1)}, required=("api_key",)),
    record(dict.fromkeys(("accessKeyId", "secretAccessKey", "region"), text(1)), least=1),
    record(
        {"smtp_host": text(1), "smtp_port": whole(), "smtp_user": text(1), "smtp_pass": text(1)},
        least=1,
    ),
    record({"api_key": text(1), "domain": text(4), "region": null_or(choice("eu"))}, least=1),
    record({"connectionString": text(1)}, least=1),
    record(dict.fromkeys(("clientId", "clientSecret", "tenantId"), text(1)), least=1),
    record({}),
)
_PROVIDER: dict[str, Schema] = {
    "name": choice(
        *("mailgun mandrill sendgrid resend ses sparkpost smtp azure_cs ms365 custom".split())
    ),
    "enabled": FLAG,
    "default_from_address": TEXT,
    "credentials": _CREDENTIALS,
    "settings": null_or(loose({})),
}
CREATE_PROVIDER = Body(record(_PROVIDER, required=("name", "credentials")))
UPDATE_PROVIDER = Body(record(_PROVIDER, least=1))
