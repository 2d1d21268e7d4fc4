"""The shipped example on a running tenant that somebody bends by hand: all of it is told."""

import json
from typing import Any

import pytest

from tests.e2e.by_hand import ORDERS, PARTNERS, STRICT, ByHand
from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e


def access(project: Project, *arguments: str, status: int = 1) -> Any:
    done = project.tpa("access", "--live", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout + done.stderr


def at(found: Any, application: str, api: str, subject: str) -> Any:
    (row,) = (
        row
        for row in found["rows"]
        if (row["application"], row["api"], row["subject_type"]) == (application, api, subject)
    )
    return row


def grant_of(tenant: Live, client_id: str, audience: str, subject: str) -> str:
    wanted = (client_id, audience, subject)
    (found,) = (
        grant["id"]
        for grant in tenant.get("client-grants", per_page="100")
        if (grant.get("client_id"), grant["audience"], grant["subject_type"]) == wanted
    )
    return str(found)


def bend(tenant: Live, ids: dict[str, str]) -> str:
    """What people do in a dashboard; the client id of an application in no file."""
    hand = ByHand(tenant)
    extra = {"audience": PARTNERS, "subject_type": "user", "scope": ["read:partners"]}
    tenant.http.post(
        "/api/v2/client-grants", json={**extra, "client_id": ids["store-widget"]}
    ).raise_for_status()
    narrowed = grant_of(tenant, ids["order-portal"], ORDERS, "user")
    tenant.patch(f"client-grants/{narrowed}", {"scope": ["read:orders"]})
    gone = grant_of(tenant, ids["courier-app"], ORDERS, "user")
    tenant.http.delete(f"/api/v2/client-grants/{gone}").raise_for_status()
    apis = {api["identifier"]: api["id"] for api in tenant.get("resource-servers")}
    closed = {"client": {"policy": "deny_all"}, "user": {"policy": "require_client_grant"}}
    tenant.patch(f"resource-servers/{apis[PARTNERS]}", {"subject_type_authorization": closed})
    return hand.client(name="Stranger & Co \u202e", app_type="spa", **STRICT)


def demote(tenant: Live) -> None:
    for connection in tenant.get("connections"):
        if connection.get("is_domain_connection"):
            tenant.patch(f"connections/{connection['id']}", {"is_domain_connection": False})


def test_what_somebody_bends_by_hand_is_told(project: Project) -> None:
    ids = {key: app["client_id"] for key, app in project.up()["applications"].items()}
    tenant = project.tenant()
    tenant.forget_log()
    fresh = access(project, "--json", status=0)
    assert tenant.writes() == []
    assert {row["status"] for row in fresh["rows"]} == {"same"}
    assert {row["usable"] for row in fresh["rows"]} == {True}
    assert (fresh["unmanaged"], fresh["unmanaged_default_permissions"]) == ([], [])

    stranger = bend(tenant, ids)
    tenant.forget_log()
    found = access(project, "--json")
    assert tenant.writes() == []
    assert at(found, "store-widget", "partners", "user")["status"] == "unmanaged"
    narrowed = at(found, "order-portal", "orders", "user")
    assert (narrowed["status"], narrowed["lost"]) == ("differs", ["write:orders"])
    assert at(found, "courier-app", "orders", "user")["status"] == "missing"
    denied = at(found, "report-collector", "partners", "client")
    assert (denied["status"], denied["usable"]) == ("same", False)
    assert denied["decided_by"]["by"] == "api_policy"
    assert at(found, stranger, "catalog", "user")["source"] == "default"
    assert [each["client_id"] for each in found["unmanaged"]] == [stranger]

    table = access(project)
    for words in ("-write:orders", "grant: cgr_", "not live", "in no file", "denied by api policy"):
        assert words in table
    assert "\u202e" not in table
    told = access(project, "--explain", "report-collector", PARTNERS, status=0)
    assert (
        "DENIED: The API's policy for client access is deny_all, which denies all applications"
        in told
    )
    told = access(project, "--explain", stranger, "catalog", status=0)
    assert "It is in no file: it was created outside Pulumi." in told

    demote(tenant)
    found = access(project, "--json")
    users = [r for r in found["rows"] if r["subject_type"] == "user" and r["status"] != "missing"]
    assert {row["decided_by"]["by"] for row in users} == {"connection"}
    assert {row["usable"] for row in users} == {False}

    done = project.tpa("report", "-e", "dev", "-o", "page.html")
    assert done.returncode == 0, done.stdout + done.stderr
    page = (project.folder / "page.html").read_text(encoding="utf-8")
    assert "Stranger &amp; Co" in page
    for words in ("no connection is promoted", "differs from the files", "in no file"):
        assert words in page


def test_an_application_that_the_files_have_no_more(project: Project) -> None:
    """The state still holds it, so it is nobody else's; only the next update takes it away."""
    ids = {key: app["client_id"] for key, app in project.up()["applications"].items()}
    project.live("dev", {"courier-app": None})
    found = access(project, "--json")
    (told,) = found["unmanaged"]
    assert (told["client_id"], told["key_in_state"]) == (ids["courier-app"], "courier-app")
    assert at(found, ids["courier-app"], "orders", "user")["status"] == "unmanaged"
    done = project.tpa("report", "-e", "dev", "-o", "page.html")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ids["courier-app"] in (project.folder / "page.html").read_text(encoding="utf-8")
