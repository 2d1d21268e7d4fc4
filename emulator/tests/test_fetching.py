"""Documents are fetched from public https addresses only, and never much of them."""

import asyncio
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from auth0_emulator import fetching
from auth0_emulator.endpoints import cimd_documents
from auth0_emulator.endpoints.cimd_documents import keys_address
from auth0_emulator.testing import ManagementApi

DOCUMENT = '{"client_name": "Agent"}'


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("location", "/document")
        if self.path == "/packed":
            self.send_header("content-encoding", "gzip")
        self.end_headers()
        self._body()

    def _body(self) -> None:
        try:
            if self.path == "/endless":
                for _ in range(5_000):
                    self.wfile.write(b" " * 65_536)
                self.server.seen.append("sent it all")  # type: ignore[attr-defined]
            elif self.path == "/slow":
                for _ in range(100):
                    self.wfile.write(b" ")
                    time.sleep(0.1)
            else:
                self.wfile.write(DOCUMENT.encode())
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        return


class Site:
    """An https server on loopback, which the tests declare to be `agent.example.com`."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("agent.example.com", "127.0.0.1").configure_cert(mine)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.seen: list[str] = []
        self.server.seen = self.seen  # type: ignore[attr-defined]
        self.server.socket = mine.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.trust = ssl.create_default_context(cafile=folder / "ca.pem")
        self.port = self.server.server_port

    async def fetched(self, path: str) -> str | None:
        async def resolve(host: str, port: int) -> list[str]:
            assert (host, port) == ("agent.example.com", self.port)
            return ["127.0.0.1"]

        url = f"https://agent.example.com:{self.port}{path}"
        return await fetching.fetched(url, 5_000, resolve, self.trust)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


def run(task: Any) -> Any:
    return asyncio.run(task)


def test_a_document_is_fetched_under_its_name(site: Site) -> None:
    """From the address that was judged, with the certificate of the name."""
    assert run(site.fetched("/document")) == DOCUMENT


@pytest.mark.parametrize("path", ["/moved", "/packed", "/endless", "/slow"])
def test_nothing_else_is(site: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No redirect, no compression (CIMD-06: 5 KB at most), and not for ever."""
    monkeypatch.setattr(fetching, "SECONDS", 1.0)
    assert run(site.fetched(path)) is None
    assert site.seen == [path]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1"])
def test_this_machine_is_never_asked(site: Site, host: str) -> None:
    """In every writing of its address, by both operations, as document and as key set."""
    url = f"https://{host}:{site.port}/document"
    assert run(fetching.fetched(url, 5_000, trust=site.trust)) is None
    assert site.seen == []


