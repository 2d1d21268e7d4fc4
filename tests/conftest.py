"""Running embedded tenants for every test that needs one: real processes, real HTTPS."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi, RunningTenant, start
from auth0_third_party.management import Credentials

# Messages name the tool as on PATH, wherever the tests run.
os.environ["TPA_COMMAND"] = "tpa"

WRITES = ("POST", "PATCH", "PUT", "DELETE")
StartTenant = Callable[..., RunningTenant]


@dataclass(frozen=True)
class LiveTenant:
    """A tenant as new, and how to sign in to it; this process trusts its certificate."""

    running: RunningTenant
    api: ManagementApi

    @property
    def domain(self) -> str:
        return self.running.domain

    @property
    def credentials(self) -> Credentials:
        management = self.running.ready["management"]
        return Credentials(self.domain, management["client_id"], management["client_secret"])

    def second_client(self, *scopes: str) -> Credentials:
        """Another management client, made through the tenant's API, that may do `scopes` alone."""
        client = self.api.create(
            "/clients",
            {
                "name": "Second deployment",
                "app_type": "non_interactive",
                "grant_types": ["client_credentials"],
                "token_endpoint_auth_method": "client_secret_post",
            },
        )
        audience = self.credentials.management_audience
        grant = {"client_id": client["client_id"], "audience": audience, "scope": list(scopes)}
        self.api.create("/client-grants", grant)
        return Credentials(self.domain, client["client_id"], client["client_secret"])

    def connection(self, name: str) -> dict[str, Any]:
        """The whole connection, options and secrets included."""
        (found,) = self.api("GET", "/connections", name=name).json()
        connection: dict[str, Any] = found
        return connection

    def promote(self, name: str, *, promoted: bool) -> None:
        """What another administrator might do."""
        path = f"/connections/{self.connection(name)['id']}"
        assert self.api("PATCH", path, {"is_domain_connection": promoted}).status_code == 200

    def forget_log(self) -> None:
        self.api.clear_log()

    def requests(self) -> list[tuple[str, str]]:
        """Method and path of what was asked under /api/v2 since `forget_log`, in order."""
        return [
            (entry["method"], entry["path"].removeprefix("/api/v2"))
            for entry in self.api.log()
            if entry["path"].startswith("/api/v2/")
        ]

    def writes(self) -> list[tuple[str, str]]:
        return [request for request in self.requests() if request[0] in WRITES]


@pytest.fixture(scope="session")
def tenant_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartTenant]:
    """Starts tenants, each with a folder of its own, that live until the tests are over."""
    started: list[RunningTenant] = []

    def launch(*arguments: str) -> RunningTenant:
        started.append(start(tmp_path_factory.mktemp("tenant"), *arguments))
        return started[-1]

    yield launch
    for running in started:
        running.stop()


@pytest.fixture(scope="session")
def shared_tenant(tenant_process: StartTenant) -> RunningTenant:
    return tenant_process()


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever tenant the surrounding shell is set up for, it is not meant here."""
    for name in ("DOMAIN", "CLIENT_ID", "CLIENT_SECRET", "API_TOKEN", "AUDIENCE"):
        monkeypatch.delenv(f"AUTH0_{name}", raising=False)
    monkeypatch.delenv("TPA_ENVIRONMENT", raising=False)


@pytest.fixture
def live_tenant(
    shared_tenant: RunningTenant, no_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveTenant]:
    """The shared tenant as new, its log empty, trusted by this process and its children."""
    monkeypatch.setenv("SSL_CERT_FILE", shared_tenant.ready["ca_file"])
    with shared_tenant.api() as api:
        api.reset()
        yield LiveTenant(shared_tenant, api)
