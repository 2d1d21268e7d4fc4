"""One request on loopback: the browser comes back with a code."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from auth0_third_party.rules.hosts import is_loopback
from tpa.errors import TpaError
from tpa.files.sources import application_file
from tpa.oauth.deployed import Deployed

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>tpa try</title>
<body style="font-family: sans-serif; margin: 3rem"><h1>{title}</h1>
<p>You can close this page and go back to the terminal.</p></body></html>"""


def loopback_callback(deployed: Deployed, port: int = 0) -> str:
    """The application's callback on this machine; a native application may use any port there
    (RFC 8252 7.3), which replaces that of the callback.

    Raises:
        TpaError: it has none; the message says what to add, and why.
    """
    native = deployed.application.app_type == "native"
    for uri in deployed.application.callbacks:
        parts = urlsplit(uri)
        if parts.scheme == "http" and is_loopback(parts.hostname or ""):
            name = parts.hostname or ""
            host = f"[{name}]" if ":" in name else name
            return parts._replace(netloc=f"{host}:{port}").geturl() if native and port else uri
    raise TpaError(_no_callback(deployed))


def _no_callback(deployed: Deployed) -> str:
    native = deployed.application.app_type == "native"
    wanted = "http://127.0.0.1:8765/callback" if native else "http://localhost:3000/callback"
    listed = ", ".join([*deployed.application.callbacks, wanted])
    return (
        f"{deployed.key} has no callback on this machine\n"
        "  why: Auth0 returns the user only to an address on the application's list, and none of"
        f" {', '.join(deployed.application.callbacks) or 'its callbacks'} leads here\n"
        f"  fix: in {application_file(deployed.key)}, under environments, for dev and never for"
        f" prod: callbacks: [{listed}]; then tpa up -e dev"
    )


@dataclass
class Return:
    """What the browser brought back; empty while it is out."""

    uri: str
    state: str
    arrived: threading.Event = field(default_factory=threading.Event)
    parameters: dict[str, str] = field(default_factory=dict)


@contextmanager
def listening(host: str, port: int, path: str, state: str) -> Iterator[tuple[int, Return]]:
    """A server on loopback for one return with this `state`; yields its port, then what came.

    Raises:
        TpaError: the port is in use.
    """
    came = Return(path, state)
    try:
        server = HTTPServer((host, port), _handler(came, path or "/"))
    except OSError as error:
        raise TpaError(
            f"port {port} on {host} can't be used: {error.strerror}\n"
            "  fix: stop the program that uses it; the port is that of the callback in the files"
        ) from None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], came
    finally:
        server.shutdown()
        server.server_close()


def _handler(came: Return, path: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = dict(parse_qsl(parts.query))
            if parts.path != path or came.arrived.is_set() or given.get("state") != came.state:
                self._answer(404, "This is not the answer that tpa waits for")
                return
            came.parameters.update(given)
            came.arrived.set()
            self._answer(200, "Signed in" if "code" in given else "The sign-in failed")

        def _answer(self, status: int, title: str) -> None:
            body = PAGE.format(title=title).encode()
            self.send_response(status)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.send_header("cache-control", "no-store")
            self.send_header("content-security-policy", POLICY)
            self.send_header("referrer-policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """The request has the code in it, so it is not logged."""

    return Handler
