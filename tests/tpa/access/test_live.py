"""What a real tenant has: its rows, what it registered, and what no file states."""

import json
from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi
from auth0_third_party.management import Credentials, ManagementClient
from tests.conftest import LiveTenant, StartTenant
from tests.tpa.conftest import Run
from tests.tpa.files.conftest import Project
from tests.tpa.matching_tenant import (
    MACHINE,
    ORDERS,
    PRODUCTS,
    client,
    default,
    grant,
    live,
    row,
    stranger,
)
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.access.effective import access_rows
from tpa.access.explain import explain
from tpa.tenant.objects import read_client
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


OPEN = {"flags": {"enable_dynamic_client_registration": True}}
REGISTERED = {
    "client_id": "tpc_9",
    "name": "Bot",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "grant_types": ["authorization_code"],
    "callbacks": ["https://bot.test/cb"],
}


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        ({}, True),
        ({"app_type": "spa"}, False),
        ({"client_metadata": {"tpa_stack": "project/dev"}}, False),
        ({"is_first_party": True}, False),
        (
            {"external_client_id": "https://a.test/c", "external_metadata_created_by": "client"},
            True,
        ),
        (
            {"external_client_id": "https://a.test/c", "external_metadata_created_by": "admin"},
            False,
        ),
    ],
)
def test_what_registered_itself(further: dict[str, Any], expected: bool) -> None:
    assert read_client({**REGISTERED, **further}).self_registered is expected


def test_a_registered_client_is_expected_with_the_default_permissions(files: Files) -> None:
    files.write("stacks/tenant.yaml", {"dynamic_client_registration": {}})
    bot = read_client(REGISTERED)
    view = live(files.load(), clients=(client(), bot), grants=(grant(), default()))
    found = row(view, bot.id, PRODUCTS)
    assert (found.status, found.source) == ("registered", "default")
    assert "It registered itself" in " ".join(explain(view, (found,), bot.id, PRODUCTS))
    assert view.unexplained == ()
    own = grant("cgr_9", client_id=bot.id)
    more = live(files.load(), clients=(client(), bot), grants=(grant(), default(), own))
    assert row(more, bot.id).status == "unmanaged"
    assert [each.id for each in more.unexplained] == [bot.id]


def test_without_a_file_that_says_so_it_is_in_no_file(files: Files) -> None:
    bot = read_client(REGISTERED)
    view = live(files.load(), clients=(client(), bot), open_registration=True)
    assert row(view, bot.id, PRODUCTS).status == "unmanaged"
    assert view.unexplained == ()  # registration itself is the finding
    shut = live(files.load(), clients=(client(), bot))
    assert [each.id for each in shut.unexplained] == [bot.id]


def test_who_is_unexplained(files: Files) -> None:
    """Neither ours, nor another stack's, nor a document."""
    others = (
        stranger("tpc_hand"),
        stranger("tpc_other", tag=("portal", "elsewhere/prod")),
        stranger("tpc_agent", document="https://agent.test/c"),
    )
    view = live(files.load(), clients=(client(), *others))
    assert [each.id for each in view.unexplained] == ["tpc_hand"]


def register(live_tenant: LiveTenant) -> None:
    body = {"client_name": "Bot", "redirect_uris": ["https://bot.test/cb"]}
    answer = live_tenant.api.client.post("/oidc/register", json=body)
    assert answer.status_code == 201, answer.text


def aligned(live: Project, api: ManagementApi, run: Run) -> tuple[object, dict[str, Any]]:
    """Exit status and JSON of `access --live`, by applications that have what the files say."""
    ended = run(live.root, "access", "--live", "--json")
    return ended.status, json.loads(ended.output)


def test_in_a_running_tenant(live: Project, live_tenant: LiveTenant, run: Run) -> None:
    assert live_tenant.api("PATCH", "/tenants/settings", OPEN).status_code == 200
    register(live_tenant)
    _, answer = aligned(live, live_tenant.api, run)
    assert len(answer["unstated_registration"]) == 1
    assert [each["name"] for each in answer["unmanaged"]] == ["Bot"]
    live.write("stacks/tenant.yaml", {"dynamic_client_registration": {}})
    _, answer = aligned(live, live_tenant.api, run)
    assert answer["unstated_registration"] == []
    assert answer["unmanaged"] == []
    assert [each["name"] for each in answer["registered"]] == ["Bot"]
    assert "unmanaged" not in {each["status"] for each in answer["rows"]}
