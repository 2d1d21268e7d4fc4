"""Bodies of `/organizations` and what hangs on them."""

from auth0_emulator.bodies.client_parts import TOKEN_QUOTA
from auth0_emulator.shapes import (
    FILLED,
    FLAG,
    Schema,
    choice,
    loose,
    many,
    null_or,
    record,
    table,
    text,
)
from auth0_emulator.validation import Body

_COLOR = text(form="html-color")
_ACCESS = choice("none", "readonly", "limited", "full")
_CONNECTION = text(1, 50, form="connection-id")
_MEMBERSHIP: dict[str, Schema] = {
    "assign_membership_on_login": FLAG,
    "is_signup_enabled": FLAG,
    "show_as_button": FLAG,
}

_SHARED: dict[str, Schema] = {
    "name": text(1, 50, form="organization-name"),
    "display_name": text(1, 255),
    "branding": record(
        {
            "logo_url": null_or(text(form="absolute-https-uri-or-empty")),
            "colors": record(
                {"page_background": _COLOR, "primary": _COLOR},
                required=("page_background", "primary"),
            ),
        }
    ),
    "metadata": table(null_or(text(high=255)), 25),
    # ORG-01: whether users may bring third-party applications into the organization.
    "third_party_client_access": choice("allow", "block"),
    "is_app_entitlement_active": FLAG,
}

CREATE = Body(
    record(
        {
            **_SHARED,
            "enabled_connections": many(
                record({"connection_id": _CONNECTION, **_MEMBERSHIP}, required=("connection_id",))
            ),
            "token_quota": TOKEN_QUOTA,
        },
        required=("name",),
    )
)
UPDATE = Body(record({**_SHARED, "token_quota": null_or(TOKEN_QUOTA)}))

ADD_CONNECTION = Body(
    record(
        {
            "connection_id": _CONNECTION,
            **_MEMBERSHIP,
            "is_enabled": FLAG,
            "organization_access_level": _ACCESS,
            "organization_connection_name": text(1, 50),
        },
        required=("connection_id",),
    )
)
UPDATE_CONNECTION = Body(
    record(
        {
            **_MEMBERSHIP,
            "is_enabled": null_or(FLAG),
            "organization_access_level": null_or(_ACCESS),
            "organization_connection_name": null_or(text(1, 50)),
        }
    )
)
ADD_ENABLED = Body(
    record({"connection_id": _CONNECTION, **_MEMBERSHIP}, required=("connection_id",))
)
UPDATE_ENABLED = Body(record(_MEMBERSHIP))

ADD_GRANT = Body(record({"grant_id": text(1, form="client-grant-id")}, required=("grant_id",)))
MEMBERS = Body(loose({"members": many(text(1, 128), 1)}, required=("members",)))

# ORG-07: ten at a time.
_CLIENT = record(
    {"client_id": text(form="client-id"), "use_for_member_access": FLAG}, required=("client_id",)
)
ADD_CLIENTS = Body(record({"clients": many(_CLIENT, 1, 10)}, required=("clients",)))
UPDATE_CLIENT = Body(record({"use_for_member_access": FLAG}))
# recorded as a list of ids, documented as a list of objects; both are taken.
REMOVE_CLIENTS = Body(
    record(
        {"clients": {"type": "array", "items": {"anyOf": [FILLED, _CLIENT]}, "minItems": 1}},
        required=("clients",),
    )
)
