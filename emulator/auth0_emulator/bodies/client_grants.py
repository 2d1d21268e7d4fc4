"""Bodies of `/client-grants`."""

from auth0_emulator.shapes import FILLED, FLAG, TEXT, choice, many, null_or, record, text
from auth0_emulator.validation import Body

_USAGE = choice("deny", "allow", "require")
_SCOPES = many(text(1, 280))
_DETAILS = many(text(1, 255))

CREATE = Body(
    record(
        {
            "client_id": TEXT,
            "audience": FILLED,
            "scope": _SCOPES,
            "subject_type": choice("client", "user"),
            "default_for": choice("third_party_clients"),
            "organization_usage": _USAGE,
            "allow_any_organization": FLAG,
            "authorization_details_types": _DETAILS,
            "allow_all_scopes": FLAG,
        },
        required=("audience",),
    )
)

# CG-09: what a PATCH takes; everything else is fixed at creation.
UPDATE = Body(
    record(
        {
            "scope": null_or(_SCOPES),
            "organization_usage": null_or(_USAGE),
            "allow_any_organization": null_or(FLAG),
            "authorization_details_types": _DETAILS,
            "allow_all_scopes": null_or(FLAG),
        },
        least=1,
    )
)
