"""A real HTTPS server that answers from a script, in place of a tenant."""

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

Json = Any


@dataclass(frozen=True)
class Exchange:
    """One expected call and its answer; `body` is None for a call without one."""

    method: str
    path: str
    body: Json = None
    status: int = 200
    response: Json = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Script:
    """Expected exchanges, used by method and path in their order; calls are recorded."""

    expected: list[Exchange] = field(default_factory=list)
    seen: list[tuple[str, str, Json]] = field(default_factory=list)
    received_headers: list[dict[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, *exchanges: Exchange) -> None:
        with self._lock:
            self.expected = list(exchanges)
            self.seen = []

    def take(self, method: str, path: str, body: Json) -> Exchange | None:
        with self._lock:
            self.seen.append((method, path, body))
            fitting = [
                index
                for index, each in enumerate(self.expected)
                if (each.method, each.path) == (method, path)
            ]
            exact = [index for index in fitting if self.expected[index].body == body]
            return self.expected.pop((exact or fitting)[0]) if fitting else None


class PlaybackTenant:
    """The server; its domain is `localhost:PORT` and its authority is in `ca_file`."""

    def __init__(self, folder: Path) -> None:
        self.script = Script()
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.script))
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.domain = f"localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = _parsed(self._content(), self.headers.get("Content-Type", ""))
            script.received_headers.append(dict(self.headers.items()))
            exchange = script.take(self.command, self.path, body)
            exchange = exchange or Exchange("", "", None, 599, {"message": "unexpected call"})
            content = b"" if exchange.response is None else json.dumps(exchange.response).encode()
            self.send_response(exchange.status)
            for name, value in exchange.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _content(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", "0")))
            pieces = b""
            while size := int(self.rfile.readline(), 16):
                pieces += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return pieces

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """No log: the script records the calls."""

    return Handler


def _parsed(content: bytes, kind: str) -> Json:
    if not content:
        return None
    return json.loads(content) if "json" in kind else content.decode()
