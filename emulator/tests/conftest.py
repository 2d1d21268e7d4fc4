"""A tenant in this process for speed, and tenants in processes of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi, RunningTenant, start
from auth0_emulator.testing_sign_in import Partner, UserAgent, new_partner


@pytest.fixture
def tenant() -> Tenant:
    return new_tenant()


@pytest.fixture
def api(tenant: Tenant) -> Iterator[ManagementApi]:
    with in_process(tenant) as one:
        yield one


@pytest.fixture
def new_user_agent(tenant: Tenant) -> Iterator[Callable[[], UserAgent]]:
    """Browsers without cookies, each on its own."""
    clients = []

    def opened() -> UserAgent:
        clients.append(in_process(tenant).client)
        return UserAgent(clients[-1])

    yield opened
    for client in clients:
        client.close()


@pytest.fixture
def partner(api: ManagementApi, new_user_agent: Callable[[], UserAgent]) -> Partner:
    return new_partner(api, new_user_agent())


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., RunningTenant]]:
    """Starts tenants, in one folder unless told otherwise, and stops those that still run."""
    running: list[RunningTenant] = []

    def launched(*arguments: str, data: Path | None = None) -> RunningTenant:
        running.append(start(data or tmp_path / "tenant", *arguments))
        return running[-1]

    yield launched
    for one in running:
        one.stop()
