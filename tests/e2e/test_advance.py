"""Three environments in a chain: refused, advanced, overridden; and plans that stay true."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Project
from tests.e2e.test_bad_input import refused

pytestmark = pytest.mark.e2e
WIDGET = "stacks/applications/store-widget.yaml"
PORTAL = "stacks/applications/order-portal.yaml"


def widen(project: Project, file: str, scope: str) -> None:
    grants = project.read(file)["grants"]
    grants[0]["scopes"].append(scope)
    project.edit(file, grants=grants)


def advance(project: Project, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = project.tpa("advance", *arguments, "--json")
    assert done.stdout, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, answer


def recorded(project: Project, environment: str) -> dict[str, Any]:
    """The stack's record."""
    done = project.pulumi("stack", "output", "__advance", "--json", "--stack", environment)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_walk_through_three_environments(project: Project) -> None:
    prod = project.tenant("prod")
    prod.forget_log()
    first = "staging has never been applied", "up -e staging first"
    refused(project.tpa("up", "-e", "prod"), *first)
    refused(project.tpa("up", "-e", "staging"), "dev has never been applied", "up -e dev first")
    assert prod.writes() == []
    for environment in ("dev", "staging", "prod"):
        project.up(environment)

    # One more scope: staging and prod refuse it until it was applied before them.
    widen(project, WIDGET, "write:orders")
    prod.forget_log()
    refused(project.tpa("up", "-e", "prod"), "not applied in staging yet: store-widget (ENV-07)\n")
    assert prod.writes() == []
    code, answer = advance(project, "staging", "prod")
    assert (code, answer["status"], answer["waiting"]) == (3, "waiting", ["store-widget"])
    (change,) = answer["changes"]
    assert (change["kind"], change["risk"], change["consent"]) == (
        "scope-gained-user",
        "medium",
        True,
    )
    for environment in ("dev", "staging"):
        project.up(environment)
    code, answer = advance(project, "staging", "prod")
    assert (code, answer["status"], answer["next"]) == (0, "ready", "tpa up -e prod")
    project.up("prod")
    assert [method for method, _ in prod.writes()] == ["PATCH"]
    assert advance(project, "staging", "prod")[1]["status"] == "unchanged"

    # A written reason lets one definition pass, and stays until staging has it as well.
    widen(project, PORTAL, "cancel:orders")
    project.edit("stacks/prod.yaml", advance_anyway={"order-portal": "INC-7: refunds are stuck"})
    said = project.up("prod")["said"]
    assert "order-portal is ahead of staging: INC-7: refunds are stuck" in said
    kept = recorded(project, "prod")["overrides"]["order-portal"]
    assert (kept["reason"], kept["earlier"]) == ("INC-7: refunds are stuck", "staging")
    for environment in ("dev", "staging"):
        project.up(environment)
    said = project.up("prod")["said"]
    assert "advance_anyway.order-portal: is not needed" in said
    assert "overrides" not in recorded(project, "prod")


def test_narrowing_access_is_never_refused(project: Project) -> None:
    for environment in ("dev", "staging"):
        project.up(environment)
    grants = project.read(PORTAL)["grants"]
    project.edit(PORTAL, grants=grants[:1])
    project.live("staging", {"courier-app": None})
    tenant = project.tenant("staging")
    tenant.forget_log()
    project.up("staging")
    assert {method for method, _ in tenant.writes()} <= {"DELETE", "PATCH"}
    assert any(method == "DELETE" for method, _ in tenant.writes())


def test_a_half_failed_update_is_no_proof(project: Project) -> None:
    project.up("dev")
    project.up("staging")
    widen(project, WIDGET, "write:orders")
    tenant = project.tenant("dev")
    fault = {"do": "status", "status": 403, "method": "PATCH", "path": "/api/v2/client-grants/*"}
    tenant.http.post("/_control/faults", json=fault).raise_for_status()
    assert project.tpa("up", "-e", "dev").returncode == 1
    tenant.http.delete("/_control/faults").raise_for_status()
    refused(project.tpa("up", "-e", "staging"), "not applied in dev yet: store-widget")


def test_an_earlier_stack_that_was_destroyed(project: Project) -> None:
    project.up("dev")
    project.up("staging")
    project.down("dev")
    project.up("staging")
    widen(project, WIDGET, "write:orders")
    refused(project.tpa("up", "-e", "staging"), "dev has never been applied")


