"""Tenants to run the plugin against (a playback and an emulator), and a plugin to call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .caller import Caller, plugin
from .partner import METADATA, PATH, PROGRAM, SENT, SERVED, Bag, served
from .playback import Exchange, PlaybackTenant

# Where the tests find an emulated tenant: `start(folder)` gives a running one with `.ready` (its
# ready line), `.api()` and `.stop()`.
EMULATOR = "auth0_emulator.testing"
WRITES = ("POST", "PATCH", "PUT", "DELETE")


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The surrounding shell may have the credentials of a tenant; these tests must not use them."""
    for name in ("DOMAIN", "CLIENT_ID", "CLIENT_SECRET", "API_TOKEN", "AUDIENCE"):
        monkeypatch.delenv(f"AUTH0_{name}", raising=False)


@pytest.fixture
def tenant(
    tmp_path_factory: pytest.TempPathFactory, no_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PlaybackTenant]:
    made = PlaybackTenant(tmp_path_factory.mktemp("playback"))
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca_file))
    monkeypatch.setenv("AUTH0_DOMAIN", made.domain)
    monkeypatch.setenv("AUTH0_API_TOKEN", "token")
    yield made
    made.close()


@pytest.fixture
def caller(tenant: PlaybackTenant) -> Iterator[Caller]:
    with plugin() as made:
        made.configure()
        yield made


@pytest.fixture
def made(caller: Caller, tenant: PlaybackTenant) -> tuple[Bag, Bag]:
    """A client in the state: its inputs and outputs."""
    inputs = caller.inputs("Client", "c", PROGRAM)
    body = {**SENT, **METADATA, "token_endpoint_auth_method": "client_secret_post"}
    tenant.script.expect(Exchange("POST", "/api/v2/clients", body, 201, SERVED), served())
    _, outputs = caller.create("Client", "c", inputs)
    assert tenant.script.seen == [("POST", "/api/v2/clients", body), ("GET", PATH, None)]
    return inputs, outputs


@dataclass(frozen=True)
class EmulatedTenant:
    """A new tenant of the emulator, and its credentials; this process trusts its certificate."""

    ready: dict[str, Any]
    api: Any

    @property
    def domain(self) -> str:
        return str(self.ready["domain"])

    @property
    def client_id(self) -> str:
        return str(self.ready["management"]["client_id"])

    @property
    def client_secret(self) -> str:
        return str(self.ready["management"]["client_secret"])

    def forget_log(self) -> None:
        self.api.control("DELETE", "/log")

    def requests(self) -> list[tuple[str, str]]:
        """Method and path of the Management API calls since `forget_log`, in order."""
        return [
            (entry["method"], entry["path"])
            for entry in self.api.log()
            if entry["path"].startswith("/api/v2/")
        ]

    def writes(self) -> list[tuple[str, str]]:
        return [request for request in self.requests() if request[0] in WRITES]


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One running emulator for all tests; they skip where it is not installed."""
    testing = pytest.importorskip(EMULATOR, reason="needs auth0-emulator", exc_type=ImportError)
    running = testing.start(tmp_path_factory.mktemp("tenant"))
    yield running
    running.stop()
    for pipe in (running.process.stdout, running.process.stderr):
        pipe.close()


@pytest.fixture
def emulated(
    emulator: Any, no_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EmulatedTenant]:
    monkeypatch.setenv("SSL_CERT_FILE", emulator.ready["ca_file"])
    api = emulator.api()
    api.control("POST", "/reset")
    yield EmulatedTenant(emulator.ready, api)
    api.client.close()
