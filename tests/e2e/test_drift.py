"""Drift with the real engine: changes outside of many kinds, and both ways out of it."""

import difflib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e
PORTAL = "stacks/applications/order-portal.yaml"
COURIER = "stacks/applications/courier-app.yaml"


def drifted(project: Project, *arguments: str) -> Any:
    """`tpa drift --json`, which found something."""
    done = project.tpa("drift", "--json", *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    return json.loads(done.stdout)


def whole(tenant: Live) -> dict[str, Any]:
    """Every collection that drift looks at, times aside."""
    organization = tenant.get("organizations")[0]["id"]
    return {
        **tenant.everything(),
        "organizations": tenant.get("organizations"),
        "connections of it": tenant.get(f"organizations/{organization}/enabled_connections"),
        "grants in it": tenant.get(f"organizations/{organization}/client-grants"),
        "limits": [
            (each["consumer_selector"], each["configuration"])
            for each in tenant.get("rate-limit-policies", take="50")["rate_limit_policies"]
        ],
    }


def client_ids(tenant: Live) -> dict[str, str]:
    marks = [(each.get("client_metadata") or {}, each) for each in tenant.get("clients")]
    return {m["tpa_application"]: each["client_id"] for m, each in marks if "tpa_application" in m}


def grants(tenant: Live) -> dict[tuple[str, str], str]:
    """Client id ("" for all) and API -> grant id; those for users first."""
    found = sorted(tenant.get("client-grants"), key=lambda each: each["subject_type"])
    return {(g.get("client_id", ""), g["audience"].split("/")[-1]): g["id"] for g in found}


def post(tenant: Live, path: str, body: object) -> Any:
    return tenant.http.post(f"/api/v2/{path}", json=body).raise_for_status().json()


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
        "applications/order-portal/client_metadata.plan",
        "applications/order-portal/description",
        "applications/order-portal/mark",
        "applications/store-widget/token_endpoint_auth_method",
        "connections/customers",
        "default_permissions/orders/user",
        "grants/courier-app/orders/user",
        "grants/courier-app/partners/user",
        "organizations/northwind/connections/customers",
        "organizations/northwind/third_parties",
        "tenant/dynamic_client_registration",
    ]


def record(project: Project) -> Any:
    """What the stack says it applied."""
    exported = json.loads(project.pulumi("stack", "export", "--stack", "dev").stdout)
    (outputs,) = (
        resource["outputs"]
        for resource in exported["deployment"]["resources"]
        if resource["type"] == "pulumi:pulumi:Stack"
    )
    return outputs["advance"]


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
    assert (pending["owner"], pending["file"]) == ("file", f"{COURIER}:7")
    assert sorted(told) == paths
    assert {each["owner"] for each in told.values()} == {"outside"}
    assert told["applications/order-portal/description"]["file"] == f"{PORTAL}:7"
    assert told["grants/courier-app/orders/user"]["file"] == f"{COURIER}:12"
    assert (found["outside"], found["pending"], found["unknown"]) == (len(paths), 1, [])
    assert tenant.writes() == []

    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dev: nothing was changed outside" in done.stdout
    assert whole(tenant) == before
    assert record(project) == noted  # the pending file was not written down as applied
    written = sorted((method, path.split("/")[3]) for method, path in tenant.writes())
    assert written == [
        ("DELETE", "client-grants"),
        ("DELETE", "client-grants"),
        ("PATCH", "client-grants"),
        ("PATCH", "clients"),
        ("PATCH", "clients"),
        ("PATCH", "connections"),
        ("PATCH", "organizations"),
        ("PATCH", "tenants"),
        ("POST", "organizations"),
    ]
    (project.folder / COURIER).write_text(words.replace("busy", "independent"), encoding="utf-8")
    fresh = project.pulumi("preview", "--refresh", "--expect-no-changes")
    assert fresh.returncode == 0, fresh.stdout


def test_what_was_deleted_outside_is_made_anew(project: Project) -> None:
    """With protection, as on a real tenant. An agent and a rate limit can't even be looked at."""
    project.edit("stacks/dev.yaml", protect=True)
    project.up()
    tenant = project.tenant()
    noted, old = record(project), client_ids(tenant)
    agent = next(c["client_id"] for c in tenant.get("clients") if c.get("external_client_id"))
    limits = tenant.get("rate-limit-policies", take="50")["rate_limit_policies"]
    grant = grants(tenant)[old["order-portal"], "orders.example.com"]
    for path in (
        f"clients/{old['report-collector']}",
        f"clients/{agent}",
        f"client-grants/{grant}",
        *(f"rate-limit-policies/{each['id']}" for each in limits),
    ):
        tenant.http.delete(f"/api/v2/{path}").raise_for_status()

    words = (project.folder / COURIER).read_text("utf-8")
    ahead = words.replace("independent", "busy")
    (project.folder / COURIER).write_text(ahead, encoding="utf-8")
    tenant.forget_log()
    waiting = project.tpa("drift", "--restore")
    assert waiting.returncode == 1
    assert "the files are ahead of the last one (courier-app)" in waiting.stderr
    assert tenant.writes() == []

    (project.folder / COURIER).write_text(words, encoding="utf-8")
    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr
    for key, secret in (("report-collector", " and another secret"), ("shopping-agent", "")):
        said = f"{key} was deleted there: it is made anew, with another client id{secret}; tell"
        assert said in done.stderr
    new = client_ids(tenant)
    assert {key for key in old if old[key] != new[key]} == {"report-collector"}
    assert record(project) == noted
    fresh = project.pulumi("preview", "--refresh", "--expect-no-changes")
    assert fresh.returncode == 0, fresh.stdout


