"""A tiny HTTPS server that answers what a test tells it, and a clock that no test waits for."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from auth0_third_party.management import Credentials

TOKEN = {"access_token": "token-1", "expires_in": 86400, "scope": "read:clients"}


@dataclass(frozen=True)
class Answer:
    """One scripted answer; `body` is bytes, text, or a value that becomes JSON.

    `cut`: none at all. `drip`: seconds before each byte of the body, `slow_head`: of the head.
    """

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    drip: float = 0.0
    slow_head: float = 0.0

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    authorization: str
    body: Any
    at: float


@dataclass
class Scripted:
    """`answers` are given in turn to what is asked under /api/v2, `tokens` to sign-ins.

    The last one of each is repeated.
    """

    domain: str
    now: Callable[[], float]
    answers: list[Answer] = field(default_factory=list)
    tokens: list[Answer] = field(default_factory=lambda: [Answer(body=TOKEN)])
    asked: list[Asked] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.domain, "our-client", "our-secret")

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    @property
    def sign_ins(self) -> list[Asked]:
        return [request for request in self.asked if request.path == "/oauth/token"]

    def answer(self, request: Asked) -> Answer:
        with self._lock:
            self.asked.append(request)
            script = self.tokens if request.path == "/oauth/token" else self.answers
            return script.pop(0) if len(script) > 1 else script[0]


def _handler(script: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            authorization = self.headers.get("authorization", "")
            body = json.loads(sent) if sent else None
            request = Asked(self.command, self.path, authorization, body, script.now())
            answer = script.answer(request)
            if answer.cut:
                self.close_connection = True
                return
            with suppress(OSError):  # the client may have had enough
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            for byte in b"HTTP/1.1 200 OK" if answer.slow_head else b"":
                time.sleep(answer.slow_head)
                self.wfile.write(bytes([byte]))
            if answer.slow_head:
                return
            length = {"content-length": str(len(answer.content))}
            self.send_response(answer.status)
            for name, value in {**length, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if not answer.drip:
                self.wfile.write(answer.content)
                return
            for byte in answer.content:
                time.sleep(answer.drip)
                self.wfile.write(bytes([byte]))

        do_GET = do_POST = do_PATCH = handle_one  # noqa: N815  (the names that the library calls)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing to say."""

    return Handler


@pytest.fixture(scope="session")
def certificates() -> tuple[trustme.CA, trustme.LeafCert]:
    authority = trustme.CA()
    return authority, authority.issue_cert("localhost")


@dataclass
class Clock:
    """Time that passes by sleeping alone."""

    seconds: float = 1_700_000_000.0
    naps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of `management`, in place of the real one."""
    made = Clock()
    fake = SimpleNamespace(time=made.now, monotonic=made.now, sleep=made.sleep)
    for place in (
        "auth0_third_party.management.transport.time",
        "auth0_third_party.management.client.time",
        "tenacity.nap.time",
    ):
        monkeypatch.setattr(place, fake)
    return made


@pytest.fixture
def scripted(
    certificates: tuple[trustme.CA, trustme.LeafCert],
    clock: Clock,
    no_credentials: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scripted]:
    """The server, trusted by this process."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates[1].configure_cert(context)
    certificates[0].cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    script = Scripted("", clock.now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    script.domain = f"localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield script
    server.shutdown()
    thread.join()
    server.server_close()
