"""Code from before Actions."""

from auth0_emulator import extensions
from auth0_emulator.bodies import extensions as body
from auth0_emulator.routing import op

_RULE, _HOOK = "/rules/{id}", "/hooks/{id}"
OPERATIONS = (
    op("GET /rules", extensions.list_rules, "read:rules"),
    op("POST /rules", extensions.create_rule, "create:rules", body.CREATE_RULE),
    op(f"PATCH {_RULE}", extensions.update_rule, "update:rules", body.UPDATE_RULE),
    op(f"DELETE {_RULE}", extensions.delete_rule, "delete:rules"),
    op("GET /hooks", extensions.list_hooks, "read:hooks"),
    op("POST /hooks", extensions.create_hook, "create:hooks", body.CREATE_HOOK),
    op(f"PATCH {_HOOK}", extensions.update_hook, "update:hooks", body.UPDATE_HOOK),
    op(f"DELETE {_HOOK}", extensions.delete_hook, "delete:hooks"),
)
