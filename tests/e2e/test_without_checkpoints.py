"""Runs without the engine's checkpoints are killed, and the next one ends as if nothing was.

`FAULTS=all` takes the whole example and kills each part at each of its writes, every time from the
beginning, and 50 runs of a large stack at random moments (`MOMENTS`); it says what it tried.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from tests.e2e.conftest import Project
from tests.e2e.test_fault_matrix import Stack
from tests.e2e.test_faults import ALL, one_of_each

pytestmark = pytest.mark.e2e
HELD = 1.5
"""Seconds for which the tenant holds the write at which a part is killed."""
EVERYTHING, ENGINE, TENANT = "everything", "pulumi up", "tenant"
PARTS: dict[str, Callable[[str], bool]] = {
    ENGINE: lambda line: "/pulumi " in line and (" up " in line or " destroy " in line),
    "program": lambda line: "pulumi-language-python-exec" in line,
    "our provider": lambda line: "pulumi-resource-auth0-third-party" in line,
    "the plugin": lambda line: "auth0_plugin" in line,
}
VICTIMS = (TENANT, EVERYTHING, *PARTS)
MOMENTS = int(os.environ.get("MOMENTS", "50"))
SIZE = 50


class Absent(Exception):
    """The part does not run at that write: the engine starts its plugins when it needs them."""


class Killed(Stack):
    """A stack whose runs are killed at their writes."""

    @property
    def journal(self) -> Path:
        return self.project.folder / ".embedded/dev/journal.jsonl"

    def all(self) -> dict[str, Any]:
        """An import leaves in the state all that the plugin reads, until the next update."""
        found = super().all()
        return {each: None if "$auth0:" in each else value for each, value in found.items()}

    def as_new(self) -> None:
        super().as_new()
        self.journal.unlink(missing_ok=True)

    def kill(self, command: str, victim: str, number: int) -> str:
        """Kills a part when the run's write of this number, from 0, is at the tenant; the write;
        "" where the run came to its end before it.

        Raises:
            Absent: after the run's end.
        """
        self.tenant.forget_log()
        fault = {"do": "slow", "seconds": HELD, "method": "[PD]*", "path": "/api/v2/*", "count": 1}
        self.tenant.http.post("/_control/faults", json=[{**fault, "skip": number}])
        run = self.start(command)
        while run.poll() is None and self.tenant.http.get("/_control/faults").json()[0]["count"]:
            time.sleep(0.05)
        struck = run.poll() is None
        try:
            if struck:
                self.strike_down(run, victim)
        finally:
            said, _ = run.communicate(timeout=240)
        if victim == TENANT and struck:
            self.tenant = self.project.tenant()
            return "a write"
        if not struck:
            assert run.returncode == 0, said
        else:
            time.sleep(HELD)  # the tenant finishes what it has been sent
        self.tenant.http.delete("/_control/faults").raise_for_status()
        return self.struck()

    def start(self, command: str) -> "subprocess.Popen[str]":
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AUTH0_", "PULUMI"))}
        return subprocess.Popen(
            [sys.executable, "-m", "tpa", command],
            cwd=self.project.folder,
            env=kept,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def strike_down(self, run: "subprocess.Popen[str]", victim: str) -> None:
        if victim == EVERYTHING:
            os.killpg(run.pid, signal.SIGKILL)
        elif victim == TENANT:
            file = self.project.folder / ".embedded/dev/process"
            os.kill(int(file.read_text("utf-8").split()[0]), signal.SIGKILL)
        else:
            fits, found = PARTS[victim], psutil.Process(run.pid).children(recursive=True)
            struck = [each for each in found if fits(" ".join(each.cmdline()))]
            if not struck:
                raise Absent
            for each in struck:
                each.kill()

    def apply(self, what: str) -> None:
        done = self.project.tpa("up")
        assert done.returncode == 0, f"{what}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"
        assert not self.journal.exists(), what

    def destroy(self) -> None:
        self.project.down()
        self.tenant = self.project.tenant()
        assert not self.journal.exists()


def test_kills_one_after_the_other(project: Project) -> None:
    """Every part in turn, each time a little later; then in a destroy."""
    one_of_each(project)
    stack = Killed(project)
    closed = stack.seen()
    stack.apply("undisturbed")
    undisturbed = stack.all()
    assert undisturbed["connections"] != closed["connections"]
    stack.as_new()
    killed = [f"{victim} at {stack.kill('up', victim, 1)}" for victim in VICTIMS]
    assert all(each for each in killed)
    stack.apply(str(killed))
    assert stack.different(undisturbed) == {}, killed
    assert stack.kill("down", EVERYTHING, 4)
    stack.apply("after a killed down")
    assert stack.different(undisturbed) == {}
    stack.as_new()
    assert stack.kill("up", EVERYTHING, 12)
    assert stack.kill("down", EVERYTHING, 4)
    stack.destroy()
    assert stack.seen() == closed


@pytest.mark.skipif(not ALL, reason="takes hours; FAULTS=all")
@pytest.mark.parametrize("victim", VICTIMS)
def test_each_write(project: Project, victim: str) -> None:
    stack = Killed(project)
    stack.apply("undisturbed")
    undisturbed, wrong, number, killed = stack.all(), {}, -1, 0
    while True:
        number += 1
        stack.as_new()
        try:
            struck = stack.kill("up", victim, number)
        except Absent:
            continue
        if not struck:
            break
        killed += 1
        stack.apply(f"{victim}, {number}: {struck}")
        found = stack.different(undisturbed)
        print(f"{victim}, {number}: {struck}: {found or 'as undisturbed'}", flush=True)  # noqa: T201
        if found:
            wrong[struck] = found
    assert killed > 0
    assert wrong == {}


@pytest.mark.skipif(not ALL, reason="takes hours; FAULTS=all")
def test_random_moments(project: Project) -> None:
    enlarge(project)
    stack = Killed(project)
    stack.apply("undisturbed")
    stack.as_new()
    began = time.monotonic()
    stack.apply("undisturbed")
    whole, undisturbed, wrong = time.monotonic() - began, stack.all(), {}
    chance = random.Random(0)  # noqa: S311
    for _ in range(MOMENTS):
        stack.as_new()
        moment, victim = chance.uniform(0, whole), chance.choice((EVERYTHING, ENGINE))
        run = stack.start("up")
        time.sleep(moment)
        with suppress(ProcessLookupError, Absent):
            stack.strike_down(run, victim)
        run.communicate(timeout=240)
        stack.apply(f"{victim} after {moment:.2f} s")
        found = stack.different(undisturbed)
        print(f"{victim}, {moment:.2f} of {whole:.1f} s: {found or 'as undisturbed'}", flush=True)  # noqa: T201
        if found:
            wrong[moment] = found
    assert wrong == {}


def enlarge(project: Project) -> None:
    """Many applications with two grants each."""
    partner = project.read("stacks/applications/store-widget.yaml")
    shutil.rmtree(project.folder / "stacks/applications")
    (project.folder / "stacks/applications").mkdir()
    names = [f"partner-{number}" for number in range(SIZE)]
    users = {"subject_type": "user"}
    for name in names:
        file = project.folder / f"stacks/applications/{name}.yaml"
        file.write_text(yaml.safe_dump({**partner, "name": name}), encoding="utf-8")
        project.edit(
            f"stacks/applications/{name}.yaml",
            grants=[
                {"api": "orders", **users, "scopes": ["read:orders"]},
                {"api": "catalog", **users, "scopes": ["read:products"]},
            ],
        )
