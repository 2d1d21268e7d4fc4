"""Organizations, their connections, clients, grants and members (ORG)."""

from typing import Any

import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.limits import EntityLimits
from auth0_emulator.testing import ManagementApi

ORDERS = "https://orders.example.com"


def acme(api: ManagementApi, **changes: Any) -> str:
    made = api.create("/organizations", {"name": "acme"} | changes)
    return f"/organizations/{made['id']}"


def own_grant(api: ManagementApi) -> str:
    client = api.create_third_party()["client_id"]
    body = {"client_id": client, "audience": ORDERS, "scope": ["read:orders"]}
    return str(api.create("/client-grants", body)["id"])


def test_org_01_closed_to_third_parties_by_default(api: ManagementApi) -> None:
    path = acme(api)
    assert api("GET", path).json()["third_party_client_access"] == "block"
    changed = api("PATCH", path, {"third_party_client_access": "allow"})
    assert (changed.status_code, changed.json()["third_party_client_access"]) == (200, "allow")
    for other in ("deny", None):
        api.refused("PATCH", path, {"third_party_client_access": other})


def test_org_02_blocking_does_not_affect_client_access(api: ManagementApi) -> None:
    machine = api.create_third_party(app_type="non_interactive", grant_types=["client_credentials"])
    body = {"client_id": machine["client_id"], "audience": ORDERS, "scope": ["read:orders"]}
    grant = api.create("/client-grants", body)
    api.create(acme(api) + "/client-grants", {"grant_id": grant["id"]})
    assert api.token(machine, ORDERS).status_code == 200


def test_org_05_a_grant_is_added_once_to_each_organization(api: ManagementApi) -> None:
    path, grant = acme(api) + "/client-grants", own_grant(api)
    added = api("POST", path, {"grant_id": grant})
    assert added.status_code == 201
    assert not added.json().keys() & {"id", "subject_type"}
    assert added.json()["grant_id"] == grant
    listed = api("GET", path).json()
    assert [(item["id"], item["subject_type"]) for item in listed] == [(grant, "client")]
    again = api.refused("POST", path, {"grant_id": grant}, 409)
    assert again == "The client grant has already been added to this organization."
    unknown = {"grant_id": "cgr_aaaaaaaaaaaaaaaa"}
    assert api.refused("POST", path, unknown, 404) == "The grant does not exist."
    nowhere = "/organizations/org_aaaaaaaaaaaaaaaa/client-grants"
    message = api.refused("POST", nowhere, {"grant_id": grant}, 404)
    assert message == "No organization found by that id"


def test_org_05_mg_19_the_number_of_grants_is_limited() -> None:
    api = in_process(new_tenant(limits=EntityLimits(grants_per_organization=1)))
    path = acme(api) + "/client-grants"
    api.create(path, {"grant_id": own_grant(api)})
    api.refused("POST", path, {"grant_id": own_grant(api)}, 409)
    api.client.close()


def test_org_06_the_organizations_of_a_grant(api: ManagementApi) -> None:
    organization, grant = acme(api), own_grant(api)
    api.create(f"{organization}/client-grants", {"grant_id": grant})
    listed = api("GET", f"/client-grants/{grant}/organizations").json()
    assert [item["name"] for item in listed] == ["acme"]
    path = f"{organization}/client-grants/{grant}"
    assert [api("DELETE", path).status_code for _ in range(2)] == [204, 204]
    assert api("GET", f"/client-grants/{grant}/organizations").json() == []


def test_org_07_clients_are_listed_ten_at_a_time(api: ManagementApi) -> None:
    path = acme(api) + "/clients"
    clients = [api.create_third_party()["client_id"] for _ in range(11)]
    items = [{"client_id": client} for client in clients]
    api.refused("POST", path, {"clients": items})
    assert len(api("POST", path, {"clients": items[:10]}).json()) == 10
    one = f"{path}/{clients[0]}"
    assert api("GET", one).json()["use_for_member_access"] is False
    changed = api("PATCH", one, {"use_for_member_access": True}).json()
    assert changed["client"]["is_first_party"] is False
    assert changed["use_for_member_access"] is True
    assert len(api("GET", path, take="4").json()["clients"]) == 4


@pytest.mark.parametrize("objects", [True, False])
def test_both_bodies_remove_a_client(api: ManagementApi, objects: bool) -> None:
    path, client = acme(api) + "/clients", api.create_third_party()["client_id"]
    api("POST", path, {"clients": [{"client_id": client}]})
    item = {"client_id": client} if objects else client
    for _ in range(2):
        assert api("DELETE", path, {"clients": [item]}).status_code == 204
    assert api("GET", path).json() == {"clients": []}


def test_org_03_connections_of_an_organization(api: ManagementApi) -> None:
    path = acme(api)
    found = {item["name"]: item["id"] for item in api("GET", "/connections").json()}
    database, social = found["customers"], found["google-oauth2"]
    added = api.create(f"{path}/connections", {"connection_id": database})
    assert added["is_signup_enabled"] is False
    assert "is_signup_enabled" not in api.create(f"{path}/connections", {"connection_id": social})
    one = f"{path}/connections/{social}"
    assert api("PATCH", one, {"is_enabled": False}).json()["show_as_button"] is True
    assert len(api("GET", f"{path}/connections", is_enabled="true").json()) == 1
    older = api("GET", f"{path}/enabled_connections").json()
    assert [item["connection_id"] for item in older] == [database]
    assert "is_enabled" not in older[0]
    assert [api("DELETE", one).status_code for _ in range(2)] == [204, 204]
    assert api("GET", one).status_code == 404


def test_mg_17_an_organization_is_deleted_with_its_grants(api: ManagementApi) -> None:
    path, grant = acme(api), own_grant(api)
    api.create(f"{path}/client-grants", {"grant_id": grant})
    assert [api("DELETE", path).status_code for _ in range(2)] == [204, 404]
    assert api("GET", f"/client-grants/{grant}/organizations").json() == []
    assert api("GET", f"/client-grants/{grant}").status_code == 200


def test_names_are_unique(api: ManagementApi) -> None:
    path = acme(api)
    api.refused("POST", "/organizations", {"name": "acme"}, 409)
    api.refused("POST", "/organizations", {"name": "Upper Case"})
    assert api("GET", "/organizations/name/acme").json() == api("GET", path).json()
    other = f"/organizations/{api.create('/organizations', {'name': 'other'})['id']}"
    api.refused("PATCH", other, {"name": "acme"}, 409)


def test_members_are_added_and_removed(api: ManagementApi) -> None:
    path = acme(api) + "/members"
    user = api.create("/users", {"connection": "customers", "email": "a@example.com"})
    assert api("POST", path, {"members": [user["user_id"], "auth0|unknown"]}).status_code == 204
    shown = api("GET", path, fields="user_id", include_fields="true", take="100").json()
    assert shown == {"members": [{"user_id": user["user_id"]}]}
    api("DELETE", f"/users/{user['user_id']}")
    assert api("GET", path).json() == []
