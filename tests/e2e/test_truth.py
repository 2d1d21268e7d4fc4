"""What no tool stops today, and this project does: the five silent damages."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Live, Project
from tests.e2e.test_scopes import signed_in_with

pytestmark = pytest.mark.e2e
WIDGET = "stacks/applications/store-widget.yaml"
PARTNERS = "https://partners.example.com"


def ids(project: Project) -> dict[str, str]:
    return {key: app["client_id"] for key, app in project.up()["applications"].items()}


def made(tenant: Live, path: str, body: object) -> dict[str, Any]:
    answer = tenant.http.post(f"/api/v2/{path}", json=body).raise_for_status()
    created: dict[str, Any] = answer.json()
    return created


def run(project: Project, command: str) -> None:
    """Runs a command of a message as it stands there."""
    done = subprocess.run(
        shlex.split(command),
        cwd=project.folder,
        env={**os.environ, **project.variables()},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def refused(done: subprocess.CompletedProcess[str], tenant: Live, *words: str) -> str:
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "nothing was changed" in said, said
    assert [word for word in words if word not in said] == [], said
    assert "Traceback" not in said
    assert tenant.writes() == []
    return said


def hand_made(tenant: Live, client_id: str) -> dict[str, Any]:
    """A grant that somebody made in the dashboard, wider than any file says."""
    scope = ["read:partners", "write:partners"]
    body = {"client_id": client_id, "audience": PARTNERS, "scope": scope, "subject_type": "user"}
    return made(tenant, "client-grants", body)


def declare_partners(project: Project) -> None:
    own = {"api": "partners", "subject_type": "user", "scopes": ["read:partners", "read:reports"]}
    project.edit(WIDGET, grants=[*project.read(WIDGET)["grants"], own])


def test_p1_a_grant_of_somebody_elses_is_not_adopted_in_silence(project: Project) -> None:
    widget = ids(project)["store-widget"]
    tenant = project.tenant()
    grant = hand_made(tenant, widget)
    declare_partners(project)
    tenant.forget_log()
    words = (f"{grant['id']} already exists", "gain read:reports and lose write:partners")
    refused(project.pulumi("preview"), tenant, *words)
    said = refused(project.pulumi("up", "--yes", "--skip-preview"), tenant, *words)
    (command,) = re.findall(r"pulumi import .*--yes", said)
    run(project, command)
    assert tenant.writes() == []
    project.up()
    assert tenant.writes() == [("PATCH", f"/api/v2/client-grants/{grant['id']}")]
    scopes = tenant.get(f"client-grants/{grant['id']}")["scope"]
    assert scopes == ["read:partners", "read:reports"]
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_p1_a_default_permission_of_somebody_elses(project: Project) -> None:
    """Before the first run there is nothing to import into; the files take it as it is."""
    tenant = project.tenant()
    audience = "https://catalog.example.com"
    body = {"default_for": "third_party_clients", "audience": audience, "subject_type": "user"}
    grant = made(tenant, "client-grants", {**body, "scope": ["read:products", "read:prices"]})
    tenant.forget_log()
    wanted = "lose read:prices", "declare what it has first (scopes: [read:products, read:prices])"
    refused(project.pulumi("up", "--yes"), tenant, *wanted)
    both = ["read:products", "read:prices"]
    default = {"api": "catalog", "subject_type": "user", "scopes": both}
    project.edit("stacks/apis.yaml", default_permissions=[default])
    assert "imports it" in project.up()["said"]
    (live,) = [g for g in tenant.get("client-grants") if g.get("default_for")]
    assert live["id"] == grant["id"]


def test_p2_a_rename_does_not_delete_live_access(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    grants = tenant.get("client-grants")
    links = tenant.get(f"organizations/{tenant.get('organizations')[0]['id']}/client-grants")
    apis = {
        "sales" if k == "partners" else k: v
        for k, v in project.read("stacks/apis.yaml")["apis"].items()
    }
    project.edit("stacks/apis.yaml", apis=apis)
    for file in (project.folder / "stacks/applications").glob("*.yaml"):
        file.write_text(file.read_text("utf-8").replace("api: partners", "api: sales"), "utf-8")
    tenant.forget_log()
    said = refused(project.pulumi("preview"), tenant, "would delete the live access")
    commands = re.findall(r"pulumi state rename .*--yes", said)
    assert len(commands) == 3  # two grants, and the organization that one of them is good in
    for command in commands:
        run(project, command)
    project.up()
    assert tenant.writes() == []
    assert tenant.get("client-grants") == grants
    kept = tenant.get(f"organizations/{tenant.get('organizations')[0]['id']}/client-grants")
    assert kept == links


def test_p2_another_key_is_not_another_application(project: Project) -> None:
    client_id = ids(project)["courier-app"]
    old = project.folder / "stacks/applications/courier-app.yaml"
    old.rename(old.with_name("swift-courier.yaml"))
    tenant = project.tenant()
    tenant.forget_log()
    said = refused(project.pulumi("preview"), tenant, f"{client_id} would be deleted")
    for command in re.findall(r"pulumi state rename .*?--yes", said):
        run(project, command)
    assert ids(project)["swift-courier"] == client_id
    assert {method for method, _ in tenant.writes()} == {"PATCH"}  # its tag


def test_p3_a_promotion_touches_no_option(project: Project) -> None:
    tenant = project.tenant()
    before = {c["name"]: c for c in tenant.get("connections")}
    project.up()
    after = {c["name"]: c for c in tenant.get("connections")}
    for name in ("customers", "google-oauth2"):
        assert after[name].pop("is_domain_connection") is True
        assert before[name].pop("is_domain_connection") is False
        assert after[name]["options"] == before[name]["options"]
    assert after == before


def test_p4_mode_and_ownership_are_never_an_update(project: Project) -> None:
    """A first-party application under our tag: only a hand can have made it so."""
    tenant = project.tenant()
    tag = {"tpa_application": "courier-app", "tpa_stack": "auth0-third-party-apps/dev"}
    client = made(
        tenant, "clients", {"name": "Swift", "app_type": "native", "client_metadata": tag}
    )
    tenant.forget_log()
    refused(
        project.pulumi("preview"),
        tenant,
        f"{client['client_id']} (Swift) is a first-party application",
        "tpa twin courier-app",
    )


def test_p4_a_mode_that_is_changed_in_the_file(project: Project) -> None:
    client_id = ids(project)["store-widget"]
    project.edit(WIDGET, security_mode="permissive")
    project.edit("stacks/dev.yaml", permissive_eligible=True)
    tenant = project.tenant()
    tenant.forget_log()
    refused(
        project.pulumi("preview"),
        tenant,
        f"permissive here, and {client_id} was created strict",
        "tpa twin store-widget",
    )


def test_p6_a_run_that_fails_opens_no_door(project: Project) -> None:
    """However late it fails: what waits for nothing would be done by then."""
    tenant = project.tenant()
    where = {"method": "POST", "path": "/api/v2/clients"}
    faults = [{"do": "slow", "seconds": 3, **where}, {"do": "status", "status": 400, **where}]
    tenant.http.post("/_control/faults", json=faults).raise_for_status()
    assert project.tpa("up").returncode == 1
    assert [c["name"] for c in tenant.get("connections") if c["is_domain_connection"]] == []
    (organization,) = tenant.get("organizations")
    assert organization["third_party_client_access"] == "block"
    flags = tenant.get("tenants/settings")["flags"]
    assert not flags.get("enable_dynamic_client_registration")
    tenant.http.delete("/_control/faults").raise_for_status()
    project.up()
    promoted = {c["name"] for c in tenant.get("connections") if c["is_domain_connection"]}
    assert promoted == {"customers", "google-oauth2"}


def test_a_preview_with_a_wrong_secret_says_so(project: Project) -> None:
    tenant = project.tenant()
    tenant.forget_log()
    done = project.pulumi("preview", AUTH0_CLIENT_SECRET="guessed-secret")
    said = refused(done, tenant, "does not accept the client", "AUTH0_CLIENT_SECRET")
    assert "guessed-secret" not in said


@pytest.mark.parametrize(
    ("scopes", "lacking"),
    [
        (["read:clients", "create:clients"], ["update:clients", "update:connections"]),
        (["read:clients"], ["read:connections", "read:client_grants"]),
    ],
)
def test_a_preview_with_too_few_scopes_says_so(
    project: Project, scopes: list[str], lacking: list[str]
) -> None:
    """One that only reads has to see all that a look takes; any other, all of an update."""
    tenant = project.tenant()
    own = signed_in_with(tenant, scopes)
    done = project.pulumi("preview", **own)
    refused(done, tenant, "lacks the scopes ", *lacking)


def test_warnings_where_a_person_must_think(project: Project, tmp_path: Path) -> None:
    """A default that changes names everybody whom it reaches, registered applications too."""
    project.up()
    tenant = project.tenant()
    registered = tenant.http.post(
        "/oidc/register",
        json={"client_name": "Somebody", "redirect_uris": ["https://some.example/cb"]},
    ).json()
    both = ["read:products", "read:prices"]
    default = {"api": "catalog", "subject_type": "user", "scopes": both}
    project.edit("stacks/apis.yaml", default_permissions=[default])
    own = {"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}
    project.edit(WIDGET, grants=[*project.read(WIDGET)["grants"], own])
    done = project.pulumi("preview")
    assert done.returncode == 0, done.stdout
    assert "changed (gains read:prices); it affects" in done.stdout
    assert f"Somebody ({registered['client_id']}, not in these files)" in done.stdout
    assert "removes read:prices on 'https://catalog.example.com' (user)" in done.stdout
