"""Updates and deletes of every kind go wrong, all of them at once, and the run is made again.

The stack walks in a circle: its objects are changed, deleted and created again, and each time one
fault strikes every write of the update and of the delete. The next run ends as an undisturbed one,
and another one would change nothing.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Project
from tests.e2e.test_faults import Bench, plain
from tests.public_keys import rsa_key

pytestmark = pytest.mark.e2e
WRITES = {"method": "[PD]*", "path": "/api/v2/*"}
KILLED = "tenant killed"
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {**WRITES, "do": "status", "status": 400},
    "cut before": {**WRITES, "do": "cut-before"},
    "cut after": {**WRITES, "do": "cut-after"},
    KILLED: {**WRITES, "do": "slow", "seconds": 2},
}
NOTHING_DONE = ("refused", "cut before")
PORTAL, COLLECTOR = (
    "stacks/applications/order-portal.yaml",
    "stacks/applications/report-collector.yaml",
)
AGENT, DEV, TENANT, APIS = (
    f"stacks/{name}.yaml" for name in ("agents/shopping-agent", "dev", "tenant", "apis")
)


class Walk:
    """A project in one of two states, or with nothing declared."""

    def __init__(self, project: Project) -> None:
        self.project, self.keys = project, (rsa_key(number=0), rsa_key(number=1))
        for key in ("store-widget", "courier-app"):
            (project.folder / f"stacks/applications/{key}.yaml").unlink()
        project.edit(PORTAL, grants=None, refresh_token=None)

    def go(self, number: int) -> None:
        """Every kind of object has something else in state 0 and in state 1."""
        edit, one = self.project.edit, number == 1
        edit(
            PORTAL,
            callbacks=["https://orders.example.com/callback"],
            keys=[{"name": f"key-{number}", "pem": self.keys[number]}],
            connections=["customers", *(["google"] if one else [])],
        )
        machine = {"api": "partners", "subject_type": "client", "organizations": ["northwind"]}
        edit(
            COLLECTOR,
            app_type="regular_web",
            owner={"organization": f"Owner {number}", "contact": "data@northwind.example"},
            client_metadata={"wave": "first"} if one else {"tier": "gold"},
            callbacks=[f"https://collector.example.com/{number}"],
            connections=["customers"],
            token_endpoint_auth_method="client_secret_basic" if one else "client_secret_post",
            rate_limit={"action": "log", "limit": 100 + number},
            grants=[
                {**machine, "scopes": ["read:partners", *([] if one else ["read:reports"])]},
                {"api": "orders", "subject_type": "user", **scopes(every=one)},
            ],
        )
        user = {"api": "orders", "subject_type": "user"}
        edit(
            AGENT, grants=[{**user, "scopes": ["read:orders", *(["write:orders"] if one else [])]}]
        )
        default = {"api": "catalog", "subject_type": "user"}
        edit(
            APIS,
            default_permissions=[
                {**default, "scopes": ["read:prices" if one else "read:products"]}
            ],
        )
        edit(
            TENANT,
            error_page={"url": f"https://www.example.com/{number}"},
            rate_limit={"action": "block", "limit": 1000 + number},
            scope_descriptions_at_consent=True if one else None,
            dynamic_client_registration=None if one else {"security_mode": "strict"},
        )
        organization = {"name": "northwind", "connections": [] if one else ["customers"]}
        edit(
            DEV,
            organizations={"northwind": organization},
        )
        partners = ("order-portal", "report-collector", "shopping-agent")
        self.project.live("dev", {key: {} for key in partners})

    def nothing(self) -> None:
        nothing = dict.fromkeys(
            (
                "error_page",
                "rate_limit",
                "scope_descriptions_at_consent",
                "dynamic_client_registration",
            )
        )
        self.project.edit(TENANT, **nothing)
        self.project.edit(APIS, default_permissions=[])
        self.project.edit(DEV, organizations={})
        self.project.nothing_live("dev")


def scopes(*, every: bool) -> dict[str, Any]:
    if every:
        return {"allow_all_scopes": True, "allow_all_scopes_reason": "a test of all of them"}
    return {"scopes": ["read:orders"]}


class Stack(Bench):
    """Its tenant and its state, in comparable form."""

    def all(self) -> dict[str, Any]:
        names = self.names()
        state = json.loads(self.run("stack", "export").stdout)["deployment"]
        assert not state.get("pending_operations")
        failed = [r["urn"] for r in state["resources"] if r.get("initErrors") or r.get("delete")]
        assert failed == []
        inputs = {r["urn"]: plain(r.get("inputs", {}), names) for r in state["resources"]}
        return {**self.seen(), **inputs}

    def different(self, expected: dict[str, Any]) -> dict[str, Any]:
        """What is not as expected in the tenant and the state: as it is, and as it should be."""
        found, nothing = self.all(), "nothing"
        return {
            each: (found.get(each, nothing), expected.get(each, nothing))
            for each in found.keys() | expected.keys()
            if found.get(each, nothing) != expected.get(each, nothing)
        }

    def strike(self, fault: str) -> None:
        """An update while this fault strikes every write."""
        self.tenant.forget_log()
        self.tenant.http.post("/_control/faults", json=[FAULTS[fault]]).raise_for_status()
        # The engine goes on where nothing gets through, so that what depends on others fails too.
        more = ["--continue-on-error"] if fault in NOTHING_DONE else []
        engine = subprocess.Popen(
            ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", *more],
            cwd=self.project.folder,
            env=dict(self.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if fault == KILLED:
            self.kill_tenant(engine)
        said, _ = engine.communicate(timeout=240)
        assert engine.returncode != 0, said
        if fault != KILLED:
            assert self.struck(), said
            self.tenant.http.delete("/_control/faults").raise_for_status()

    def kill_tenant(self, engine: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + 120
        while not self.tenant.writes():
            assert engine.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        file = Path(self.project.folder / ".embedded/dev/process")
        os.kill(int(file.read_text("utf-8").split()[0]), signal.SIGKILL)
        engine.wait(240)
        self.tenant = self.project.tenant()

    def converge(self, expected: dict[str, Any], what: str) -> None:
        """One more run, as `make up` makes it; then there is nothing to do."""
        again = self.project.tpa("up")
        assert again.returncode == 0, f"{what}\n{again.stdout[-6000:]}{again.stderr[-3000:]}"
        assert self.different(expected) == {}, what
        nothing = self.run("preview", "--expect-no-changes")
        assert nothing.returncode == 0, f"{what}\n{nothing.stdout[-4000:]}"


def test_updates_and_deletes(project: Project) -> None:
    walk = Walk(project)
    walk.go(0)
    stack = Stack(project)
    undisturbed = []
    steps: list[Callable[[], None]] = [partial(walk.go, 0), partial(walk.go, 1), walk.nothing]
    for step in (*steps, steps[0]):
        step()
        done = stack.up()
        assert done.returncode == 0, done.stdout[-6000:]
        undisturbed.append(stack.all())
    assert undisturbed[0] == undisturbed[3]
    for fault in FAULTS:
        walk.go(1)
        stack.strike(fault)
        stack.converge(undisturbed[1], f"update, {fault}")
        walk.nothing()
        stack.strike(fault)
        stack.converge(undisturbed[2], f"delete, {fault}")
        walk.go(0)
        assert stack.up().returncode == 0
