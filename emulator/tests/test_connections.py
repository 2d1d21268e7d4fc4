"""Connections and their promotion (DC)."""

from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi


def customers(api: ManagementApi) -> Any:
    return api("GET", "/connections", name="customers").json()[0]


@pytest.mark.parametrize("name", ["customers", "google-oauth2", "acme-workforce"])
def test_dc_02_04_05_promotion_changes_one_field(api: ManagementApi, name: str) -> None:
    before = api("GET", "/connections", name=name).json()[0]
    path = f"/connections/{before['id']}"
    assert before["is_domain_connection"] is False
    promoted = api("PATCH", path, {"is_domain_connection": True})
    assert promoted.status_code == 200
    assert promoted.json() == before | {"is_domain_connection": True}
    assert api("PATCH", path, {"is_domain_connection": False}).json() == before


def test_dc_02_unknown_connections(api: ManagementApi) -> None:
    path = "/connections/con_aaaaaaaaaaaaaaaa"
    answer = api("PATCH", path, {"is_domain_connection": True})
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "inexistent_connection")


def test_dc_03_a_new_connection_is_not_promoted_unless_asked(api: ManagementApi) -> None:
    body = {"name": "plain", "strategy": "github"}
    assert api.create("/connections", body)["is_domain_connection"] is False
    promoted = {"name": "open", "strategy": "email", "is_domain_connection": True}
    made = api.create("/connections", promoted)
    assert made["is_domain_connection"] is True
    shown = api("GET", f"/connections/{made['id']}", fields="name").json()
    assert set(shown) == {"id", "name", "is_domain_connection"}


def test_dc_06_options_are_replaced(api: ManagementApi) -> None:
    before = customers(api)
    path = f"/connections/{before['id']}"
    after = api("PATCH", path, {"options": {"passwordPolicy": "low"}}).json()
    kept = {"authentication_methods", "passkey_options"}
    assert set(after["options"]) == kept | {"passwordPolicy"}
    for name in kept:
        assert after["options"][name] == before["options"][name]
    google = api("GET", "/connections", name="google-oauth2").json()[0]
    path = f"/connections/{google['id']}"
    assert api("PATCH", path, {"options": {"email": True}}).json()["options"] == {"email": True}


def test_dc_07_configuration_is_shown_encrypted_and_encrypted_again(api: ManagementApi) -> None:
    before = customers(api)
    encrypted = before["options"]["configuration"]
    assert set(encrypted) == {"LEGACY_URL", "LEGACY_KEY"}
    assert "known-to-the-tenant" not in str(before)
    path = f"/connections/{before['id']}"
    after = api("PATCH", path, {"options": before["options"]}).json()
    assert after["options"]["configuration"].keys() == encrypted.keys()
    assert after["options"]["configuration"]["LEGACY_KEY"] != encrypted["LEGACY_KEY"]


@pytest.mark.parametrize("change", [{"name": "other"}, {"strategy": "auth0"}, {"x": 1}, {}])
def test_dc_08_name_and_strategy_are_fixed(api: ManagementApi, change: dict[str, Any]) -> None:
    api.refused("PATCH", f"/connections/{customers(api)['id']}", change)


def test_dc_09_clients_are_enabled_one_by_one(api: ManagementApi) -> None:
    path = f"/connections/{customers(api)['id']}/clients"
    already = api("GET", path).json()["clients"]
    one, two = (api.create("/clients", {"name": name})["client_id"] for name in ("one", "two"))
    body = [{"client_id": client, "status": True} for client in (one, two)]
    assert api("PATCH", path, body).status_code == 204
    assert api("PATCH", path, [{"client_id": one, "status": False}]).status_code == 204
    assert api("GET", path).json() == {"clients": [*already, {"client_id": two}]}
    assert api("GET", f"/clients/{two}/connections").json()["connections"][0]["name"] == "customers"
    page = api("GET", path, take="1").json()
    assert page["clients"] == already
    assert api("GET", path, take="1", **{"from": page["next"]}).json() == {
        "clients": [{"client_id": two}]
    }
    api.refused("PATCH", path, [{"client_id": one, "status": True}] * 51)
    api.refused("PATCH", path, [{"client_id": "unknown", "status": True}])


def test_dc_10_promotion_does_not_change_enabled_clients(api: ManagementApi) -> None:
    before = customers(api)
    path = f"/connections/{before['id']}"
    api("PATCH", path, {"is_domain_connection": True})
    assert api("GET", path).json()["enabled_clients"] == before["enabled_clients"]


def test_dc_13_deletion_is_202_once(api: ManagementApi) -> None:
    path = f"/connections/{customers(api)['id']}"
    first = api("DELETE", path)
    assert first.status_code == 202
    assert first.json()["deleted_at"].endswith("Z")
    assert api("DELETE", path).status_code == 204


def test_names_are_unique(api: ManagementApi) -> None:
    api.refused("POST", "/connections", {"name": "customers", "strategy": "auth0"}, 409)


def test_attributes_need_an_active_identifier(api: ManagementApi) -> None:
    off = {"identifier": {"active": False}}
    body = {"name": "c", "strategy": "auth0", "options": {"attributes": {"email": off}}}
    message = api.refused("POST", "/connections", body)
    assert message == "attributes must contain one active identifier"
