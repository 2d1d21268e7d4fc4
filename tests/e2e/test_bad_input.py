"""Mistakes that reach the engine: one clean message, and no write."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import Live, Project
from tests.ports import free_port

pytestmark = pytest.mark.e2e


def refused(done: subprocess.CompletedProcess[str], *texts: str) -> None:
    """The run failed, said all of this, and no traceback of ours."""
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    assert "Traceback" not in said
    for text in texts:
        assert text in said


def test_problems_in_files_start_nothing(project: Project) -> None:
    project.edit("stacks/applications/store-widget.yaml", app_typ="spa", grant_types=["implicit"])
    done = project.tpa("up")
    refused(done, "store-widget.yaml", "did you mean 'app_type'?", "'implicit' is not available")
    assert done.returncode == 1
    assert not (project.folder / ".embedded/dev/process").exists()


def test_problems_in_files_stop_plain_pulumi(project: Project) -> None:
    tenant = project.tenant()
    project.edit("stacks/dev.yaml", conections={})
    variables = tenant.variables
    tenant.forget_log()
    done = subprocess.run(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env={"PATH": variables["PATH"], "HOME": str(project.folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    refused(done, "stacks/dev.yaml:", "conections: unknown field", "did you mean 'connections'?")
    assert tenant.writes() == []


def test_prerequisites_that_the_tenant_lacks(project: Project) -> None:
    tenant = project.tenant()
    names = {"customers": "custmers", "google": "google-oauth2"}
    audiences = {"orders": "https://order.example.com"}
    project.edit("stacks/dev.yaml", connections=names, audiences=audiences)
    tenant.forget_log()
    done = project.tpa("up")
    refused(done, "has no connection 'custmers'", "did you mean 'customers'?")
    refused(done, "has no API 'https://order.example.com'", "'https://orders.example.com'")
    assert tenant.writes() == []


def test_a_scope_that_the_api_does_not_define(project: Project) -> None:
    tenant = project.tenant()
    apis = project.read("stacks/apis.yaml")["apis"]
    apis["orders"]["scopes"].append("delete:orders")
    project.edit("stacks/apis.yaml", apis=apis)
    grants = [{"api": "orders", "subject_type": "user", "scopes": ["delete:orders"]}]
    project.edit("stacks/applications/store-widget.yaml", grants=grants)
    tenant.forget_log()
    refused(project.tpa("up"), "store-widget.yaml: grants[0]", "has no scope 'delete:orders'")
    assert tenant.writes() == []


def _narrow(tenant: Live, *without: str) -> None:
    """Takes scopes from the client that we sign in as."""
    own = tenant.variables["AUTH0_CLIENT_ID"]
    (grant,) = (g for g in tenant.get("client-grants") if g.get("client_id") == own)
    kept = [scope for scope in grant["scope"] if scope not in without]
    tenant.patch(f"client-grants/{grant['id']}", {"scope": kept})


def test_a_management_token_without_a_scope(project: Project) -> None:
    tenant = project.tenant()
    _narrow(tenant, "update:connections", "read:clients")
    tenant.forget_log()
    done = project.pulumi("up", "--yes", "--skip-preview")
    refused(done, "lacks the scopes read:clients, update:connections")
    assert tenant.writes() == []


def test_wrong_credentials(project: Project) -> None:
    tenant = project.tenant()
    tenant.forget_log()
    done = project.pulumi("preview", AUTH0_CLIENT_SECRET="not-the-secret")
    refused(done, "does not accept the client", "AUTH0_CLIENT_SECRET")
    assert "not-the-secret" not in done.stdout + done.stderr
    assert tenant.writes() == []


def test_no_credentials(project: Project) -> None:
    done = project.pulumi("preview", AUTH0_CLIENT_SECRET="")
    refused(done, "no credentials for localhost", "set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET")


def test_an_unreachable_tenant(project: Project) -> None:
    done = project.pulumi("preview", AUTH0_DOMAIN=f"localhost:{free_port()}")
    refused(done, "can't be reached", "stacks/dev.yaml: tenant")


def test_another_tenant_than_the_recorded_one(project: Project) -> None:
    """The first run fails late, so it has no outputs; a tenant is chosen all the same."""
    tenant = project.tenant()
    fault = {"do": "status", "status": 400, "method": "PATCH", "path": "/api/v2/connections/*"}
    tenant.http.post("/_control/faults", json={**fault, "count": 9}).raise_for_status()
    assert project.tpa("up").returncode == 1
    assert json.loads(project.pulumi("stack", "output", "--json").stdout) == {}
    tenant.http.delete("/_control/faults").raise_for_status()
    done = project.pulumi("up", "--yes", AUTH0_DOMAIN="localhost:1")
    refused(done, "the stack was applied to localhost:", "would now go to localhost:1")
    project.up()


def test_the_shell_of_another_environment(project: Project) -> None:
    variables = project.variables("staging")
    done = project.pulumi("preview", **{**variables, "PULUMI_STACK": "dev"})
    refused(done, "this shell is set up for staging, and the stack is dev")


def test_a_port_that_is_taken(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", project.read("stacks/dev.yaml")["embedded_port"]))
        taken.listen()
        done = project.tpa("up")
    refused(done, "is in use by another program", "embedded_port in stacks/dev.yaml")
    assert done.returncode == 2


@pytest.mark.parametrize("lost", [".embedded/dev/tenant", ".embedded/dev"])
def test_a_stale_state_folder(project: Project, lost: str) -> None:
    """The tenant is made anew, the state still knows the old one: its record is started anew."""
    project.up()
    process = Path(project.folder / ".embedded/dev/process").read_text(encoding="utf-8")
    subprocess.run(["kill", "-9", process], check=True)
    shutil.rmtree(project.folder / lost)
    summary = project.up()
    assert "starting with an empty state" in summary["said"]
    live = {client["client_id"] for client in project.tenant().get("clients")}
    assert {app["client_id"] for app in summary["applications"].values()} <= live


def test_an_unknown_environment(project: Project) -> None:
    refused(project.tpa("up", "-e", "stagging"), "did you mean 'staging'?")


def test_outside_a_project(project: Project, tmp_path: Path) -> None:
    project.folder = tmp_path
    shutil.rmtree(tmp_path / "project folder")
    done = project.tpa("up", PYTHONPATH=str(Path(__file__).parents[2]))
    refused(done, "no project folder")
    assert done.returncode == 2


def test_a_broken_file_keeps_nobody_from_taking_things_down(project: Project) -> None:
    before = project.tenant().everything()
    project.up()
    project.edit("stacks/applications/store-widget.yaml", app_typ="spa")
    assert "destroyed" in project.down()
    project.edit("stacks/applications/store-widget.yaml", app_typ=None)
    assert project.tenant().everything() == before