def test_a_comment_for_a_pull_request(project: Project) -> None:
    project.up("dev")
    done = project.tpa("advance", "dev", "staging", "--markdown")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("### dev → staging: ready\n\n| risk |")
    assert "| 🟧 high | (tenant) | connection customers is promoted" in done.stdout
    _, answer = advance(project, "dev", "staging", "courier-app")
    assert {change["application"] for change in answer["changes"]} == {"", "courier-app"}


def test_advancing_along_no_chain(project: Project) -> None:
    done = project.tpa("advance", "dev", "prod")
    refused(done, "prod advances from staging, not from dev", "tpa advance staging prod")
    assert done.returncode == 2
    refused(project.tpa("advance", "dev", "dev"), "dev advances from no other environment")
    refused(
        project.tpa("advance", "dev", "staging", "store-wigdet"), "did you mean 'store-widget'?"
    )


def test_a_circle_is_refused(project: Project) -> None:
    project.edit("stacks/dev.yaml", advances_from="prod")
    refused(project.tpa("up", "-e", "staging"), "staging -> dev -> prod -> staging")
    assert not (project.folder / ".embedded/staging/process").exists()
    refused(project.tpa("environments"), "is a circle")


def test_environments_in_walk_order(project: Project) -> None:
    content = project.read("stacks/prod.yaml")
    for region in ("eu", "us"):
        project.edit("stacks/prod.yaml", embedded_port=content["embedded_port"])
        text = (project.folder / "stacks/prod.yaml").read_text("utf-8")
        (project.folder / f"stacks/prod-{region}.yaml").write_text(text, encoding="utf-8")
    answer = json.loads(project.tpa("environments", "--json").stdout)
    assert answer["waves"] == [["dev"], ["staging"], ["prod", "prod-eu", "prod-us"]]
    assert [row["environment"] for row in answer["environments"]][:2] == ["dev", "staging"]


def saved(project: Project, name: str = "dev") -> Path:
    file = project.folder / "approved.plan"
    done = project.tpa("plan", "-e", name, "--save", str(file), "--json")
    assert done.returncode == 0, done.stderr
    return file


def test_what_was_approved_is_applied(project: Project) -> None:
    project.up()
    widen(project, WIDGET, "write:orders")
    file = saved(project)
    tenant = project.tenant()
    text = file.read_text(encoding="utf-8")
    secrets = {c["client_secret"] for c in tenant.get("clients") if "client_secret" in c}
    secrets.add(tenant.variables["AUTH0_CLIENT_SECRET"])
    assert [secret for secret in secrets if secret in text] == []
    tenant.forget_log()
    done = project.tpa("apply", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["steps"]["update"] == 1
    assert [method for method, _ in tenant.writes()] == ["PATCH"]
    refused(project.tpa("apply", str(file)), "the stack was updated")


def test_a_first_update_can_be_planned(project: Project) -> None:
    done = project.tpa("apply", str(saved(project)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_a_tenant_that_changed_since(project: Project) -> None:
    project.up()
    widen(project, WIDGET, "write:orders")
    file = saved(project)
    tenant = project.tenant()
    (grant,) = (g for g in tenant.get("client-grants") if g.get("default_for"))
    tenant.patch(f"client-grants/{grant['id']}", {"scope": ["read:products", "read:prices"]})
    tenant.forget_log()
    done = project.tpa("apply", str(file))
    refused(done, "default permission on https://catalog.example.com (user) changed: scope")
    assert tenant.writes() == []


def test_files_that_changed_since(project: Project) -> None:
    project.up()
    file = saved(project)
    widen(project, WIDGET, "write:orders")
    done = project.tpa("apply", str(file))
    refused(done, f"{WIDGET} changed", "tpa plan -e dev --save")
    project.edit("stacks/prod.yaml", protect=False)
    assert "stacks/prod.yaml" not in project.tpa("apply", str(file)).stderr


@pytest.mark.parametrize("field", ["made_at", "files", "stack"])
def test_a_plan_that_was_edited(project: Project, field: str) -> None:
    file = saved(project)
    content = json.loads(file.read_text(encoding="utf-8"))
    content[field] = {"made_at": "later", "files": {}, "stack": "staging"}[field]
    file.write_text(json.dumps(content), encoding="utf-8")
    done = project.tpa("apply", str(file))
    refused(done, "was edited after it was saved")
    assert done.returncode == 2


def test_no_plan_at_all(project: Project) -> None:
    refused(project.tpa("apply", "nothing.plan"), "nothing.plan can't be read")
    refused(project.tpa("apply", "Pulumi.yaml"), "is no plan of tpa plan --save")
