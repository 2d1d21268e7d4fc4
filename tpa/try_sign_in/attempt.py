"""One sign-in: the request, the browser, its return to this machine with a code, the tokens."""

import secrets
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from auth0_third_party.model.access import Access
from auth0_third_party.rules.hosts import is_loopback
from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.layout import application_file
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.requests import AUTHORIZE, OFFLINE, Pkce, authorization_request, code_form
from tpa.oauth.tokens import TokenClient
from tpa.terminal.output import say


@dataclass
class Attempt:
    """A sign-in for the API of `row`. `scopes`: () for all that it grants. `timeout`: seconds that
    the user has. `open_browser`: returns whether one was opened.
    """

    client: TokenClient
    row: Access
    scopes: tuple[str, ...]
    timeout: float
    open_browser: Callable[[str], bool] = webbrowser.open
    pkce: Pkce = field(default_factory=Pkce)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)

    def run(self) -> Answer:
        """The answer of the token endpoint.

        Raises:
            TpaError: no callback on this machine, a port in use, nobody came back, or the sign-in
                or the exchange failed.
        """
        deployed = self.client.deployed
        parts = urlsplit(loopback_callback(deployed))
        native = deployed.application.app_type == "native"
        port = 0 if native and not parts.port else parts.port or 80
        with listening(parts.hostname or "", port, parts.path, self.state) as (chosen, came):
            callback = loopback_callback(deployed, chosen)
            self._show(self._address(callback))
            if not came.arrived.wait(self.timeout):
                raise TpaError(_nobody(deployed, self.timeout))
        return self._redeem(came.parameters, callback)

    @property
    def asked(self) -> tuple[str, ...]:
        """The scopes of the request, with a refresh token where the application can have one."""
        offline = (OFFLINE,) if "refresh_token" in self.client.deployed.flows else ()
        return (*(self.scopes or self.row.scopes), *offline)

    def _address(self, callback: str) -> str:
        asked = authorization_request(
            self.client.deployed,
            self.row,
            self.pkce,
            state=self.state,
            scopes=self.asked,
            callback=callback,
        )
        return f"{self.client.http.url}{AUTHORIZE}?{urlencode(asked)}"

    def _show(self, address: str) -> None:
        try:
            opened = self.open_browser(address)
        except (webbrowser.Error, OSError):
            opened = False
        how = "sign in in the browser" if opened else "open this address in a browser"
        say(f"{how} (Ctrl-C ends it):\n  {address}")

    def _redeem(self, came: dict[str, str], callback: str) -> Answer:
        if "code" not in came:
            text = " ".join(f"{came.get('error')} {came.get('error_description', '')}".split())
            raise TpaError(f"the sign-in failed: {text}\n  causes: docs/causes.md")
        client_id = self.client.deployed.client_id
        form = code_form(client_id, came["code"], self.pkce.verifier, callback)
        answer = self.client.token(form)
        if answer.status >= 300:
            raise TpaError(f"the code was not exchanged: {answer.error_text}{_hint(answer)}")
        return answer


def row_of(deployed: Deployed, api: str) -> Access:
    """The user access to an API, by its key or audience; "": the first.

    Raises:
        TpaError: the application has no user access, or none to that API.
    """
    rows = deployed.user_access
    if not rows:
        raise TpaError(f"{deployed.key} has no user access: its users can't sign in (tpa probe)")
    found = [row for row in rows if api in ("", row.api, row.audience)]
    if not found:
        known = [row.api for row in rows]
        raise TpaError(f"{deployed.key} has no user access to '{api}': {nearest(api, known)}")
    return found[0]


def check_api(url: str) -> None:
    """Keeps tokens from travelling in clear.

    Raises:
        TpaError: it is no https address, and not on this machine.
    """
    parts = urlsplit(url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.netloc or not (parts.scheme == "https" or local):
        raise TpaError(
            f"'{url}' is no https address, and a token would be sent there\n"
            "  fix: name the API's address in full"
        )


def call_api(client: TokenClient, url: str, access_token: str) -> int:
    """The status of a GET with the access token.

    Raises:
        TpaError: the API can't be reached.
    """
    with TenantHttp(urlsplit(url).netloc) as http:
        return http.send("GET", url, headers=client.authorization(url, access_token)).status


def _nobody(deployed: Deployed, timeout: float) -> str:
    text = f"nobody came back within {timeout:.0f} s"
    if deployed.protected:
        text += (
            "\n  note: the application is protected, so an error stays on the tenant's page in the"
            " browser; read it there (causes: docs/causes.md)"
        )
    return text


def _hint(answer: Answer) -> str:
    if answer.status == 401:
        return "\n  fix: the secret or key at hand is expired, rotated, or another application's"
    return ""


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

    state: str
    arrived: threading.Event = field(default_factory=threading.Event)
    parameters: dict[str, str] = field(default_factory=dict)


@contextmanager
def listening(host: str, port: int, path: str, state: str) -> Iterator[tuple[int, Return]]:
    """A server on loopback for one return with this `state`; yields its port, then what came.

    Raises:
        TpaError: the port is in use.
    """
    came = Return(state)
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
