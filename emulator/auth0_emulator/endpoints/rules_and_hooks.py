"""`/rules` and `/hooks`: custom code from before Actions.

It is stored and listed, never run.
"""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, merge, select
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import FLAG, Body, Schema, choice, loose, number, record, text
from auth0_emulator.tenant import Tenant

RULE, HOOK = "rule", "hook"
_IDS = {RULE: "rul", HOOK: "hoo"}


def list_rules(tenant: Tenant, call: Call) -> Answer:
    """All rules; filter `enabled`."""
    return _list(tenant, call, RULE, "rules")


def list_hooks(tenant: Tenant, call: Call) -> Answer:
    """All hooks; filters `enabled` and `triggerId`."""
    return _list(tenant, call, HOOK, "hooks")


def create_rule(tenant: Tenant, call: Call) -> Answer:
    """201; enabled unless the body says otherwise."""
    rule = {"enabled": True, "order": tenant.store.count(RULE, {}) + 1, "stage": "login_success"}
    return _create(tenant, RULE, {**rule, **call.body})


def create_hook(tenant: Tenant, call: Call) -> Answer:
    """201; disabled unless the body says otherwise."""
    return _create(tenant, HOOK, {"enabled": False, **call.body})


def update_rule(tenant: Tenant, call: Call) -> Answer:
    """A merge: what is not sent stays as it is."""
    return _update(tenant, call, RULE)


def update_hook(tenant: Tenant, call: Call) -> Answer:
    """A merge: what is not sent stays as it is."""
    return _update(tenant, call, HOOK)


def delete_rule(tenant: Tenant, call: Call) -> Answer:
    """204, also when it does not exist."""
    tenant.store.remove(RULE, call.path["id"])
    return Answer(204)


def delete_hook(tenant: Tenant, call: Call) -> Answer:
    """204, also when it does not exist."""
    tenant.store.remove(HOOK, call.path["id"])
    return Answer(204)


def _list(tenant: Tenant, call: Call, kind: str, plural: str) -> Answer:
    where: dict[str, object] = {}
    if call.flag("enabled") is not None:
        where["enabled"] = call.flag("enabled")
    if "triggerId" in call.query:
        where["triggerId"] = call.query["triggerId"]
    listing = paging.Listing(kind, plural, where, show=lambda body: select(body, call))
    return paging.answer(tenant, call, listing)


def _create(tenant: Tenant, kind: str, body: dict[str, object]) -> Answer:
    if tenant.has(kind, name=body["name"]):
        raise ApiError(409, f"A {kind} with the same name already exists", f"{kind}_conflict")
    identity = tenant.ids.prefixed(_IDS[kind])
    return Answer(201, tenant.add(kind, identity, {"id": identity, **body}))


def _update(tenant: Tenant, call: Call, kind: str) -> Answer:
    stored = tenant.store.get(kind, call.path["id"])
    if stored is None:
        raise ApiError(404, f"The {kind} does not exist", f"inexistent_{kind}")
    changed = merge(stored, call.body)
    tenant.store.replace(kind, call.path["id"], changed)
    return Answer(200, changed)


_TRIGGERS = choice(
    *("credentials-exchange pre-user-registration post-user-registration".split()),
    *("post-change-password send-phone-message".split()),
)
_RULE_FIELDS: dict[str, Schema] = {
    "name": text(1, pattern=r"^[^-\s][a-zA-Z0-9-\s]*[^-\s]$"),
    "script": text(1),
    "enabled": FLAG,
    "order": number(0),
}
_HOOK_FIELDS: dict[str, Schema] = {
    "name": text(1, pattern=r"^([^-\s][a-zA-Z0-9-\s]*)?[^-\s]$"),
    "script": text(1),
    "enabled": FLAG,
    "dependencies": loose({}),
}
_CREATE_RULE = Body(record(_RULE_FIELDS, required=("name", "script")))
_UPDATE_RULE = Body(record(_RULE_FIELDS))
_CREATE_HOOK = Body(
    record({**_HOOK_FIELDS, "triggerId": _TRIGGERS}, required=("name", "script", "triggerId"))
)
_UPDATE_HOOK = Body(record(_HOOK_FIELDS))

OPERATIONS = (
    op("GET /rules", list_rules, "read:rules"),
    op("POST /rules", create_rule, "create:rules", _CREATE_RULE),
    op("PATCH /rules/{id}", update_rule, "update:rules", _UPDATE_RULE),
    op("DELETE /rules/{id}", delete_rule, "delete:rules"),
    op("GET /hooks", list_hooks, "read:hooks"),
    op("POST /hooks", create_hook, "create:hooks", _CREATE_HOOK),
    op("PATCH /hooks/{id}", update_hook, "update:hooks", _UPDATE_HOOK),
    op("DELETE /hooks/{id}", delete_hook, "delete:hooks"),
)
