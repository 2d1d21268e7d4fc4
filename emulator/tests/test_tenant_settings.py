"""Tenant settings and the pages of the tenant (LP)."""

from auth0_emulator.testing import ManagementApi


def test_mg_12_a_get_shows_less_than_a_patch(api: ManagementApi) -> None:
    read = api("GET", "/tenants/settings").json()
    written = api("PATCH", "/tenants/settings", {"friendly_name": "x"}).json()
    assert "sandbox_versions_available" in read
    assert "sandbox_versions_available" not in written
    hidden = {"enforce_client_authentication_on_passwordless_start"}
    assert hidden <= written["flags"].keys()
    assert not hidden & read["flags"].keys()


def test_lp_04_the_login_page_belongs_to_the_global_client(api: ManagementApi) -> None:
    query = {"is_global": "true", "fields": "client_id", "include_fields": "true"}
    (found,) = api("GET", "/clients", **query).json()
    assert set(found) == {"tenant", "client_id"}
    path = f"/clients/{found['client_id']}"
    page = {"custom_login_page_on": True, "custom_login_page": "<html>"}
    assert api("PATCH", path, page).json()["name"] == "All Applications"
    off = api("PATCH", path, {"custom_login_page_on": False}).json()
    assert off["custom_login_page"] == "<html>"


def test_lp_05_other_pages_are_tenant_settings(api: ManagementApi) -> None:
    page = {"change_password": {"enabled": True, "html": "<b>"}}
    api("PATCH", "/tenants/settings", page)
    off = api("PATCH", "/tenants/settings", {"change_password": {"enabled": False}}).json()
    assert off["change_password"] == {"enabled": False, "html": "<b>"}


def test_lp_06_the_global_client_cannot_be_deleted(api: ManagementApi) -> None:
    (found,) = api("GET", "/clients", is_global="true").json()
    answer = api("DELETE", f"/clients/{found['client_id']}")
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Global client cannot be deleted.",
    )


def test_dcr_01_flags_are_merged(api: ManagementApi) -> None:
    before = api("GET", "/tenants/settings").json()["flags"]
    change = {"flags": {"enable_dynamic_client_registration": True}}
    api("PATCH", "/tenants/settings", change)
    after = api("GET", "/tenants/settings").json()["flags"]
    assert after == before | change["flags"]
