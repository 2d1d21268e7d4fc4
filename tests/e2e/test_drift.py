"""Drift with the real engine: changes outside of many kinds are told, and undone."""

import pytest

from tests.e2e.conftest import Live, Project
from tests.e2e.drifting import COURIER, PORTAL, client_ids, drifted, grants, post, record, whole

pytestmark = pytest.mark.e2e


def meddle(tenant: Live) -> list[str]:
    """Somebody changes one thing of each kind by hand; the paths."""
    ids, held = client_ids(tenant), grants(tenant)
    portal, widget, courier = (ids[k] for k in ("order-portal", "store-widget", "courier-app"))
    tenant.patch(
        f"clients/{portal}",
        {
            "callbacks": ["https://other.acme.example/cb"],
            "description": "By hand",
            "client_metadata": {"plan": "gold", "tpa_stack": None},
        },
    )
    tenant.patch(f"clients/{widget}", {"token_endpoint_auth_method": "client_secret_post"})
    scopes = ["read:orders", "cancel:orders", "write:orders"]
    tenant.patch(f"client-grants/{held[courier, 'orders.example.com']}", {"scope": scopes})
    extra = {"subject_type": "user", "scope": ["read:partners"]}
    partners = "https://partners.example.com"
    post(tenant, "client-grants", {**extra, "client_id": courier, "audience": partners})
    orders = {"audience": "https://orders.example.com", "scope": ["read:orders"]}
    everybody = {"default_for": "third_party_clients", "subject_type": "user"}
    post(tenant, "client-grants", {**everybody, **orders})
    customers = next(c for c in tenant.get("connections") if c["name"] == "customers")
    tenant.patch(f"connections/{customers['id']}", {"is_domain_connection": False})
    organization = tenant.get("organizations")[0]["id"]
    tenant.patch(f"organizations/{organization}", {"third_party_client_access": "block"})
    place = f"/api/v2/organizations/{organization}"
    tenant.http.delete(f"{place}/enabled_connections/{customers['id']}").raise_for_status()
    tenant.patch("tenants/settings", {"flags": {"enable_dynamic_client_registration": False}})
    tenant.forget_log()
    return [
        "applications/order-portal/callbacks",
        "applications/order-portal/client_metadata/plan",
        "applications/order-portal/description",
        "applications/order-portal/tag",
        "applications/store-widget/token_endpoint_auth_method",
        "connections/customers",
        "default_permissions/orders/user",
        "grants/courier-app/orders/user",
        "grants/courier-app/partners/user",
        "organizations/northwind/connections/customers",
        "organizations/northwind/third_parties",
        "tenant/dynamic_client_registration",
    ]


def test_what_was_done_outside_is_told_and_undone(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    before, noted = whole(tenant), record(project)
    paths = meddle(tenant)
    words = (project.folder / COURIER).read_text("utf-8").replace("independent", "busy")
    (project.folder / COURIER).write_text(words, encoding="utf-8")

    found = drifted(project)
    told = {each["path"]: each for each in found["differences"]}
    pending = told.pop("applications/courier-app/description")
    assert (pending["changed_by"], pending["file"]) == ("files", f"{COURIER}:7")
    assert sorted(told) == paths
    assert {each["changed_by"] for each in told.values()} == {"outside"}
    assert told["applications/order-portal/description"]["file"] == f"{PORTAL}:7"
    assert told["grants/courier-app/orders/user"]["file"] == f"{COURIER}:12"
    assert (found["outside"], found["pending"], found["unknown"]) == (len(paths), 1, [])
    assert tenant.writes() == []

    done = project.tpa("drift", "--restore")
    # The plugin has no word for how a public application authenticates; all else is undone.
    assert done.returncode == 1, done.stdout + done.stderr
    method = "applications/store-widget/token_endpoint_auth_method"
    assert f"left as it is: {method}: the auth0 plugin writes no credentials" in done.stderr
    assert [each["path"] for each in drifted(project, "*/store-widget/*")["differences"]] == [
        method
    ]
    written = sorted((method, path.split("/")[3]) for method, path in tenant.writes())
    widget = client_ids(tenant)["store-widget"]
    tenant.patch(f"clients/{widget}", {"token_endpoint_auth_method": "none"})
    assert "dev: nothing was changed outside" in project.tpa("drift").stdout
    assert whole(tenant) == before
    assert record(project) == noted  # the pending file was not applied
    assert written == [
        ("DELETE", "client-grants"),
        ("DELETE", "client-grants"),
        ("PATCH", "client-grants"),
        ("PATCH", "clients"),
        ("PATCH", "connections"),
        ("PATCH", "organizations"),
        ("PATCH", "tenants"),
        ("POST", "organizations"),
    ]
    (project.folder / COURIER).write_text(words.replace("busy", "independent"), encoding="utf-8")
    fresh = project.pulumi("preview", "--refresh", "--expect-no-changes")
    assert fresh.returncode == 0, fresh.stdout
