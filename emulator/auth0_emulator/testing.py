"""Runs emulated tenants for a test suite: real processes, real HTTPS, a folder for each.

    with start(tmp_path) as tenant, tenant.api() as api:
        client = api.create("/clients", {"name": "Shop"})
        assert api("GET", f"/clients/{client['client_id']}").status_code == 200

A pytest fixture that starts one tenant for all tests and calls `api.reset()` before each needs
milliseconds per test. `RunningTenant.environment` is what Terraform, Pulumi and SDKs read.
"""

import json
import signal
import ssl
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any, Self

import httpx

START_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass
class ManagementApi:
    """The Management API of a tenant, signed in, and its control plane.

    Called with a method and a path after `/api/v2`; keyword arguments are query parameters.
    """

    client: httpx.Client
    control_token: str = field(repr=False)

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        arguments: dict[str, Any] = {"params": query} if query else {}
        if body is not None:
            arguments["json"] = body
        return self.client.request(method, f"/api/v2{path}", **arguments)

    def create(self, path: str, body: Any) -> Any:
        """Creates an object and returns it.

        Raises:
            AssertionError: the answer is not 201.
        """
        return _checked(self("POST", path, body), 201).json()

    def create_third_party(self, **changes: Any) -> Any:
        """Creates a confidential third-party client in strict mode, with these properties."""
        body = {
            "name": "partner",
            "app_type": "regular_web",
            "is_first_party": False,
            "token_endpoint_auth_method": "client_secret_post",
        }
        return self.create("/clients", body | changes)

    def refused(self, method: str, path: str, body: Any, status: int = 400) -> str:
        """The message of a request that must be refused with this status.

        Raises:
            AssertionError: it has another status.
        """
        return str(_checked(self(method, path, body), status).json()["message"])

    def token(self, client: Any, audience: str, **more: str) -> httpx.Response:
        """Requests a token with the client credentials of a created client."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "audience": audience,
        }
        return self.client.post("/oauth/token", data=form | more)

    def control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """A call of the control plane, with a path after `/_control`."""
        headers = {"x-control-token": self.control_token}
        return self.client.request(method, f"/_control{path}", json=body, headers=headers)

    def reset(self) -> None:
        """Makes the tenant as new, with the same ids and credentials; no faults, no log."""
        _checked(self.control("POST", "/reset"), 204)

    def log(self) -> list[dict[str, Any]]:
        """The requests since the log was cleared, oldest first: method, path, status, at, ms, …"""
        entries: list[dict[str, Any]] = self.control("GET", "/log").json()
        return entries

    def clear_log(self) -> None:
        """Removes all entries of the request log."""
        _checked(self.control("DELETE", "/log"), 204)

    def set_faults(self, *faults: dict[str, Any]) -> None:
        """Replaces all faults, as in `{"do": "status", "status": 503, "count": 1}`.

        Raises:
            AssertionError: a fault is not valid; the message says why.
        """
        _checked(self.control("POST", "/faults", list(faults)), 200)

    def close(self) -> None:
        """Closes the connections of the client."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _checked(answer: httpx.Response, status: int) -> httpx.Response:
    if answer.status_code != status:
        raise AssertionError(f"{answer.status_code} instead of {status}: {answer.text}")
    return answer


def sign_in(client: httpx.Client, ready: dict[str, Any]) -> None:
    """Gets a management token with the credentials of the ready line; the client then sends it."""
    management = ready["management"]
    answer = client.post(
        "/oauth/token",
        auth=(management["client_id"], management["client_secret"]),
        data={"grant_type": "client_credentials", "audience": management["audience"]},
    )
    token = _checked(answer, 200).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"


@dataclass
class RunningTenant:
    """A tenant in a process of its own; `ready` is the line that it printed at start-up."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    errors: str = ""
    """What it wrote to standard error; known once it has ended."""

    @property
    def domain(self) -> str:
        """`localhost:PORT`."""
        return str(self.ready["domain"])

    @property
    def trust(self) -> ssl.SSLContext:
        """Accepts the tenant's certificate and no other."""
        return ssl.create_default_context(cafile=self.ready["ca_file"])

    @property
    def environment(self) -> dict[str, str]:
        """Variables for the Terraform and Pulumi providers, SDKs and anything that uses OpenSSL."""
        management = self.ready["management"]
        return {
            "AUTH0_DOMAIN": self.domain,
            "AUTH0_CLIENT_ID": management["client_id"],
            "AUTH0_CLIENT_SECRET": management["client_secret"],
            "SSL_CERT_FILE": self.ready["ca_file"],
        }

    def api(self) -> ManagementApi:
        """A signed-in client with the right trust; close it."""
        client = httpx.Client(base_url=self.ready["url"], verify=self.trust, timeout=30)
        sign_in(client, self.ready)
        return ManagementApi(client, self.ready["control"]["token"])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends the process with a signal and returns its exit status; 0 is a clean end."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self._ended()

    def kill(self) -> None:
        """Ends the process at once, as a crash would."""
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        if self.process.stdout is not None and not self.process.stdout.closed:
            _, self.errors = self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def command(*arguments: str) -> list[str]:
    """The command line of an emulator in this Python environment."""
    return [sys.executable, "-m", "auth0_emulator", *arguments]


def start(data: Path, *arguments: str) -> RunningTenant:
    """Starts a tenant in a folder and waits until it accepts connections.

    The port is a free one unless `--port` is among the arguments.

    Raises:
        RuntimeError: it ended, or was not ready within `START_SECONDS`.
    """
    process = subprocess.Popen(  # noqa: S603 - this package
        command("--data", str(data), *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    timer = Timer(START_SECONDS, process.kill)
    timer.start()
    line = process.stdout.readline() if process.stdout else ""
    timer.cancel()
    if not line:
        _, errors = process.communicate(timeout=STOP_SECONDS)
        raise RuntimeError(f"the emulator did not start: {errors.strip() or 'no ready line'}")
    return RunningTenant(process, json.loads(line))
