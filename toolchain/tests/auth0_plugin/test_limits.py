"""A hostile or broken tenant: the plugin ends with one message, and without our secrets in it."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from pulumi_toolchain.auth0_plugin import limits
from pulumi_toolchain.auth0_plugin.errors import PluginError
from pulumi_toolchain.auth0_plugin.limits import decoded
from pulumi_toolchain.auth0_plugin.settings import Settings, settings_from
from pulumi_toolchain.auth0_plugin.tenant import Retries, Tenant

SECRET = "s3cr3t-of-the-deployment"
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
Serve = Callable[[list[bytes], float], Tenant]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A server that sends one scripted text to whoever connects, piece by piece."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))

    def start(pieces: list[bytes], pause: float = 0.0) -> Tenant:
        def answer() -> None:
            try:
                with context.wrap_socket(listening.accept()[0], server_side=True) as stream:
                    stream.recv(65536)
                    for piece in pieces:
                        stream.sendall(piece)
                        time.sleep(pause)
            except OSError:
                pass  # the plugin has had enough

        threading.Thread(target=answer, daemon=True).start()
        domain = f"localhost:{listening.getsockname()[1]}"
        return Tenant(Settings(domain, api_token=SECRET), Retries(sleep=lambda _: None))

    yield start
    listening.close()


def test_a_compressed_bomb(serve: Serve) -> None:
    bomb = gzip.compress(b" " * (limits.MOST_BYTES + 1))
    tenant = serve([OK + b"Content-Encoding: gzip\r\n\r\n" + bomb], 0.0)
    with pytest.raises(PluginError, match="too large"):
        tenant.call("GET", "/clients/a")


@pytest.mark.parametrize("head", [b"", OK + b"\r\n"], ids=["head", "body"])
def test_an_answer_that_drips(serve: Serve, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.5)
    rest = b"HTTP/1.1 200" if not head else b" " * 20
    tenant = serve([head, *(bytes([byte]) for byte in rest)], 0.1)
    with pytest.raises(PluginError, match=r"no whole answer|too slow"):
        tenant.call("GET", "/clients/a")


@pytest.mark.parametrize("body", ["[" * 100_000, "[" * 65 + "]" * 65])
def test_an_answer_that_is_nested_too_deep(serve: Serve, body: str) -> None:
    with pytest.raises(ValueError, match="too deep"):
        decoded(body)
    tenant = serve([OK + b"\r\n" + body.encode()], 0.0)
    with pytest.raises(PluginError, match="not with JSON"):
        tenant.call("GET", "/clients/a")


def test_an_answer_that_quotes_our_token(serve: Serve) -> None:
    head = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
    body = b'{"statusCode": 400, "error": "Bad", "message": "Bearer %s"}' % SECRET.encode()
    tenant = serve([head + body], 0.0)
    with pytest.raises(PluginError) as caught:
        tenant.call("GET", "/clients/a")
    assert SECRET not in str(caught.value)
    assert "[secret]" in str(caught.value)


@pytest.mark.parametrize("odd", ["\r", " ", "\u00e9", "\udcff", "\x00"])
def test_credentials_are_checked_when_they_are_read(odd: str) -> None:
    shell = {"AUTH0_DOMAIN": "localhost:1", "AUTH0_API_TOKEN": f"{SECRET}{odd}"}
    with pytest.raises(PluginError, match="AUTH0_API_TOKEN has a blank") as caught:
        settings_from({}, shell)
    assert SECRET not in str(caught.value)
