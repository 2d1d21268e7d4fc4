"""What looking at a tenant costs, for 100 and 1,000 applications with two grants each.

Calls, and processor seconds of this process, against a bare loop that makes the same paged requests
and does no more than decode their JSON. `access` is `look` and `rows`, `drift` is `look` and
`differences`, `preflight` is `run_preflight`.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from auth0_emulator.testing import ManagementApi, RunningTenant, start
from auth0_third_party.management import Credentials, ManagementClient
from tpa.access.effective import access_rows
from tpa.comparison.differences import differences
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.declaration import Declaration
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import read_environment

SIZES = (100, 1000)
RUNS = 3
"""The fastest one counts: whatever else the machine does only adds."""
CALLS = 20
"""At most, for 100 applications."""
STACK = "sample/dev"
AUDIENCE = "https://orders.example.com"
SCOPES = ["read:orders", "write:orders"]
ROW = "{:>12} {:>10} {:>6} {:>8} {:>9} {:>6}"
Work = Callable[[ManagementClient, Catalog], object]
LOOKS: Mapping[str, Work] = {
    "access": lambda client, catalog: access_rows(read_environment(client, catalog, STACK)),
    "drift": lambda client, catalog: differences(
        read_environment(client, catalog, STACK), Declaration()
    ),
    "preflight": lambda client, catalog: run_preflight(client, catalog, STACK),
}


def main() -> None:
    print(ROW.format("applications", "look", "calls", "seconds", "baseline", "ratio"))
    seconds: dict[tuple[str, int], float] = {}
    for size in SIZES:
        for name, (calls, taken) in _measured(size):
            seconds[name, size] = taken
            assert size > SIZES[0] or calls <= CALLS, f"{name} makes {calls} calls"
    small, large = SIZES
    for name in LOOKS:
        growth = seconds[name, large] / seconds[name, small]
        print(f"{name}: {large // small} times the applications, {growth:.1f} times the time")


def _measured(size: int) -> Iterator[tuple[str, tuple[int, float]]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        start(Path(folder) / "tenant") as tenant,
        tenant.api() as api,
    ):
        _fill(api.client, Path(folder), size)
        catalog = load_catalog(Path(folder), "dev")
        for name, work in LOOKS.items():
            asked, taken = _looked(tenant, api, catalog, work)
            baseline = min(_timed(lambda: _bare(api.client, asked)) for _ in range(RUNS))  # noqa: B023
            shown = f"{taken:.3f}", f"{baseline:.3f}", f"{taken / baseline:.1f}"
            print(ROW.format(size, name, len(asked), *shown))
            yield name, (len(asked), taken)


def _looked(
    tenant: RunningTenant, api: ManagementApi, catalog: Catalog, work: Work
) -> tuple[list[str], float]:
    """The requests of one look, and the time of the fastest."""
    management = tenant.ready["management"]
    own = Credentials(tenant.domain, management["client_id"], management["client_secret"])
    with ManagementClient(own, trust=tenant.trust) as client:
        client.token_scopes()  # signs in, as the baseline has
        api.clear_log()
        work(client, catalog)
        asked = [_url(entry) for entry in api.log() if entry["path"].startswith("/api/v2/")]
        return asked, min(_timed(lambda: work(client, catalog)) for _ in range(RUNS))


def _url(entry: Mapping[str, Any]) -> str:
    query = entry.get("query")
    return str(httpx.URL(entry["path"], params=query)) if query else str(entry["path"])


def _bare(http: httpx.Client, asked: list[str]) -> None:
    for url in asked:
        json.loads(http.get(url).content)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _fill(http: httpx.Client, root: Path, size: int) -> None:
    """The same applications in files and in the tenant."""
    stacks = root / "stacks"
    (stacks / "applications").mkdir(parents=True)
    _dump(stacks / "apis.yaml", {"apis": {"orders": {"audience": AUDIENCE, "scopes": SCOPES}}})
    names = [f"partner-{number}" for number in range(size)]
    own = {"tenant": "embedded", "embedded_port": 8441, "connections": {"customers": "customers"}}
    _dump(stacks / "dev.yaml", own)
    for name in names:
        _dump(stacks / f"applications/{name}.yaml", _definition(name))
        client = _made(http, "/clients", _client(name))
        for subject in ("user", "client"):
            grant = {"client_id": client["client_id"], "audience": AUDIENCE, "scope": SCOPES}
            _made(http, "/client-grants", {**grant, "subject_type": subject})


def _definition(name: str) -> dict[str, Any]:
    subjects = ("user", "client")
    return {
        "name": name,
        "owner": {"organization": name, "contact": f"it@{name}.example"},
        "app_type": "regular_web",
        "callbacks": [f"https://{name}.example/callback"],
        "grants": [{"api": "orders", "subject_type": each, "scopes": SCOPES} for each in subjects],
        "connections": ["customers"],
        "environments": {"dev": {}},
    }


def _client(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "app_type": "regular_web",
        "is_first_party": False,
        "third_party_security_mode": "strict",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "client_credentials"],
        "callbacks": [f"https://{name}.example/callback"],
        "client_metadata": {"tpa_application": name, "tpa_stack": STACK},
    }


def _made(http: httpx.Client, path: str, body: object) -> dict[str, Any]:
    made: dict[str, Any] = http.post(f"/api/v2{path}", json=body).raise_for_status().json()
    return made


def _dump(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


if __name__ == "__main__":
    main()
