"""Both forms of lists, fields, and the settle delay (MG-06 to MG-08, MG-20)."""

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Clock, Tenant
from auth0_emulator.testing import ManagementApi


def only_organizations(api: ManagementApi, count: int) -> list[str]:
    """Creates so many organizations and deletes all others."""
    for known in api("GET", "/organizations").json():
        api("DELETE", f"/organizations/{known['id']}")
    return [api.create("/organizations", {"name": f"o{n}"})["id"] for n in range(count)]


def test_mg_06_offset_lists(api: ManagementApi) -> None:
    known = only_organizations(api, 5)
    bare = api("GET", "/organizations", per_page="2", page="1").json()
    assert [item["id"] for item in bare] == known[2:4]
    query = {"include_totals": "true", "per_page": "2"}
    last = api("GET", "/organizations", page="2", **query).json()
    past = api("GET", "/organizations", page="9", **query).json()
    assert [item["id"] for item in last.pop("organizations")] == known[4:]
    assert last == {"start": 4, "limit": 2, "total": 5}
    assert past == {"start": 18, "limit": 2, "total": 5, "organizations": []}
    for wrong in ({"per_page": "101"}, {"page": "-1"}, {"per_page": "x"}):
        assert api("GET", "/organizations", **wrong).json()["errorCode"] == "invalid_query_string"


def test_mg_07_checkpoint_lists(api: ManagementApi, tenant: Tenant) -> None:
    known, seen, query = only_organizations(api, 5), [], {"take": "2", "include_totals": "true"}
    while True:
        page = api("GET", "/organizations", **query).json()
        seen += [item["id"] for item in page["organizations"]]
        assert set(page) <= {"organizations", "next"}
        if "next" not in page:
            break
        query["from"] = page["next"]
    assert seen == known
    tenant.clock.set(tenant.clock.now() - 86_400)
    cursor = api("GET", "/organizations", take="2").json()["next"]
    tenant.clock.set(tenant.clock.now() + 86_402)
    again = in_process(tenant)
    assert again("GET", "/organizations", take="2", **{"from": cursor}).status_code == 400
    assert again("GET", "/organizations", **{"from": "invalid"}).status_code == 400
    again.client.close()


def test_mg_08_fields(api: ManagementApi) -> None:
    client = api.create_third_party()
    path = f"/clients/{client['client_id']}"
    assert set(api("GET", path, fields="name,client_id").json()) == {"name", "client_id", "tenant"}
    without = api("GET", path, fields="name", include_fields="false").json()
    assert "name" not in without
    assert without["client_id"] == client["client_id"]


def test_mg_20_a_new_object_is_listed_after_a_delay() -> None:
    tenant = new_tenant(clock=Clock(1_000_000_000.0))
    api = in_process(tenant)
    assert only_organizations(api, 0) == []
    fault = {"do": "settle", "path": "/api/v2/organizations", "seconds": 5}
    assert api.control("POST", "/faults", fault).status_code == 200
    path = f"/organizations/{only_organizations(api, 1)[0]}"
    assert api("GET", "/organizations").json() == []
    assert api("GET", path).status_code == 200
    api.control("POST", "/clock", {"advance": 5})
    assert len(api("GET", "/organizations").json()) == 1
    api.client.close()
