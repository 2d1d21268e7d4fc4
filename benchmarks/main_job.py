"""What the whole job costs, beside a hand-written program of raw `pulumi_auth0` resources.

W(N): N regular web applications with two grants for users each, three APIs with default
permissions, four promoted connections. Both sides run on the real engine with the plugin that was
chosen, each on an embedded tenant of its own and a folder as backend; ours by `tpa`, the other by
plain `pulumi`. The raw program makes its connections, as it could only take over existing ones
with their secrets; ours promotes existing ones. Otherwise both make the same objects.

Seconds of processor time come from the system's accounts of ended processes, their division by
kind and the peak of memory from samples; the tenants' own time is left out.

    python benchmarks/main_job.py [N ...]    (100 where none is given)
"""

import itertools
import json
import os
import re
import resource
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from tests.ports import free_port
from tpa.engine.checkpoints import OFF

ROOT = Path(__file__).parents[1]
PARTS = ("components", "stacks", "tpa", "Pulumi.yaml", "__main__.py", "requirements.txt")
APIS = {f"api-{number}": f"https://api-{number}.example.com" for number in range(3)}
SCOPES = ["read:items", "write:items"]
CONNECTIONS = [f"connection-{number}" for number in range(4)]
SAMPLE_SECONDS = 0.1
KINDS = {
    "pulumi_toolchain.language_host": "host",
    "pulumi-language-python-exec": "program",
    "pulumi-resource-auth0-third-party": "provider",
    "pulumi-resource-auth0": "plugin",
    "pulumi_toolchain.auth0_plugin": "plugin",
    "language": "host",
    "-m tpa": "tpa",
    "pulumi ": "engine",
}
"""What is in a command line -> kind of process; the first that fits counts."""
ROW = "{:<15} {:>5} {:>8} {:>8} {:>6} {:>7} {:>7}  {}"


@dataclass(frozen=True)
class Cost:
    wall: float
    processor: float
    peak: float
    """Bytes resident, of all processes at one moment."""
    kinds: Mapping[str, float]
    calls: Counter[str]

    @property
    def writes(self) -> int:
        return sum(count for call, count in self.calls.items() if not call.startswith("GET"))

    def over(self, other: "Cost") -> str:
        calls = f"{self.calls.total()} / {other.calls.total()}"
        ratios = {
            "wall": self.wall / other.wall,
            "processor": self.processor / other.processor,
            "memory": self.peak / other.peak,
        }
        return (
            ", ".join(f"{what} {ratio:.2f}" for what, ratio in ratios.items()) + f", calls {calls}"
        )


@dataclass(frozen=True)
class Side:
    """One way to do the jobs, in a project's folder with a tenant of its own."""

    name: str
    project: Path
    folder: Path
    """Where the commands run."""
    variables: Mapping[str, str]
    jobs: Mapping[str, Sequence[str]]
    change_a_scope: Callable[[], None]


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [100]
    found = {size: _compare(size) for size in sizes}
    for small, large in itertools.pairwise(sizes):
        for (job, side), cost in found[large].items():
            grown = cost.processor / found[small][job, side].processor
            print(f"{job}, {side}: from {small} to {large}, {grown:.1f} times the processor time")


def _compare(size: int) -> dict[tuple[str, str], Cost]:
    print(f"W({size})")
    print(ROW.format("", "", "wall s", "proc. s", "MB", "calls", "writes", "processor s by kind"))
    with tempfile.TemporaryDirectory() as folder:
        costs = _measured(_ours(Path(folder) / "ours", size))
        costs |= _measured(_raw(Path(folder) / "raw", size))
    for job, side in costs:
        if side == "ours":
            mine, other = costs[job, side], costs[job, "raw"]
            print(f"{job}, ours / raw: {mine.over(other)}")
    return costs


def _measured(side: Side) -> dict[tuple[str, str], Cost]:
    costs = {}
    try:
        with _tenant(side.variables) as tenant:
            for job, command in side.jobs.items():
                if job == "one scope":
                    side.change_a_scope()
                tenant.delete("/_control/log").raise_for_status()
                cost = costs[job, side.name] = _run(command, side, tenant)
                _show(job, side, cost)
    finally:
        for process in side.project.glob(".embedded/*/process"):
            psutil.Process(int(process.read_text("utf-8"))).terminate()
    return costs


def _show(job: str, side: Side, cost: Cost) -> None:
    kinds = " ".join(f"{kind} {seconds:.1f}" for kind, seconds in cost.kinds.items())
    numbers = f"{cost.wall:.1f}", f"{cost.processor:.1f}", f"{cost.peak / 1e6:.0f}"
    print(ROW.format(job, side.name, *numbers, cost.calls.total(), cost.writes, kinds))
    calls = ", ".join(f"{count} {call}" for call, count in cost.calls.most_common(8))
    print(f"{'':>22}{calls}", flush=True)


