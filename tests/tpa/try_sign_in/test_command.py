"""`tpa try` with a test as the browser, on a tenant that could be a real one."""

import json
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.ports import free_port
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Ended, Run
from tpa.oauth.deployed import Person, deployed
from tpa.oauth.http import TenantHttp
from tpa.oauth.pages import sign_in
from tpa.try_sign_in.attempt import loopback_callback

Browser = Callable[[str], bool]
ANN = Person("ann@example.com", "Ann-signs-in-1")


class Try:
    """A widget whose callback is on this machine, and a browser that a test plays."""

    def __init__(self, run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack, self._run, self._monkeypatch = stack, run, monkeypatch
        self.port = free_port()
        self.callback(f"http://localhost:{self.port}/callback")

    def callback(self, uri: str, **changes: Any) -> None:
        """In the files and in the tenant."""
        self.stack.project.live("widget", callbacks=[uri])
        self.stack.project.dev(
            tenant=self.stack.tenant.domain,
            embedded_port=None,
            connections={"customers": "customers"},
        )
        self.stack.change("widget", callbacks=[uri], **changes)

    def __call__(self, browser: Browser, *arguments: str) -> Ended:
        self._monkeypatch.setattr(webbrowser, "open", browser)
        return self._run(self.stack.root, "try", "widget", "--timeout", "20", *arguments)


@pytest.fixture
def try_widget(run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch) -> Try:
    return Try(run, stack, monkeypatch)


def in_the_background(work: Callable[[str], None]) -> Browser:
    """A browser that goes on while the command waits."""

    def opened(url: str) -> bool:
        threading.Thread(target=work, args=(url,), daemon=True).start()
        return True

    return opened


def signing_in(address: str, *, accept: bool = True) -> None:
    parts = urlsplit(address)
    with TenantHttp(parts.netloc) as http:
        end = sign_in(http, ANN, dict(parse_qsl(parts.query)), accept=accept).end
        if end.location:
            http.send("GET", end.location)


def coming_back_with(**parameters: str) -> Browser:
    def work(address: str) -> None:
        asked = dict(parse_qsl(urlsplit(address).query))
        httpx.get(asked["redirect_uri"], params={"state": asked["state"], **parameters})

    return in_the_background(work)


def test_what_comes_back(try_widget: Try) -> None:
    ended = try_widget(in_the_background(signing_in), "--json")
    assert ended.status == 0, ended.error
    answer = json.loads(ended.output)
    assert (answer["application"], answer["api"]) == ("widget", "catalog")
    assert answer["scopes"] == ["read:products"]
    assert answer["refused_scopes"] == []
    assert answer["claims"]["azp"] == try_widget.stack.clients["widget"]
    assert answer["refresh_token"] is False
    assert "eyJ" not in ended.output + ended.error
    assert try_widget.stack.tenant.requests() == []


def test_tokens_are_shown_when_asked_for(try_widget: Try) -> None:
    ended = try_widget(in_the_background(signing_in), "--show-tokens")
    assert ended.status == 0, ended.error
    assert "access_token\n  eyJ" in ended.output


def test_scopes_that_are_not_granted(try_widget: Try) -> None:
    scopes = ("--scope", "read:products write:products", "--json")
    answer = json.loads(try_widget(in_the_background(signing_in), *scopes).output)
    assert answer["scopes"] == ["read:products"]
    assert answer["refused_scopes"] == ["write:products"]


@pytest.fixture
def api() -> Iterator[tuple[str, list[str]]]:
    """The address of an API, and the credentials that it got."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append(self.headers.get("authorization", ""))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/orders", got
        server.shutdown()


def test_the_api_is_called(try_widget: Try, api: tuple[str, list[str]]) -> None:
    url, got = api
    ended = try_widget(in_the_background(signing_in), "--call", url)
    assert ended.status == 0, ended.error
    assert f"{url}: 204" in ended.output
    assert got[0].startswith("Bearer eyJ")


def test_no_token_goes_out_in_clear(try_widget: Try) -> None:
    ended = try_widget(in_the_background(signing_in), "--call", "http://orders.test/")
    assert ended.status == 2
    assert "'http://orders.test/' is no https address" in ended.error
    assert "/authorize" not in ended.error


def test_a_browser_that_can_not_be_opened(try_widget: Try) -> None:
    """The address is printed; the user takes it elsewhere."""

    def none_there(address: str) -> bool:
        in_the_background(signing_in)(address)
        raise webbrowser.Error("could not locate runnable browser")

    ended = try_widget(none_there)
    assert ended.status == 0, ended.error
    assert "open this address in a browser (Ctrl-C ends it):\n  https://localhost:" in ended.error


def test_an_error_at_the_callback(try_widget: Try) -> None:
    ended = try_widget(coming_back_with(error="access_denied", error_description="a\x1b[1m  b"))
    assert ended.status == 2
    assert "the sign-in failed: access_denied a\\x1b[1m b" in ended.error


def test_a_code_that_is_not_exchanged(try_widget: Try) -> None:
    ended = try_widget(coming_back_with(code="made-up"))
    assert ended.status == 2
    assert "the code was not exchanged: 403 invalid_grant" in ended.error


def test_a_return_that_nobody_asked_for(try_widget: Try) -> None:
    """Another state, another path, or a second time: it is not taken."""
    statuses = []

    def work(address: str) -> None:
        uri = dict(parse_qsl(urlsplit(address).query))["redirect_uri"]
        for url in (f"{uri}?state=guessed&code=stolen", f"{uri}/x", f"{uri}?code=stolen"):
            statuses.append(httpx.get(url).status_code)
        signing_in(address)

    ended = try_widget(in_the_background(work))
    assert ended.status == 0, ended.error
    assert statuses == [404, 404, 404]


def test_nobody_comes_back(try_widget: Try) -> None:
    ended = try_widget(lambda _: True, "--timeout", "0.2")
    assert ended.status == 2
    assert "nobody came back within 0 s" in ended.error
    assert "an error stays on the tenant's page" in ended.error


def test_a_port_in_use(try_widget: Try) -> None:
    with socket.create_server(("127.0.0.1", try_widget.port)):
        ended = try_widget(lambda _: True)
    assert ended.status == 2
    assert f"port {try_widget.port} on localhost can't be used" in ended.error


def test_an_interrupt(try_widget: Try) -> None:
    def interrupted(_: str) -> bool:
        raise KeyboardInterrupt

    ended = try_widget(interrupted)
    assert (ended.status, ended.output) == (130, "")
    assert "stopped before the sign-in was over; nothing was changed" in ended.error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["portal"], "portal has no callback on this machine\n  why: Auth0 returns"),
        (
            ["portal"],
            "for dev and never for prod: callbacks: [https://acme.test/cb, http://localhost:3000/callback]",
        ),
        (["widget", "--api", "orders"], "widget has no user access to 'orders'"),
        (["nobody"], "dev has no application 'nobody'"),
    ],
)
def test_what_can_not_be_tried(
    arguments: list[str], words: str, run: Run, stack: AppliedStack
) -> None:
    ended = run(stack.root, "try", *arguments)
    assert (ended.status, ended.output) == (2, "")
    assert words in ended.error


def test_a_credential_that_is_not_at_hand(run: Run, stack: AppliedStack) -> None:
    stack.project.portal(callbacks=["http://localhost:3000/callback"])
    ended = run(stack.root, "try", "portal")
    assert ended.status == 2
    assert "set TPA_CLIENT_SECRET_PORTAL in this shell" in ended.error


def test_a_native_application_may_use_any_port(try_widget: Try) -> None:
    catalog = try_widget.stack.project.load()
    spa = deployed(catalog, "widget", "tpc_1")
    assert loopback_callback(spa, 5000) == f"http://localhost:{try_widget.port}/callback"
    app = spa.application.model_copy(
        update={"app_type": "native", "callbacks": ("com.app://cb", "http://[::1]/cb")}
    )
    native = type(spa)("widget", "tpc_1", app)
    assert loopback_callback(native, 5000) == "http://[::1]:5000/cb"


def test_users_of_a_real_tenant_are_not_known(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "users")
    assert ended.status == 2
    assert "whose users have passwords of their own" in ended.error
