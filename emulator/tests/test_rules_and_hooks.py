"""Rules and hooks: stored and listed, never run."""

from auth0_emulator.testing import ManagementApi

RULE = {"name": "add-roles", "script": "function (user, context, callback) {}"}
HOOK = {"name": "add-scopes", "script": "module.exports = () => {}"}


def test_a_rule_is_enabled_by_default(api: ManagementApi) -> None:
    assert api("GET", "/rules").json() == []
    made = api.create("/rules", RULE)
    assert made["enabled"] is True
    assert api("GET", "/rules", enabled="true").json() == [made]
    api("PATCH", f"/rules/{made['id']}", {"enabled": False})
    assert api("GET", "/rules", enabled="true").json() == []
    assert api("GET", "/rules", include_totals="true").json()["total"] == 1


def test_a_hook_is_disabled_by_default(api: ManagementApi) -> None:
    made = api.create("/hooks", {**HOOK, "triggerId": "credentials-exchange"})
    assert made["enabled"] is False
    api("PATCH", f"/hooks/{made['id']}", {"enabled": True})
    (found,) = api("GET", "/hooks", triggerId="credentials-exchange", enabled="true").json()
    assert found["name"] == "add-scopes"
    assert api("GET", "/hooks", triggerId="send-phone-message").json() == []


def test_names_are_unique(api: ManagementApi) -> None:
    api.create("/rules", RULE)
    assert api("POST", "/rules", RULE).status_code == 409


def test_unknown_ids(api: ManagementApi) -> None:
    assert api("PATCH", "/rules/rul_0", {"enabled": False}).status_code == 404
    assert api("DELETE", "/hooks/hoo_0").status_code == 204
