"""Access of a running tenant: the number of calls, and what is unknown to a token."""

import json
from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi
from auth0_third_party.management import Credentials, ManagementClient
from tests.conftest import LiveTenant, StartTenant
from tests.tpa.matching_tenant import MACHINE, ORDERS
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.access.effective import access_rows
from tpa.tenant.reading import read_environment
from tpa.tenant.view import EnvironmentView

READS = (
    *("read:clients", "read:client_grants", "read:connections", "read:resource_servers"),
    *("read:organizations", "read:rules", "read:hooks", "read:prompts", "read:tenant_settings"),
)
PAGE = 100
BUDGET = 20
"""Calls for 100 applications with two grants each, whatever a sign-in takes."""
HOSTILE = "safe\u202egnp.exe \u2066x \x1b[31m שלום &amp;"


def seen_by(credentials: Credentials, files: Files) -> EnvironmentView:
    with ManagementClient(credentials) as client:
        return read_environment(client, files.load(), STACK)


def machine(name: str, **metadata: str) -> dict[str, Any]:
    return {
        "name": name,
        "app_type": "regular_web",
        "is_first_party": False,
        "third_party_security_mode": "strict",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "client_credentials"],
        "callbacks": ["https://acme.test/cb"],
        "client_metadata": metadata,
    }


def give(api: ManagementApi, client_id: str, subject: str, *scopes: str) -> None:
    body = {"client_id": client_id, "audience": ORDERS, "scope": scopes, "subject_type": subject}
    api.create("/client-grants", body)


def applications(files: Files, api: ManagementApi, count: int) -> None:
    """In the files and in the tenant, each with two grants."""
    files.portal(environments={})
    for number in range(count):
        key = f"partner-{number}"
        definition = {**PORTAL, "name": f"Partner {number}", "grants": [*PORTAL["grants"], MACHINE]}
        files.write(f"stacks/applications/{key}.yaml", definition)
        body = machine(f"Partner {number}", tpa_application=key, tpa_stack=STACK)
        client_id = api.create("/clients", body)["client_id"]
        for subject in ("user", "client"):
            give(api, client_id, subject, "read:orders")
    files.apis(default_permissions=[])


@pytest.mark.parametrize("count", [10, 100])
def test_the_calls_grow_with_pages_alone(files: Files, live_tenant: LiveTenant, count: int) -> None:
    applications(files, live_tenant.api, count)
    live_tenant.promote("customers", promoted=True)
    totals = {
        path: live_tenant.api("GET", path, include_totals="true").json()["total"]
        for path in ("/clients", "/client-grants")
    }
    live_tenant.forget_log()
    view = seen_by(live_tenant.credentials, files)
    asked = live_tenant.requests()
    assert {method for method, _ in asked} == {"GET"}
    pages = sum(-(-total // PAGE) for total in totals.values())
    lists = {path for _, path in asked} - totals.keys()
    assert len(asked) == len(lists) + pages <= BUDGET
    found = access_rows(view)
    assert len(found) == 2 * count
    assert {row.status for row in found} == {"same"}
    assert {row.usable for row in found} == {True}


@pytest.mark.parametrize("scope", READS)
def test_a_missing_scope_is_named_and_nothing_else_is_unknown(
    files: Files, live_tenant: LiveTenant, scope: str
) -> None:
    held = [name for name in READS if name != scope]
    view = seen_by(live_tenant.second_client(*held), files)
    assert [each.scope.partition(" or ")[0] for each in view.unknown] == [scope]
    statuses = {row.status for row in access_rows(view)}
    compared = scope not in ("read:clients", "read:client_grants")
    assert statuses == ({"missing"} if compared else {"unknown"})


@pytest.mark.parametrize(
    ("scope", "gate"),
    [
        ("read:resource_servers", "api_policy"),
        ("read:connections", "connection"),
        ("read:organizations", "organization"),
        ("read:rules", "sign_in"),
        ("read:prompts", "sign_in"),
    ],
)
def test_what_the_token_may_not_read_denies_nothing(
    files: Files, live_tenant: LiveTenant, scope: str, gate: str
) -> None:
    applications(files, live_tenant.api, 1)
    live_tenant.promote("customers", promoted=True)
    view = seen_by(live_tenant.second_client(*(s for s in READS if s != scope)), files)
    (user,) = (row for row in access_rows(view) if row.subject_type == "user")
    assert (user.status, user.usable, user.unknown_checks) == ("same", None, (gate,))


def test_a_token_that_may_read_nothing(files: Files, live_tenant: LiveTenant) -> None:
    view = seen_by(live_tenant.second_client("create:clients"), files)
    assert {each.scope for each in view.unknown} >= {"read:clients", "read:client_grants"}
    assert {row.status for row in access_rows(view)} == {"unknown"}


@pytest.mark.parametrize("what", ["organizations", "rules"])
def test_what_the_tenants_plan_lacks_is_unknown(
    files: Files, live_tenant: LiveTenant, what: str
) -> None:
    fault = {"do": "status", "status": 403, "path": f"/api/v2/{what}"}
    assert live_tenant.api.control("POST", "/faults", fault).status_code == 200
    view = seen_by(live_tenant.credentials, files)
    assert [(each.what.lower(), each.scope) for each in view.unknown] == [(what, "")]


def test_a_deceptive_name_stays_one_text(files: Files, live_tenant: LiveTenant) -> None:
    client_id = live_tenant.api.create("/clients", machine(HOSTILE))["client_id"]
    give(live_tenant.api, client_id, "user", "read:orders")
    (row,) = (
        r for r in access_rows(seen_by(live_tenant.credentials, files)) if r.status == "unmanaged"
    )
    assert row.name == HOSTILE
    assert json.loads(row.model_dump_json())["name"] == HOSTILE


def test_an_open_api_admits_a_permissive_application(
    files: Files, tenant_process: StartTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = tenant_process("--legacy")
    monkeypatch.setenv("SSL_CERT_FILE", running.ready["ca_file"])
    management = running.ready["management"]
    own = Credentials(running.ready["domain"], management["client_id"], management["client_secret"])
    legacy = {"name": "Old", "is_first_party": False, "app_type": "spa"}
    api = running.api()
    made = api.create("/clients", {**legacy, "third_party_security_mode": "permissive"})
    found = [r for r in access_rows(seen_by(own, files)) if r.application == made["client_id"]]
    assert {row.source for row in found} == {"api_policy"}
    assert ORDERS in {row.audience for row in found}
    api.client.close()


def test_a_tenant_with_a_low_rate_limit_is_waited_for(
    files: Files, tenant_process: StartTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = tenant_process("--rate-limit", "2", "--burst", "4")
    monkeypatch.setenv("SSL_CERT_FILE", running.ready["ca_file"])
    management = running.ready["management"]
    own = Credentials(running.ready["domain"], management["client_id"], management["client_secret"])
    waits: list[str] = []
    with ManagementClient(own, on_wait=lambda _, reason: waits.append(reason)) as client:
        view = read_environment(client, files.load(), STACK)
    assert view.unknown == ()
    assert any(entry["status"] == 429 for entry in running.api().log())
    assert set(waits) == {f"the rate limit of {own.domain}"}
