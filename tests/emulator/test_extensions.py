"""Rules and hooks: kept and listed, never run."""

from tests.emulator.conftest import Api

RULE = {"name": "add-roles", "script": "function (user, context, callback) {}"}
HOOK = {"name": "add-scopes", "script": "module.exports = () => {}"}


def test_a_rule_is_on_until_it_is_switched_off(api: Api) -> None:
    assert api("GET", "/rules").json() == []
    made = api.made("/rules", RULE)
    assert made["enabled"] is True
    assert api("GET", "/rules", enabled="true").json() == [made]
    api("PATCH", f"/rules/{made['id']}", {"enabled": False})
    assert api("GET", "/rules", enabled="true").json() == []
    assert api("GET", "/rules", include_totals="true").json()["total"] == 1


def test_a_hook_is_off_until_it_is_switched_on(api: Api) -> None:
    made = api.made("/hooks", {**HOOK, "triggerId": "credentials-exchange"})
    assert made["enabled"] is False
    api("PATCH", f"/hooks/{made['id']}", {"enabled": True})
    (found,) = api("GET", "/hooks", triggerId="credentials-exchange", enabled="true").json()
    assert found["name"] == "add-scopes"
    assert api("GET", "/hooks", triggerId="send-phone-message").json() == []


def test_a_name_is_taken_once(api: Api) -> None:
    api.made("/rules", RULE)
    assert api("POST", "/rules", RULE).status_code == 409


def test_what_is_not_there(api: Api) -> None:
    assert api("PATCH", "/rules/rul_0", {"enabled": False}).status_code == 404
    assert api("DELETE", "/hooks/hoo_0").status_code == 204
