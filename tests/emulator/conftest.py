"""A running tenant (real process, real HTTPS), and an in-process one for speed."""

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth0_emulator.app import create_app
from auth0_emulator.seed import open_tenant
from auth0_emulator.store import Store
from auth0_emulator.tenant import Tenant

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Api:
    """The Management API of a tenant, with a token; `control` reaches the control plane."""

    client: httpx.Client

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        arguments: dict[str, Any] = {"params": query} if query else {}
        if body is not None:
            arguments["json"] = body
        return self.client.request(method, f"/api/v2{path}", **arguments)

    def made(self, path: str, body: Any) -> Any:
        """Creates an object and gives it back."""
        answer = self("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any, status: int = 400) -> str:
        """The message of a refusal with this status."""
        answer = self(method, path, body)
        assert answer.status_code == status, answer.text
        return str(answer.json()["message"])

    def partner(self, **changes: Any) -> Any:
        """Creates a strict third-party application."""
        body = {
            "name": "partner",
            "app_type": "regular_web",
            "is_first_party": False,
            "token_endpoint_auth_method": "client_secret_post",
        }
        return self.made("/clients", body | changes)

    def token(self, client: Any, audience: str, **more: str) -> httpx.Response:
        """Asks for a token as that application."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "audience": audience,
        }
        return self.client.post("/oauth/token", data=form | more)

    def control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.client.request(method, f"/_control{path}", json=body)

    def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", "/log").json()
        return entries


def sign_in(client: httpx.Client, ready: dict[str, Any]) -> None:
    """Gets a management token and keeps it in the client."""
    management = ready["management"]
    answer = client.post(
        "/oauth/token",
        auth=(management["client_id"], management["client_secret"]),
        data={"grant_type": "client_credentials", "audience": management["audience"]},
    )
    assert answer.status_code == 200, answer.text
    client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


def new_tenant(**changes: Any) -> Tenant:
    tenant = Tenant(store=Store(None), domain="localhost:4443", **changes)
    open_tenant(tenant, "-----BEGIN CERTIFICATE-----")
    return tenant


class InProcess(httpx.BaseTransport):
    """Calls an application without a server; what it raises comes out here."""

    def __init__(self, app: Any) -> None:
        self._transport = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        plain = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        answer = await self._transport.handle_async_request(plain)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self) -> None:
        self._loop.close()


def in_process(tenant: Tenant, **options: Any) -> Api:
    """A tenant without a server, signed in."""
    app = create_app(tenant, **options)
    client = httpx.Client(transport=InProcess(app), base_url=tenant.url)
    sign_in(client, client.get("/_control/ready").json())
    return Api(client)


@pytest.fixture
def tenant() -> Tenant:
    return new_tenant()


@pytest.fixture
def api(tenant: Tenant) -> Iterator[Api]:
    one = in_process(tenant)
    yield one
    one.client.close()


@dataclass
class Running:
    """A tenant in a process of its own."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ready["ca_file"])

    def api(self) -> Api:
        client = httpx.Client(base_url=self.ready["url"], verify=self.context, timeout=30)
        sign_in(client, self.ready)
        return Api(client)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(10)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "auth0_emulator", *arguments]


def start(data: Path, *arguments: str) -> Running:
    process = subprocess.Popen(
        command("--port", "0", "--data", str(data), *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(f"no ready line: {process.stderr.read()}")
    return Running(process, json.loads(line))


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts tenants and stops whatever is left of them."""
    running: list[Running] = []

    def launched(*arguments: str, data: Path | None = None) -> Running:
        one = start(data or tmp_path / "tenant", *arguments)
        running.append(one)
        return one

    yield launched
    for one in running:
        one.stop()
        for pipe in (one.process.stdout, one.process.stderr):
            if pipe is not None:
                pipe.close()
