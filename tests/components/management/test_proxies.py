"""A company's proxy stands between us and a real tenant, and never before this machine's own."""

import socket
import threading
from collections.abc import Iterator

import pytest

from auth0_third_party.management import Credentials, ManagementClient
from auth0_third_party.management.errors import Unreachable
from tests.conftest import LiveTenant

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class Proxy:
    """Notes how each connection begins, and closes it."""

    def __init__(self) -> None:
        self.began: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self.began.append(connection.recv(100))

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Proxy()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("variable", "form", "greeting"),
    [
        ("https_proxy", "http://{}", b"CONNECT acme.auth0.com:443 "),
        ("HTTPS_PROXY", "{}", b"CONNECT acme.auth0.com:443 "),
        ("ALL_PROXY", "socks5://{}", b"\x05"),
        ("all_proxy", "socks5h://{}", b"\x05"),
    ],
)
def test_a_real_tenant_is_reached_through_it(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, variable: str, form: str, greeting: bytes
) -> None:
    monkeypatch.setenv(variable, form.format(proxy.address))
    own = Credentials("acme.auth0.com", "the-id", "the-secret")
    with (
        ManagementClient(own, attempts=1) as client,
        pytest.raises(Unreachable, match=r"acme\.auth0\.com can't be reached"),
    ):
        client.get("/clients")
    (began,) = proxy.began
    assert began.startswith(greeting)


def test_this_machines_own_tenant_is_not(
    proxy: Proxy, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.address}")
    with ManagementClient(live_tenant.credentials) as client:
        assert client.get("/clients")
    assert proxy.began == []


@pytest.mark.parametrize("stated", ["socks://127.0.0.1:1", "ftp://127.0.0.1", "http://127.0.0.1:x"])
def test_a_proxy_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, stated: str) -> None:
    monkeypatch.setenv("ALL_PROXY", stated)
    with pytest.raises(Unreachable, match="network settings of this shell") as caught:
        ManagementClient(Credentials("acme.auth0.com", "the-id", "the-secret"))
    assert caught.value.fix
