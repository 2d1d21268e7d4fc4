"""The tenant's log: who wrote what, which tokens were issued, and searches of it."""

from typing import Any

from auth0_emulator.memory import LOG_ENTRIES
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi


def search(api: ManagementApi, query: str = "", **more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("GET", "/logs", q=query, **more).json()
    return found


def test_a_write_is_noted_with_its_caller_and_without_secrets(
    api: ManagementApi, tenant: Tenant
) -> None:
    made = api.create("/clients", {"name": "Shop", "app_type": "regular_web"})
    api.refused("POST", "/clients", {})
    (entry,) = search(api, "type:sapi")
    assert entry["client_id"] == tenant.fact("management_client_id")
    assert entry["user_id"] == f"{entry['client_id']}@clients"
    asked, answered = entry["details"]["request"], entry["details"]["response"]
    assert (asked["method"], asked["path"]) == ("post", "/api/v2/clients")
    assert asked["body"] == {"name": "Shop", "app_type": "regular_web"}
    assert (answered["statusCode"], answered["body"]["client_id"]) == (201, made["client_id"])
    assert answered["body"]["client_secret"] == "*****"
    assert made["client_secret"] not in str(entry)
    assert api("GET", f"/logs/{entry['log_id']}").json() == entry


def test_tokens_are_noted_by_what_they_came_for(backend: Any) -> None:
    assert backend.redeem(backend.code("read:orders")).status_code == 200
    assert backend.redeem("none").status_code == 403
    client_id = backend.client["client_id"]
    query = f'client_id:"{client_id}" AND type:(seacft OR seccft OR sertft)'
    (entry,) = search(backend.api, query)
    assert (entry["type"], entry["client_name"]) == ("seacft", backend.client["name"])


def test_newest_first_by_pages_and_the_last_ones_only(api: ManagementApi) -> None:
    for name in ("a", "b", "c"):
        api.create("/clients", {"name": name})
    bodies = [entry["details"]["request"]["body"] for entry in search(api, "type:sapi")]
    assert [body["name"] for body in bodies] == ["c", "b", "a"]
    page = api("GET", "/logs", q="type:sapi", per_page="2", page="1", include_totals="true").json()
    assert (page["total"], len(page["logs"])) == (3, 1)
    oldest = search(api, "type:sapi", sort="date:1", fields="date,type")
    assert [set(entry) for entry in oldest] == [{"date", "type"}] * 3
    assert api("GET", "/logs", q="type:[a TO b]").status_code == 400
    for number in range(LOG_ENTRIES):
        api("PATCH", "/tenants/settings", {"friendly_name": str(number)})
    total = api("GET", "/logs", q="type:sapi", include_totals="true").json()["total"]
    assert total == LOG_ENTRIES
