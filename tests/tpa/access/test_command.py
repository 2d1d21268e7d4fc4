"""`tpa access` as users and pipelines run it: its output, what is unknown, its exit status."""

import json
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import Credentials
from tests.conftest import LiveTenant, StartTenant
from tests.tpa.conftest import Lacking, Run, sign_in
from tests.tpa.files.conftest import Project

ORDERS = "https://orders.example.com"
HOSTILE = "safe\u202egnp.exe [red]x[/red] \x1b[31m"


def report(run: Run, root: Path, *arguments: str) -> Any:
    return json.loads(run(root, "access", "--json", *arguments).output)


def test_files_only_need_no_tenant_and_no_engine(run: Run, project: Project) -> None:
    ended = run(project.root, "access")
    assert (ended.status, ended.error) == (0, "")
    assert "widget" in ended.output
    assert "grant: stacks/applications/widget.yaml:" in ended.output
    assert "default: stacks/apis.yaml:" in ended.output
    lines = ended.output.splitlines()
    assert lines == [line.rstrip() for line in lines]
    assert [line.split()[0] for line in lines[1:]].count("portal") == 1  # of two rows


def test_json_of_files_only_has_nothing_of_a_tenant(run: Run, project: Project) -> None:
    found = report(run, project.root)
    assert (found["live"], found["tenant"], found["unknown"]) == (False, "", [])
    assert (found["unmanaged"], found["unmanaged_default_permissions"]) == (None, None)
    assert {row["status"] for row in found["rows"]} == {""}


def test_a_tenant_that_has_nothing_yet(run: Run, live: Project) -> None:
    ended = run(live.root, "access", "--live")
    assert ended.status == 1
    assert "not live" in ended.output
    assert (
        "ownership tags tell which applications are this stack's" in ended.error
    )  # there is no engine here


@pytest.mark.parametrize(
    "scope",
    ["read:clients", "read:client_grants"],
)
def test_without_applications_or_grants_nothing_is_reported_missing(
    run: Run, live: Project, live_tenant: LiveTenant, lacking: Lacking, scope: str
) -> None:
    live_tenant.api.create_third_party(name="Stranger")
    lacking(scope)
    ended = run(live.root, "access", "--live")
    assert ended.status == 1
    assert f"(the token lacks {scope})" in ended.error
    assert "not live" not in ended.output
    assert "may call nothing" not in ended.error
    found = report(run, live.root, "--live")
    assert {row["status"] for row in found["rows"]} == {"unknown"}
    unknown = "unmanaged" if scope == "read:clients" else "unmanaged_default_permissions"
    assert found[unknown] is None


def test_unmanaged_applications_are_shown_whatever_their_name(
    run: Run, live: Project, live_tenant: LiveTenant
) -> None:
    client = live_tenant.api.create_third_party(name=HOSTILE)
    idle = live_tenant.api.create_third_party(name="Idle")
    grant = {"audience": ORDERS, "subject_type": "user", "scope": ["read:orders"]}
    live_tenant.api.create("/client-grants", {**grant, "client_id": client["client_id"]})
    shared = {"default_for": "third_party_clients", "audience": ORDERS, "subject_type": "client"}
    live_tenant.api.create("/client-grants", {**shared, "scope": ["write:orders"]})
    ended = run(live.root, "access", "--live")
    shown = ended.output + ended.error
    assert "[red]x[/red]" in ended.output
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    assert f"in no file, may call nothing: Idle ({idle['client_id']}, strict)" in ended.error
    assert "(client): write:orders" in ended.error
    found = report(run, live.root, "--live")
    assert {each["name"] for each in found["unmanaged"]} == {HOSTILE, "Idle"}
    assert found["unmanaged_default_permissions"][0]["scopes"] == ["write:orders"]


def test_an_unmanaged_application_is_explained_by_its_client_id(
    run: Run, live: Project, live_tenant: LiveTenant
) -> None:
    idle = live_tenant.api.create_third_party(name="Idle")["client_id"]
    ended = run(live.root, "access", "--live", "--explain", idle, ORDERS)
    assert (ended.status, ended.error.count("\n")) == (0, 1)
    assert f"it may not call {ORDERS}" in ended.output


def test_an_explanation_in_json(run: Run, project: Project) -> None:
    found = report(run, project.root, "--explain", "widget", "catalog")
    assert found["explanation"][0].startswith("User access: it may call it with read:products")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(("widgte", "orders"), "did you mean 'widget'?"), (("widget", "ordres"), "'orders'?")],
)
def test_a_mistyped_name(run: Run, project: Project, arguments: tuple[str, str], hint: str) -> None:
    ended = run(project.root, "access", "--explain", *arguments)
    assert ended.status == 2
    assert hint in ended.error


def test_a_tenant_that_is_out_of_reach(
    run: Run, live: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, live, Credentials("localhost:9", "id", "secret"))
    ended = run(live.root, "access", "--live")
    assert (ended.status, ended.output) == (2, "")
    assert "localhost:9 can't be reached" in ended.error
    assert "fix: check the tenant domain, the network and any proxy" in ended.error


def test_credentials_that_the_tenant_does_not_accept(
    run: Run, live: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "wrong")
    ended = run(live.root, "access", "--live")
    assert (ended.status, ended.output) == (2, "")
    assert "does not accept the client" in ended.error
    assert "fix: check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET" in ended.error


def test_a_rate_limit_is_waited_for_and_told(
    run: Run, project: Project, tenant_process: StartTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = tenant_process("--rate-limit", "2", "--burst", "4")
    monkeypatch.setenv("SSL_CERT_FILE", running.ready["ca_file"])
    management = running.ready["management"]
    own = Credentials(running.ready["domain"], management["client_id"], management["client_secret"])
    sign_in(monkeypatch, project, own)
    ended = run(project.root, "access", "--live", "--json")
    assert ended.status == 1  # nothing is live yet
    assert f"waiting 1 s for the rate limit of {own.domain}" in ended.error
    assert json.loads(ended.output)["unknown"] == []
