"""State where teams keep it: two updates at once, a crash in the middle, a chain across two."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.backends import BACKENDS
from tests.e2e.conftest import Live, Project
from tests.e2e.test_advance import WIDGET, widen
from tests.e2e.test_bad_input import refused
from tests.ports import free_port

pytestmark = pytest.mark.e2e
SLOW = {
    "do": "slow",
    "count": 1,
    "method": "PATCH",
    "path": "/api/v2/client-grants/*",
}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty store."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with BACKENDS[request.param]() as address:
        yield address


def start_slow_update(
    project: Project, tenant: Live, seconds: float = 20.0
) -> "subprocess.Popen[str]":
    """An update that waits in the middle of its one write, its stack locked."""
    fault = {**SLOW, "seconds": seconds}
    tenant.http.post("/_control/faults", json=fault).raise_for_status()
    widen(project, WIDGET, "write:orders")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AUTH0_", "PULUMI"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "tpa", "up", "--json"],
        cwd=project.folder,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait(lambda: tenant.http.get("/_control/faults").json()[0]["count"] == 0, process)
    return process


def wait(condition: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the update never came to its write"
        time.sleep(0.1)


def test_two_updates_at_once(project: Project, backend: str) -> None:
    """The second is told who holds the stack; the first one finishes as if nothing had been."""
    project.edit("stacks/dev.yaml", backend=backend)
    project.up()
    first = start_slow_update(project, project.tenant())
    second = project.tpa("up")
    refused(second, "the stack is currently locked by 1 lock(s)", "pid ")
    _, said = first.communicate(timeout=120)
    assert first.returncode == 0, said
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_a_crash_in_the_middle(project: Project, backend: str) -> None:
    """Killed while it writes: a lock in a folder is taken over; elsewhere it names its owner, and
    cancelled it runs to the end.
    """
    project.edit("stacks/dev.yaml", backend=backend)
    project.up()
    tenant = project.tenant()
    process = start_slow_update(project, tenant)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    clients = len(tenant.get("clients"))
    if not backend.startswith("file:"):
        refused(project.tpa("up"), "the stack is currently locked by 1 lock(s)", "pulumi cancel")
        assert project.pulumi("cancel", "--yes").returncode == 0
    told = project.tpa("up").stderr
    assert told.count("the last update was killed") == int(backend.startswith("file:"))
    assert "pending" not in told.lower()
    assert len(tenant.get("clients")) == clients
    assert project.pulumi("preview", "--refresh", "--expect-no-changes").returncode == 0


def test_ctrl_c_lets_the_engine_come_to_an_end(project: Project) -> None:
    """The call that is under way is recorded: no lock stays, and nothing of which nobody knows."""
    project.up()
    process = start_slow_update(project, project.tenant(), seconds=3.0)
    os.killpg(process.pid, signal.SIGINT)
    told = "".join(process.communicate(timeout=60))
    assert process.returncode == 130, told
    assert told.endswith("tpa: interrupted\n")
    assert "Traceback" not in told
    assert "lost sys.stderr" not in told
    export = json.loads(project.pulumi("stack", "export").stdout)
    assert export["deployment"].get("pending_operations", []) == []
    assert "pending" not in project.up()["said"]


def test_a_chain_across_two_backends(project: Project, backend: str) -> None:
    with BACKENDS["file"]() as elsewhere:
        project.edit("stacks/dev.yaml", backend=elsewhere)
        project.edit("stacks/staging.yaml", backend=backend)
        refused(project.tpa("up", "-e", "staging"), "dev has never been applied")
        project.up("dev")
        project.up("staging")
        widen(project, WIDGET, "write:orders")
        refused(project.tpa("up", "-e", "staging"), "not applied in dev yet: store-widget")
        assert project.tpa("advance", "dev", "staging").returncode == 3
        project.up("dev")
        assert project.tpa("advance", "dev", "staging").returncode == 0
        project.up("staging")
        widen(project, WIDGET, "cancel:orders")
    done = project.tpa("up", "-e", "staging")
    refused(done, "the state of dev can't be read", "run access to it")
    assert project.tpa("advance", "dev", "staging").returncode == 2


def test_a_server_that_does_not_answer(project: Project) -> None:
    nowhere = f"postgres://deployer@127.0.0.1:{free_port()}/postgres?sslmode=disable"
    project.edit("stacks/dev.yaml", backend=nowhere)
    refused(project.tpa("up"), "connection refused")
    project.edit("stacks/dev.yaml", backend=None)
    project.edit("stacks/staging.yaml", backend="file:///nowhere")
    refused(project.tpa("up", "-e", "staging"), "/nowhere")