def _run(command: Sequence[str], side: Side, tenant: httpx.Client) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=side.folder,
            env={**os.environ, **side.variables},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        samples = Samples()
        while process.poll() is None:
            samples.take(psutil.Process(process.pid))
            time.sleep(SAMPLE_SECONDS)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{said.read()[-3000:]}")
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    log = tenant.get("/_control/log").raise_for_status().json()
    calls = Counter(_call(entry) for entry in log if entry["path"].startswith("/api/v2/"))
    return Cost(wall, processor, samples.peak, samples.by_kind(), calls)


def _call(entry: Mapping[str, Any]) -> str:
    """Method and path; an object's identifier is left out."""
    first, _, rest = entry["path"].removeprefix("/api/v2/").partition("/")
    return f"{entry['method']} {first}{'/' + re.sub('^[^/]+', '*', rest) if rest else ''}"


class Samples:
    """What a process and those below it used; of each, the last value that was seen."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._seen: dict[tuple[int, float], tuple[str, float]] = {}

    def take(self, process: psutil.Process) -> None:
        resident = 0
        try:
            found = [process, *process.children(recursive=True)]
        except psutil.Error:
            return
        for each in found:
            try:
                with each.oneshot():
                    used, command = each.cpu_times(), " ".join(each.cmdline())
                    resident += each.memory_info().rss
                    key = each.pid, each.create_time()
                    # One that has ended and is not waited for yet has no command line any more.
                    kind = _kind(command) if command else self._seen.get(key, ("other", 0.0))[0]
                    self._seen[key] = kind, sum(used[:2])
            except psutil.Error:  # it has just ended
                continue
        self.peak = max(self.peak, resident)

    def by_kind(self) -> Mapping[str, float]:
        kinds: dict[str, float] = {}
        for kind, seconds in self._seen.values():
            kinds[kind] = kinds.get(kind, 0.0) + seconds
        return kinds


def _kind(command: str) -> str:
    return next((kind for part, kind in KINDS.items() if part in command), "other")


@contextmanager
def _tenant(variables: Mapping[str, str]) -> Iterator[httpx.Client]:
    """A client of a tenant's control plane."""
    roots = variables["SSL_CERT_FILE"]
    (token,) = Path(roots).parent.glob("**/control-token")
    with httpx.Client(
        base_url=f"https://{variables['AUTH0_DOMAIN']}",
        verify=ssl.create_default_context(cafile=roots),
        headers={"x-control-token": token.read_text("utf-8")},
        timeout=60,
    ) as client:
        yield client


