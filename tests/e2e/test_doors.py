"""What the whole tenant shares, when a run is cut off between a write and its record."""

import os
import signal
import subprocess
import time
from typing import Any

import pytest

from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e


def killed_after_write(project: Project, tenant: Live, path: str) -> None:
    """Kills engine and plugins when the tenant has done a write below `path` that the engine has
    not recorded: reading the object again takes 3 seconds.
    """
    variables = project.variables()
    slow = {"do": "slow", "seconds": 3, "method": "GET", "path": f"/api/v2/{path}"}
    tenant.http.post("/_control/faults", json=[slow]).raise_for_status()
    tenant.forget_log()
    engine = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    prefix = f"/api/v2/{path.rstrip('*')}"
    deadline = time.monotonic() + 120
    while not [1 for m, p in tenant.log() if m == "PATCH" and p.startswith(prefix)]:
        assert time.monotonic() < deadline
        assert engine.poll() is None
        time.sleep(0.05)
    os.killpg(engine.pid, signal.SIGKILL)
    engine.wait()
    tenant.http.delete("/_control/faults").raise_for_status()
    assert project.pulumi("cancel", "--yes").returncode == 0


def shared(tenant: Live) -> dict[str, Any]:
    (organization,) = tenant.get("organizations")
    enabled = tenant.get(f"organizations/{organization['id']}/enabled_connections")
    return {
        **tenant.everything(),
        "access": organization["third_party_client_access"],
        "enabled": enabled,
    }


def test_a_kill_between_a_write_and_its_record(project: Project) -> None:
    """The tenant is as it was before the stack, by `up` and `down`, and by `down` at once."""
    tenant = project.tenant()
    before = shared(tenant)
    killed_after_write(project, tenant, "connections/con_*")
    assert shared(tenant)["connections"] != before["connections"]
    project.up()
    assert project.pulumi("destroy", "--yes", "--skip-preview").returncode == 0
    assert shared(tenant) == before
    killed_after_write(project, tenant, "organizations/org_*")
    assert shared(tenant)["access"] != before["access"]
    assert project.pulumi("destroy", "--yes", "--skip-preview").returncode == 0
    after = shared(tenant)
    assert {**after, "clients": []} == {**before, "clients": []}  # one may be unrecorded
