"""After everything is undone, every list reads as before."""

from typing import Any

from auth0_emulator.testing import ManagementApi

LISTS = ("/clients", "/client-grants", "/connections", "/resource-servers", "/tenants/settings")


def everything(api: ManagementApi) -> dict[str, Any]:
    found = {path: api("GET", path).json() for path in LISTS}
    for connection in found["/connections"]:
        path = f"/connections/{connection['id']}"
        found[path] = api("GET", path).json()
        found[path + "/clients"] = api("GET", path + "/clients").json()
    return found


def test_undoing_a_client_a_grant_and_a_promotion_leaves_no_trace(api: ManagementApi) -> None:
    before = everything(api)
    client = api.create("/clients", {"name": "partner", "is_first_party": False})
    api.create(
        "/client-grants",
        {"client_id": client["client_id"], "audience": "https://orders.example.com", "scope": []},
    )
    for connection in before["/connections"]:
        path = f"/connections/{connection['id']}"
        promoted = api("PATCH", path, {"is_domain_connection": True}).json()
        assert promoted == connection | {"is_domain_connection": True}
    assert everything(api) != before
    for connection in before["/connections"]:
        path = f"/connections/{connection['id']}"
        assert api("PATCH", path, {"is_domain_connection": False}).json() == connection
    assert api("DELETE", f"/clients/{client['client_id']}").status_code == 204
    assert everything(api) == before
