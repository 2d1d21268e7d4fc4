"""Bodies of `/rules` and `/hooks`."""

from auth0_emulator.shapes import FLAG, Schema, choice, loose, number, record, text
from auth0_emulator.validation import Body

_TRIGGERS = choice(
    *("credentials-exchange pre-user-registration post-user-registration".split()),
    *("post-change-password send-phone-message".split()),
)
_RULE: dict[str, Schema] = {
    "name": text(1, pattern=r"^[^-\s][a-zA-Z0-9-\s]*[^-\s]$"),
    "script": text(1),
    "enabled": FLAG,
    "order": number(0),
}
_HOOK: dict[str, Schema] = {
    "name": text(1, pattern=r"^([^-\s][a-zA-Z0-9-\s]*)?[^-\s]$"),
    "script": text(1),
    "enabled": FLAG,
    "dependencies": loose({}),
}
CREATE_RULE = Body(record(_RULE, required=("name", "script")))
UPDATE_RULE = Body(record(_RULE))
CREATE_HOOK = Body(
    record({**_HOOK, "triggerId": _TRIGGERS}, required=("name", "script", "triggerId"))
)
UPDATE_HOOK = Body(record(_HOOK))
