"""Runs that are cut off, and tenants that move while one is under way."""

import os
import signal
import subprocess
import time
from typing import Any

import pytest

from tests.e2e.conftest import Live, Project
from tests.e2e.test_truth import declare_partners, hand_made, ids, made, refused

pytestmark = pytest.mark.e2e


def cut_off(project: Project, tenant: Live, wanted: int) -> None:
    """Kills the engine while it makes applications, once `wanted` of them are in the tenant."""
    variables = project.variables()
    slow = {"do": "slow", "seconds": 0.4, "method": "GET", "path": "/api/v2/clients/tpc_*"}
    tenant.http.post("/_control/faults", json=[slow]).raise_for_status()
    engine = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(partners(tenant)) < wanted:
        time.sleep(0.02)
    os.kill(engine.pid, signal.SIGKILL)
    engine.wait()
    tenant.http.delete("/_control/faults").raise_for_status()
    time.sleep(1)  # what was under way at the plugin ends with it
    assert project.pulumi("cancel", "--yes").returncode == 0


def partners(tenant: Live) -> list[dict[str, Any]]:
    return [c for c in tenant.get("clients") if c.get("is_first_party") is False]


def test_a_killed_engine_leaves_no_second_application(project: Project) -> None:
    tenant = project.tenant()
    cut_off(project, tenant, 3)
    orphans = {client["client_id"] for client in partners(tenant)}
    assert orphans
    said = project.up()["said"]
    after = partners(tenant)
    assert "was created by a run that was interrupted; this run imports it" in said
    tags = [(client.get("client_metadata") or {}).get("tpa_application") for client in after]
    assert len(after) == 5  # four applications and an agent, as without the kill
    assert len(set(tags)) == 5
    assert orphans <= {client["client_id"] for client in after}
    preview = project.pulumi("preview", "--expect-no-changes")
    assert preview.returncode == 0
    assert "pending operations" not in said + preview.stdout + preview.stderr


def test_orphans_of_several_runs_are_named_and_nothing_is_made(project: Project) -> None:
    tenant = project.tenant()
    tag = {"tpa_application": "courier-app", "tpa_stack": "auth0-third-party-apps/dev"}
    body = {
        "name": "Swift Courier",
        "app_type": "native",
        "is_first_party": False,
        "third_party_security_mode": "strict",
        "client_metadata": tag,
    }
    both = [made(tenant, "clients", body)["client_id"] for _ in range(2)]
    tenant.forget_log()
    refused(project.pulumi("up", "--yes"), tenant, "2 times, and the state does not have it", *both)


def test_a_grant_that_appears_between_the_look_and_the_write(project: Project) -> None:
    """The hook asks once more, just before the create."""
    widget = ids(project)["store-widget"]
    tenant = project.tenant()
    declare_partners(project)
    variables = project.variables()
    # The first paged look at grants is slow, and answered before somebody makes a grant.
    tenant.forget_log()
    slow = {"do": "slow", "seconds": 3, "method": "GET", "path": "/api/v2/tenants/settings"}
    tenant.http.post("/_control/faults", json=[{**slow, "count": 1}]).raise_for_status()
    engine = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 60
    while ("GET", "/api/v2/tenants/settings") not in tenant.log():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    grant = hand_made(tenant, widget)
    tenant.forget_log()
    said, _ = engine.communicate(timeout=120)
    assert engine.returncode != 0
    assert f"{grant['id']} already exists" in said
    assert tenant.writes() == []
    assert tenant.get(f"client-grants/{grant['id']}")["scope"] == grant["scope"]
