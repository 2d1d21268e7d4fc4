"""`python -m auth0_emulator.benchmark`: requests per second of the emulator.

Makes the calls that a provider makes for so many applications (per application: the client, two
grants with the list before each, and the reads after), against a tenant of its own over HTTPS, and
prints requests per second and the time spent inside the tenant.
"""

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from auth0_emulator.testing import ManagementApi, start

_AUDIENCES = ("https://orders.example.com", "https://catalog.example.com")


def _application(api: ManagementApi, number: int) -> None:
    body = {
        "name": f"Partner {number}",
        "app_type": "regular_web",
        "is_first_party": False,
        "callbacks": ["https://partner.example.com/callback"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    client_id = api.create("/clients", body)["client_id"]
    api("GET", f"/clients/{client_id}").raise_for_status()
    for audience in _AUDIENCES:
        key = {"client_id": client_id, "audience": audience}
        api("GET", "/client-grants", **key, include_totals="true").raise_for_status()
        grant = api.create("/client-grants", {**key, "subject_type": "user", "scope": []})
        api("GET", f"/client-grants/{grant['id']}").raise_for_status()


def main() -> None:
    """Prints one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m auth0_emulator.benchmark", description=__doc__)
    parser.add_argument("--applications", type=int, default=100)
    parser.add_argument("--parallel", type=int, default=8, help="applications at the same time")
    parser.add_argument("--up", type=float, help="seconds that a provider took, for the share")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        start(Path(folder)) as tenant,
        tenant.api() as api,
    ):
        api.clear_log()
        started = time.perf_counter()
        with ThreadPoolExecutor(options.parallel) as pool:
            list(pool.map(lambda n: _application(api, n), range(options.applications)))
        seconds = time.perf_counter() - started
        log = api.log()
    spent = sum(entry["ms"] for entry in log) / 1000
    result: dict[str, Any] = {
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
