"""`tpa check`: findings with severity, place and remedy; no engine anywhere."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.conftest import LiveTenant
from tests.tpa.files.conftest import APIS, DEV, PORTAL, Project
from tpa.cli.app import app, main

ORDERS = "https://orders.example.com"


@pytest.fixture
def on_tenant(
    project: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """A project without a toolchain whose dev tenant is a real one, so far as anybody can tell."""
    apis = {
        "orders": {"audience": ORDERS, "scopes": ["read:orders"]},
        "catalog": {"audience": "https://catalog.example.com", "scopes": ["read:products"]},
    }
    project.apis(apis=apis)
    project.dev(
        tenant=live_tenant.domain, embedded_port=None, connections={"customers": "customers"}
    )
    own = live_tenant.credentials
    monkeypatch.setenv("AUTH0_CLIENT_ID", own.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", own.client_secret)
    monkeypatch.chdir(project.root)
    (project.root / "Pulumi.yaml").write_text("name: sample\nruntime: python\n", encoding="utf-8")
    return project


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["check", "--json", *arguments])
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, answer


def test_a_fitting_tenant(on_tenant: Project, live_tenant: LiveTenant) -> None:
    live_tenant.forget_log()
    status, answer = check()
    assert (status, answer["errors"], answer["warnings"]) == (0, 0, 0)
    assert live_tenant.writes() == []
    assert live_tenant.requests()


def test_partners_that_are_live_nowhere_are_a_hint(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No finding: a draft may be meant. One that is live elsewhere is none."""
    monkeypatch.chdir(project.root)
    assert check("--offline")[1]["notes"] == []
    for key, where in (("gate", {}), ("kiosk", None), ("staged", {"staging": None})):
        stated = {} if where is None else {"environments": where}
        portal = {name: value for name, value in PORTAL.items() if name != "environments"}
        project.write(f"stacks/applications/{key}.yaml", {**portal, **stated, "name": key})
    project.write("stacks/staging.yaml", {**DEV, "embedded_port": 8442, "advances_from": "dev"})
    status, answer = check("--offline")
    assert (status, answer["findings"]) == (0, [])
    assert answer["notes"] == [
        "live nowhere, since they don't state environments: {dev: {}}:"
        " stacks/applications/gate.yaml, stacks/applications/kiosk.yaml"
    ]


def test_findings_of_the_tenant(on_tenant: Project, live_tenant: LiveTenant) -> None:
    live_tenant.api.create("/rules", {"name": "add-roles", "script": "x"})
    live_tenant.api("DELETE", f"/connections/{live_tenant.connection('customers')['id']}")
    status, answer = check()
    assert (status, answer["errors"]) == (1, 2)
    first = answer["findings"][0]
    fields = {"rule", "severity", "file", "line", "field", "path", "what", "why", "fix"}
    assert first.keys() == fields
    assert (first["rule"], first["severity"], first["file"]) == (
        "PRE-05",
        "error",
        "stacks/dev.yaml",
    )
    assert (first["field"], first["path"]) == (
        "connections.customers",
        ["connections", "customers"],
    )
    assert first["line"] > 0


def test_findings_of_the_files_have_lines(on_tenant: Project, live_tenant: LiveTenant) -> None:
    on_tenant.portal(needs={"id_token": True})
    live_tenant.forget_log()
    status, answer = check()
    (found,) = answer["findings"]
    assert (status, found["field"]) == (1, "needs.id_token")
    assert found["line"] > 0
    assert live_tenant.requests() == []


def shadow(project: Project) -> None:
    both = ["read:products", "read:prices"]
    catalog = {"audience": "https://catalog.example.com", "scopes": both}
    default = {"api": "catalog", "subject_type": "user", "scopes": both}
    orders = {**APIS["apis"]["orders"], "audience": ORDERS}
    project.apis(apis={"orders": orders, "catalog": catalog}, default_permissions=[default])
    own = {"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}
    project.portal(grants=[own])


def test_offline_asks_no_tenant(on_tenant: Project, live_tenant: LiveTenant) -> None:
    shadow(on_tenant)
    live_tenant.forget_log()
    status, answer = check("--offline")
    assert (status, answer["offline"], answer["errors"], answer["warnings"]) == (0, True, 0, 2)
    assert answer["findings"][0]["severity"] == "warning"
    assert live_tenant.requests() == []


def test_people_read_severity_place_and_remedy(on_tenant: Project) -> None:
    shadow(on_tenant)
    done = CliRunner().invoke(app, ["check", "--offline"])
    assert done.exit_code == 0
    head, _, rest = done.stdout.partition("\n")
    assert head.startswith(
        "warning: stacks/applications/portal.yaml:9: grants[0]: removes read:prices"
    )
    assert "why: " in rest
    assert "fix: " in rest
    assert done.stdout.endswith("dev: 2 warnings\n")


@pytest.mark.parametrize("wrong", ["credentials", "environment", "shell"])
def test_an_environment_problem_is_status_2(
    on_tenant: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
) -> None:
    if wrong == "credentials":
        monkeypatch.delenv("AUTH0_CLIENT_SECRET")
    if wrong == "shell":
        monkeypatch.setenv("TPA_ENVIRONMENT", "prod")
    name = "prd" if wrong == "environment" else "dev"
    monkeypatch.setattr("sys.argv", ["tpa", "check", "-e", name])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("tpa: ")
    assert "Traceback" not in said