@pytest.mark.parametrize(
    "address",
    "127.0.0.2 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1"
    " 255.255.255.255 ::1 :: fe80::1%eth0 fd00::1 ff02::1 ::ffff:127.0.0.1 64:ff9b::7f00:1"
    " 2002:7f00:1:: 2001:0:53aa:64c:0:0:80ff:fffe".split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not fetching.is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808"])
def test_addresses_that_are_public(address: str) -> None:
    assert fetching.is_public(address)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that would have been fetched."""
    urls: list[str] = []

    async def fetched(url: str, _: int) -> str | None:
        urls.append(url)
        return None

    monkeypatch.setattr(fetching, "fetched", fetched)
    return urls


REGISTER, PREVIEW = "/clients/cimd/register", "/clients/cimd/preview"


def test_checks_come_before_the_fetch(api: ManagementApi, asked: list[str]) -> None:
    """The tenant's setting, and what is wrong with the address itself."""
    good = {"external_client_id": "https://agent.example.net/client.json"}
    api.refused("POST", REGISTER, good, 403)
    api("PATCH", "/tenants/settings", {"client_id_metadata_document_supported": True})
    for bad in ("http://127.0.0.1:9/client.json", "https://localhost/c", "https://a.example/c?x"):
        for path in (REGISTER, PREVIEW):
            api.refused("POST", path, {"external_client_id": bad})
    assert asked == []
    assert api("POST", PREVIEW, good).status_code == 200
    assert asked == ["https://agent.example.net/client.json"]


@pytest.mark.parametrize(
    "keys",
    [
        "http://agent.example.com/jwks",
        "http://127.0.0.1:9/jwks",
        "https://127.0.0.1:9/jwks",
        "https://other.example.com/jwks",
        "https://agent.example.com:444/jwks",
        "file:///etc/passwd",
        "https://[",
        5,
        None,
        ["https://agent.example.com/jwks"],
    ],
    ids=repr,
)
def test_keys_are_fetched_from_the_origin_of_the_document_only(
    api: ManagementApi, asked: list[str], keys: Any
) -> None:
    url = "https://agent.example.com/client.json"
    document = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": keys}
    api.control("POST", "/documents", {"url": url, "document": document})
    body = api("POST", PREVIEW, {"external_client_id": url}).json()
    assert asked == []
    assert any("same origin" in line for line in body["validation"]["violations"])


def test_keys_of_the_same_origin_are_fetched() -> None:
    text = '{"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://a.example/k"}'
    assert keys_address("https://a.example/client.json", text) == "https://a.example/k"


def test_a_document_at_a_private_address_can_be_registered_for_a_test(
    api: ManagementApi, asked: list[str]
) -> None:
    url = "https://10.0.0.7/client.json"
    api.control("POST", "/documents", {"url": url, "document": {"client_id": url}})
    answer = api("POST", PREVIEW, {"external_client_id": url})
    assert "mapped_fields" in answer.json()
    assert asked == []


WRONG: list[Any] = [None, True, 5, "", "x", [], ["x"], [[]], [{}], {}, {"x": 1}, [5], ["http://["]]
NAMES = [
    "client_id",
    "client_name",
    "redirect_uris",
    "grant_types",
    "application_type",
    "token_endpoint_auth_method",
    "jwks_uri",
    "logo_uri",
    "jwks",
]


@pytest.mark.parametrize("name", NAMES)
def test_documents_of_a_wrong_shape_are_refused(api: ManagementApi, name: str) -> None:
    """An exception in the application would be raised here."""
    url = "https://agent.example.com/client.json"
    whole = {
        "client_id": url,
        "client_name": "Agent",
        "redirect_uris": ["https://agent.example.com/cb"],
        "grant_types": ["authorization_code"],
        "logo_uri": "https://agent.example.com/logo.png",
    }
    api("PATCH", "/tenants/settings", {"client_id_metadata_document_supported": True})
    for value in WRONG:
        document = {**whole, name: value}
        api.control("POST", "/documents", {"url": url, "document": document})
        answer = api("POST", PREVIEW, {"external_client_id": url})
        assert answer.status_code == 200, value
        registered = api("POST", REGISTER, {"external_client_id": url})
        assert registered.status_code in (200, 400), value


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "5", "[" * 4000, "{" * 4000, '{"a":1e999}', '{"a":NaN}', '"\\ud800"']
)
def test_documents_that_are_no_json_object_are_refused(api: ManagementApi, text: str) -> None:
    url = "https://agent.example.com/client.json"
    api.control("POST", "/documents", {"url": url, "document": text})
    answer = api("POST", PREVIEW, {"external_client_id": url})
    assert answer.status_code == 200
    assert answer.json()["validation"]["valid"] is False


@pytest.mark.parametrize(
    "keys",
    [
        *("", "[]", '{"keys": 5}', '{"keys": [5]}', '{"keys": [{"kty": "RSA"}]}', "[" * 4000),
        *('{"keys": [{"kty": "RSA", "kid": {}, "e": [], "n": 5}]}', '{"keys": []}'),
    ],
)
def test_key_sets_of_a_wrong_shape_are_refused(api: ManagementApi, keys: str) -> None:
    url, place = "https://agent.example.com/client.json", "https://agent.example.com/jwks"
    document = {
        "client_id": url,
        "client_name": "Agent",
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": place,
    }
    api("PATCH", "/tenants/settings", {"client_id_metadata_document_supported": True})
    api.control("POST", "/documents", {"url": url, "document": document})
    api.control("POST", "/documents", {"url": place, "document": keys})
    assert "JWKS" in api.refused("POST", REGISTER, {"external_client_id": url})


def test_the_limits_are_those_that_auth0_documents() -> None:
    assert (cimd_documents.DOCUMENT_BYTES, cimd_documents.KEYS_BYTES) == (5 * 1024, 12 * 1024)
