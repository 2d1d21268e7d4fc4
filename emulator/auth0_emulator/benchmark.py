"""`python -m auth0_emulator.benchmark`: requests per second of the emulator.

Makes the calls that a provider makes for so many applications (per application: the client, two
grants with the list before each, and the reads after), against a tenant of its own over HTTPS, and
prints requests per second and the time spent inside the tenant.
"""

import argparse
import json
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

_AUDIENCES = ("https://orders.example.com", "https://catalog.example.com")


@contextmanager
def _tenant(folder: str) -> Iterator[dict[str, Any]]:
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "auth0_emulator", "--data", folder],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    try:
        yield json.loads(process.stdout.readline()) if process.stdout else {}
    finally:
        process.terminate()
        process.wait()


def _signed_in(ready: dict[str, Any]) -> httpx.Client:
    trust = ssl.create_default_context(cafile=ready["ca_file"])
    client = httpx.Client(base_url=ready["url"], verify=trust, timeout=60)
    management = ready["management"]
    form = {"grant_type": "client_credentials", **management}
    token = client.post("/oauth/token", data=form).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    return client


def _application(client: httpx.Client, number: int) -> None:
    def call(method: str, path: str, body: Any = None) -> Any:
        answer = client.request(method, f"/api/v2{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    body = {
        "name": f"Partner {number}",
        "app_type": "regular_web",
        "is_first_party": False,
        "callbacks": ["https://partner.example.com/callback"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    client_id = call("POST", "/clients", body)["client_id"]
    call("GET", f"/clients/{client_id}")
    for audience in _AUDIENCES:
        call("GET", f"/client-grants?audience={audience}&client_id={client_id}&include_totals=true")
        grant = {"client_id": client_id, "audience": audience, "subject_type": "user", "scope": []}
        call("GET", f"/client-grants/{call('POST', '/client-grants', grant)['id']}")


def main() -> None:
    """Prints one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m auth0_emulator.benchmark", description=__doc__)
    parser.add_argument("--applications", type=int, default=100)
    parser.add_argument("--parallel", type=int, default=8, help="as the engine works on this many")
    parser.add_argument("--up", type=float, help="measured seconds of `pulumi up`, for the share")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _tenant(folder) as ready:
        client = _signed_in(ready)
        client.delete("/_control/log")
        started = time.perf_counter()
        with ThreadPoolExecutor(options.parallel) as pool:
            list(pool.map(lambda n: _application(client, n), range(options.applications)))
        seconds = time.perf_counter() - started
        log = client.get("/_control/log").json()
    spent = sum(entry["ms"] for entry in log) / 1000
    result = {
        "applications": options.applications,
        "requests": len(log),
        "requests_per_second": round(len(log) / seconds),
        "seconds_in_tenant": round(spent, 3),
    }
    if options.up:
        result["share_of_up"] = round(spent / options.up, 4)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