def texts(project: Project) -> dict[str, list[str]]:
    files = sorted((project.folder / "stacks").rglob("*.yaml"))
    return {_name(project, file): file.read_text("utf-8").splitlines() for file in files}


def _name(project: Project, file: Path) -> str:
    return file.relative_to(project.folder / "stacks").as_posix()


def changed_lines(
    before: dict[str, list[str]], after: dict[str, list[str]]
) -> dict[str, list[str]]:
    """As `git diff -U0` has them, without headers."""
    found = {}
    for name, old in before.items():
        compared = list(difflib.unified_diff(old, after[name], n=0, lineterm=""))[2:]
        lines = [line for line in compared if not line.startswith("@@")]
        if lines:
            found[name] = lines
    return found


def test_what_was_done_outside_becomes_what_files_say(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    ids, held = client_ids(tenant), grants(tenant)
    portal, courier = ids["order-portal"], ids["courier-app"]
    tenant.patch(
        f"clients/{portal}",
        {"callbacks": ["https://a.example/cb"], "description": "By: hand"},
    )
    scopes = ["read:orders", "cancel:orders", "write:orders"]
    tenant.patch(f"client-grants/{held[courier, 'orders.example.com']}", {"scope": scopes})
    catalog = {"scope": ["read:products", "read:prices"]}
    tenant.patch(f"client-grants/{held['', 'catalog.example.com']}", catalog)
    extra = {"subject_type": "user", "scope": ["read:partners"], "client_id": courier}
    post(tenant, "client-grants", {**extra, "audience": "https://partners.example.com"})
    page = {"url": "https://www.example.com/other"}
    tenant.patch("tenants/settings", {"error_page": page})
    tenant.forget_log()
    before, live = texts(project), whole(tenant)

    done = project.tpa("drift", "--accept")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dev: nothing was changed outside" in done.stdout
    assert tenant.writes() == []
    assert changed_lines(before, texts(project)) == {
        "apis.yaml": [
            "-    scopes: [read:products]",
            "+    scopes: [read:products, read:prices]",
        ],
        "applications/courier-app.yaml": [
            "-    scopes: [read:orders, cancel:orders]",
            "+    scopes: [read:orders, cancel:orders, write:orders]",
            "+  - api: partners",
            "+    subject_type: user",
            "+    scopes: [read:partners]",
        ],
        "applications/order-portal.yaml": [
            "-description: Order tracking for customers who ship with Acme",
            "+description: 'By: hand'",
        ],
        "dev.yaml": [
            "-    callbacks:",
            "-    - https://orders.dev.acme.example/callback",
            "+    callbacks: [https://a.example/cb]",
        ],
        "tenant.yaml": [
            "-  url: https://www.example.com/sign-in-failed",
            "+  url: https://www.example.com/other",
        ],
    }

    project.up()
    assert whole(tenant) == live
    after = project.tpa("drift")
    assert after.returncode == 0, after.stdout
    assert "not applied yet" not in after.stdout


def test_an_engine_that_fails_on_the_way_back_is_no_success(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    widget = client_ids(tenant)["store-widget"]
    tenant.http.delete(f"/api/v2/clients/{widget}").raise_for_status()
    fault = {"do": "status", "status": 400, "method": "POST", "path": "/api/v2/client-grants"}
    tenant.http.post("/_control/faults", json={**fault, "count": 9}).raise_for_status()
    done = project.tpa("drift", "--restore")
    assert done.returncode == 1
    assert "grants/store-widget/orders/user" in done.stdout  # what is still missing is told
    tenant.http.delete("/_control/faults").raise_for_status()
    project.up()
    assert project.tpa("drift").returncode == 0


def test_a_key_that_was_taken_off_is_put_on_again(project: Project) -> None:
    """It is still there, unused, and the engine alone could not add the same key once more."""
    project.edit(PORTAL, keys=[{"name": "signing", "pem": public_key()}])
    project.up()
    tenant = project.tenant()
    place = f"clients/{client_ids(tenant)['order-portal']}"
    by_secret = {"token_endpoint_auth_method": "client_secret_post"}
    tenant.patch(place, {"client_authentication_methods": None, **by_secret})
    paths = [each["path"] for each in drifted(project)["differences"]]
    proof = ["keys", "token_endpoint_auth_method"]
    assert paths == [f"applications/order-portal/{name}" for name in proof]
    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr
    live = tenant.get(place)
    assert live.get("token_endpoint_auth_method") is None
    assert len(live["client_authentication_methods"]["private_key_jwt"]["credentials"]) == 1
    assert len(tenant.get(f"{place}/credentials")) == 1


def public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()
