"""`/rules` and `/hooks`: code from before Actions, which strict applications can't live with.

They are kept and listed, never run.
"""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import merge, select
from auth0_emulator.tenant import Tenant

RULE, HOOK = "rule", "hook"
_IDS = {RULE: "rul", HOOK: "hoo"}


def list_rules(tenant: Tenant, call: Call) -> Answer:
    """All rules, or with `enabled` those that are switched on or off."""
    return _list(tenant, call, RULE, "rules")


def list_hooks(tenant: Tenant, call: Call) -> Answer:
    """All hooks, filtered by `enabled` and `triggerId`."""
    return _list(tenant, call, HOOK, "hooks")


def create_rule(tenant: Tenant, call: Call) -> Answer:
    """201; switched on unless it says otherwise."""
    rule = {"enabled": True, "order": tenant.store.count(RULE, {}) + 1, "stage": "login_success"}
    return _create(tenant, RULE, {**rule, **call.body})


def create_hook(tenant: Tenant, call: Call) -> Answer:
    """201; switched off unless it says otherwise."""
    return _create(tenant, HOOK, {"enabled": False, **call.body})


def update_rule(tenant: Tenant, call: Call) -> Answer:
    """What is not sent stays."""
    return _update(tenant, call, RULE)


def update_hook(tenant: Tenant, call: Call) -> Answer:
    """What is not sent stays."""
    return _update(tenant, call, HOOK)


def delete_rule(tenant: Tenant, call: Call) -> Answer:
    """204, also when already gone."""
    tenant.store.remove(RULE, call.path["id"])
    return Answer(204)


def delete_hook(tenant: Tenant, call: Call) -> Answer:
    """204, also when already gone."""
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
