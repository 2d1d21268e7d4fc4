"""Each write of a first run fails once, in turn, and the run is made again: the tenant ends as if
nothing was.

A create that was refused leaves nothing, and a change whose answer was lost is one of
`test_fault_matrix`; so each write has one fault here. `FAULTS=all` tries both, takes the whole
example instead of a project with one of each kind, and says what it tried.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e
MOST_RUNS = 3
ALL = os.environ.get("FAULTS") == "all"
WRITES: dict[str, Any] = {"method": "[PD]*", "path": "/api/v2/*", "count": 1}
CHANGES, CREATES = ({}, {}) if ALL else ({"method": "P[AU]*"}, {"method": "POST"})
KINDS: dict[str, dict[str, Any]] = {
    "refused": {"do": "status", "status": 400, **CHANGES},
    "done, and the answer lost": {"do": "cut-after", **CREATES},
}
PLACES = ("clients", "client-grants", "connections", "rate-limit-policies")
FLEETING = (
    "client_secret",
    "signing_keys",
    "created_at",
    "updated_at",
    "external_metadata_created_by",
)


@dataclass
class Bench:
    """A project whose tenant and state can be put back to new."""

    project: Project
    tenant: Live = field(init=False)
    variables: Mapping[str, str] = field(init=False)
    new_state: Path = field(init=False)

    def __post_init__(self) -> None:
        self.variables = {**os.environ, **self.project.variables()}
        self.tenant = self.project.tenant()
        self.new_state = self.project.folder / "new state"
        shutil.copytree(self.project.folder / ".embedded/state", self.new_state)

    def as_new(self) -> None:
        shutil.rmtree(self.project.folder / ".embedded/state")
        shutil.copytree(self.new_state, self.project.folder / ".embedded/state")
        for call in ("reset", "faults"):
            self.tenant.http.post(f"/_control/{call}", json=[]).raise_for_status()
        self.tenant.forget_log()

    def fail(self, number: int, kind: str) -> None:
        """Lets the write of this number, counted from 0, go wrong."""
        fault = [{**WRITES, **KINDS[kind], "skip": number}]
        self.tenant.http.post("/_control/faults", json=fault).raise_for_status()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.project.folder,
            env=dict(self.variables),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def up(self) -> subprocess.CompletedProcess[str]:
        return self.run("up", "--yes", "--skip-preview")

    def struck(self) -> str:
        """The request that the fault hit; "" when there are no more writes."""
        entries = self.tenant.http.get("/_control/log").json()
        hit = [entry for entry in entries if entry.get("fault")]
        return f"{hit[0]['method']} {hit[0]['path'].removeprefix('/api/v2')}" if hit else ""

    def seen(self) -> dict[str, Any]:
        """Everything that can be listed, each id replaced by what it stands for."""
        found = {path: self.listed(path) for path in PLACES[:3]}
        found["rate-limit-policies"] = self.tenant.get(PLACES[3], take="100")["rate_limit_policies"]
        found["settings"] = [self.tenant.get("tenants/settings"), self.tenant.get("prompts")]
        found["organizations"] = self.tenant.get("organizations")
        for organization in list(found["organizations"]):
            below = f"organizations/{organization['id']}"
            for path in ("enabled_connections", "client-grants"):
                found[f"{below}/{path}"] = self.tenant.get(f"{below}/{path}")
        names = self.names()
        return {path: sorted(map(repr, plain(items, names))) for path, items in found.items()}

    def listed(self, path: str) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.tenant.get(path, per_page="100", page=str(len(found) // 100))
            found += page
            if len(page) < 100:
                return found

    def names(self) -> dict[str, str]:
        """The id of each object that a run creates -> what it stands for."""
        clients, grants = self.listed("clients"), self.listed("client-grants")
        names = {client["client_id"]: client["name"] for client in clients}
        for client in list(names):
            keys = self.tenant.get(f"clients/{client}/credentials")
            names |= {key["id"]: f"key {key['name']}" for key in keys}
        names |= {
            grant["id"]: f"{names.get(grant.get('client_id'), 'default')} on {grant['audience']}"
            f" ({grant['subject_type']})"
            for grant in grants
        }
        policies = self.tenant.get("rate-limit-policies", take="100")["rate_limit_policies"]
        return names | {policy["id"]: "policy" for policy in policies}


def plain(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in FLEETING}
        return {key: plain(kept[key], names) for key in sorted(kept)}
    if isinstance(value, list):
        return [plain(item, names) for item in value]
    if isinstance(value, str):
        for identity, name in names.items():
            value = value.replace(identity, name)
    return value


@pytest.fixture
def bench(project: Project) -> Bench:
    if not ALL:
        one_of_each(project)
    return Bench(project)


def one_of_each(project: Project) -> None:
    """One application, an agent and all else once: every kind of write, and few of them."""
    (project.folder / "stacks/applications/order-portal.yaml").unlink()
    machine = project.read("stacks/applications/report-collector.yaml")
    project.edit(
        "stacks/applications/report-collector.yaml",
        app_type="regular_web",
        grants=[*machine["grants"], {"api": "orders", "subject_type": "user", "scopes": []}],
        connections=["customers"],
        callbacks=["https://collector.example.com/callback"],
    )
    for key in ("store-widget", "courier-app"):
        (project.folder / f"stacks/applications/{key}.yaml").unlink()


def _doors(seen: Mapping[str, Any]) -> list[str]:
    return [item for item in seen["connections"] if "'is_domain_connection': True" in item]


@pytest.mark.parametrize("kind", KINDS)
def test_each_write_fails_once(bench: Bench, kind: str) -> None:
    bench.as_new()
    closed = bench.seen()
    done = bench.up()
    assert done.returncode == 0, done.stdout
    undisturbed = bench.seen()
    method = {**WRITES, **KINDS[kind]}["method"]
    writes = sum(fnmatch(made, method) for made, _ in bench.tenant.writes())
    assert _doors(undisturbed)
    assert not _doors(closed)
    runs, different = [], {}
    for number in range(writes):
        bench.as_new()
        bench.fail(number, kind)
        first = bench.up()
        struck = bench.struck()
        assert struck, f"write {number} of {writes} was not made"
        between = bench.seen()
        if _doors(between):
            assert between["clients"] == undisturbed["clients"], f"{struck}: a door opened first"
            assert between["client-grants"] == undisturbed["client-grants"], struck
        needed, last = 1, first
        while last.returncode and needed < MOST_RUNS:
            needed, last = needed + 1, bench.up()
        assert last.returncode == 0, f"{struck}\n{first.stdout[-3000:]}\n{last.stdout[-5000:]}"
        after = bench.seen()
        if after != undisturbed:
            different[struck] = [path for path in after if after[path] != undisturbed[path]]
        runs.append(needed)
    print(f"{kind}: {writes} writes, runs to converge {sorted(runs)}, different {different}")  # noqa: T201
    assert different == {}
    assert max(runs) <= 2