def _project(folder: Path) -> dict[str, str]:
    """A copy of this project whose tenant has the APIs; the variables to work on it."""
    folder.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "applications", "agents", "tenant.yaml")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=ignored)
        else:
            shutil.copy(source, folder / part)
    for shared in (".venv", ".toolchain"):
        (folder / shared).symlink_to(ROOT / shared)
    own: dict[str, Any] = {"tenant": "embedded", "embedded_port": free_port()}
    _dump(folder / "stacks/dev.yaml", own)
    _dump(folder / "stacks/apis.yaml", {"apis": {}})
    told = subprocess.run(
        [sys.executable, "-m", "tpa", "env", "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        check=True,
    )
    variables: dict[str, str] = json.loads(told.stdout)
    return variables


def _fill(variables: Mapping[str, str], connections: Sequence[str]) -> None:
    """Makes the APIs, and these connections."""
    with _tenant(variables) as tenant:
        form = {
            "grant_type": "client_credentials",
            "client_id": variables["AUTH0_CLIENT_ID"],
            "client_secret": variables["AUTH0_CLIENT_SECRET"],
            "audience": f"{tenant.base_url}/api/v2/".replace("//api", "/api"),
        }
        answer = tenant.post("/oauth/token", data=form).raise_for_status().json()
        tenant.headers["authorization"] = f"Bearer {answer['access_token']}"
        for name, audience in APIS.items():
            scopes = [{"value": scope} for scope in SCOPES]
            body = {"name": name, "identifier": audience, "scopes": scopes}
            tenant.post("/api/v2/resource-servers", json=body).raise_for_status()
        for name in connections:
            connection = {"name": name, "strategy": "auth0"}
            tenant.post("/api/v2/connections", json=connection).raise_for_status()


def _ours(folder: Path, size: int) -> Side:
    """The partners' files, and `tpa`."""
    variables = _project(folder)
    _fill(variables, CONNECTIONS)
    stacks = folder / "stacks"
    apis = {name: {"audience": audience, "scopes": SCOPES} for name, audience in APIS.items()}
    defaults = [{"api": api, "subject_type": "user", "scopes": SCOPES[:1]} for api in APIS]
    _dump(stacks / "apis.yaml", {"apis": apis, "default_permissions": defaults})
    names = [f"partner-{number}" for number in range(size)]
    live = {"connections": {name: name for name in CONNECTIONS}}
    environment = yaml.safe_load((stacks / "dev.yaml").read_text("utf-8"))
    _dump(stacks / "dev.yaml", environment | live)
    (stacks / "applications").mkdir()
    for name in names:
        _dump(stacks / f"applications/{name}.yaml", _application(name, SCOPES))
    tpa = (sys.executable, "-m", "tpa")
    pulumi = shutil.which("pulumi", path=variables["PATH"]) or "pulumi"
    jobs = {
        "first apply": (*tpa, "up"),
        "no change": (*tpa, "up"),
        "one scope": (*tpa, "up"),
        "drift": (*tpa, "drift"),
        "refresh": (pulumi, "refresh", "--yes", "--stack", "dev", "--non-interactive"),
        # With what `tpa down` sets; that would stop the tenant before its log is read.
        "destroy": (
            *("env", *(f"{name}={value}" for name, value in OFF.items())),
            *(pulumi, "destroy", "--yes", "--stack", "dev", "--non-interactive"),
        ),
    }
    changed = stacks / "applications/partner-0.yaml"
    return Side(
        "ours",
        folder,
        folder,
        variables,
        jobs,
        lambda: _dump(changed, _application("partner-0", SCOPES[:1])),
    )


def _application(name: str, scopes: list[str]) -> dict[str, Any]:
    first, second, _ = APIS
    return {
        "name": name,
        "owner": {"organization": name, "contact": f"it@{name}.example"},
        "app_type": "regular_web",
        "callbacks": [f"https://{name}.example/callback"],
        "grants": [
            {"api": first, "subject_type": "user", "scopes": [*scopes]},
            {"api": second, "subject_type": "user", "scopes": [*SCOPES]},
        ],
        "connections": CONNECTIONS,
        "environments": {"dev": {}},
    }


RAW = """
import json
from pathlib import Path

import pulumi_auth0 as auth0

w = json.loads(Path("workload.json").read_text())
first = w["partners"][0], w["apis"][0]
for name in w["connections"]:
    auth0.Connection(name, name=name, strategy="auth0", is_domain_connection=True)
for audience in w["apis"]:
    auth0.ClientGrant(
        audience, audience=audience, scopes=w["scopes"][:1], subject_type="user",
        default_for="third_party_clients",
    )
for name in w["partners"]:
    client = auth0.Client(
        name,
        name=name,
        app_type="regular_web",
        is_first_party=False,
        third_party_security_mode="strict",
        oidc_conformant=True,
        callbacks=[f"https://{name}.example/callback"],
        grant_types=["authorization_code", "refresh_token"],
        client_metadata={"owner": name},
    )
    auth0.ClientCredentials(
        name, client_id=client.client_id, authentication_method="client_secret_post"
    )
    for audience in w["apis"][:2]:
        auth0.ClientGrant(
            f"{name}-{audience}", client_id=client.client_id, audience=audience,
            scopes=w["first"] if (name, audience) == first else w["scopes"], subject_type="user",
        )
"""


def _raw(folder: Path, size: int) -> Side:
    """A program as one writes it without us, and plain `pulumi`."""
    variables = _project(folder)
    _fill(variables, ())
    own = folder / "program"
    own.mkdir()
    (own / "__main__.py").write_text(RAW, encoding="utf-8")
    python = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}}
    _dump(own / "Pulumi.yaml", {"name": "raw", "runtime": python})
    _program(own, size, SCOPES)
    (folder / "state").mkdir()
    # A home as the vendor's installer leaves it: there the engine logs each run in full.
    home, shared = folder / "home", Path(variables["PULUMI_HOME"])
    shutil.copytree(shared, home, symlinks=True, ignore=shutil.ignore_patterns("logs"))
    changed = {"PULUMI_BACKEND_URL": (folder / "state").as_uri(), "PULUMI_HOME": str(home)}
    variables = {**variables, **changed}
    variables.pop("PULUMI_OPTION_CONFIG_FILE", None)
    pulumi = shutil.which("pulumi", path=variables["PATH"]) or "pulumi"
    quiet = ("--stack", "dev", "--non-interactive")
    subprocess.run(  # noqa: S603
        [pulumi, "stack", "init", "dev", "--non-interactive"],
        cwd=own,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    jobs = {
        "first apply": (pulumi, "up", "--yes", *quiet),
        "no change": (pulumi, "up", "--yes", *quiet),
        "one scope": (pulumi, "up", "--yes", *quiet),
        "drift": (pulumi, "refresh", "--preview-only", *quiet),
        "refresh": (pulumi, "refresh", "--yes", *quiet),
        "destroy": (pulumi, "destroy", "--yes", *quiet),
    }
    return Side("raw", folder, own, variables, jobs, lambda: _program(own, size, SCOPES[:1]))


def _program(folder: Path, size: int, scopes: list[str]) -> None:
    """What the raw program makes; `scopes` are those of the first grant."""
    workload = {
        "connections": CONNECTIONS,
        "apis": list(APIS.values()),
        "scopes": SCOPES,
        "first": scopes,
        "partners": [f"partner-{number}" for number in range(size)],
    }
    (folder / "workload.json").write_text(json.dumps(workload), encoding="utf-8")


def _dump(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
