"""Universal Login of the embedded tenant in a real browser: keyboard, phone, axe, callback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize

from auth0_emulator.testing import RunningTenant
from auth0_emulator.testing_sign_in import ANN, Partner, UserAgent, new_partner
from tests.conftest import StartTenant
from tests.e2e.browser import chromium
from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.e2e
SHOTS = ROOT / ".toolchain" / "browser" / "sign-in"
PHONE: ViewportSize = {"width": 360, "height": 740}


@dataclass
class Callback:
    """An application on loopback: notes what it is sent."""

    address: str
    got: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def application() -> Iterator[Callback]:
    got: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/callback":
                got.append(dict(parse_qsl(parts.query)))
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Back in the application</title>")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Callback(f"http://localhost:{server.server_port}/callback", got)
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Site:
    """A partner of a tenant, and a browser in front of it."""

    partner: Partner
    browser: Browser
    callback: Callback
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, look: ViewportSize | None = None, **changes: str | None) -> Page:
        page = self.browser.new_page(viewport=look or {"width": 900, "height": 800})
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        wanted = self.partner.parameters(redirect_uri=self.callback.address, **changes)
        page.goto(f"{self.url}/authorize?{urlencode(wanted)}")
        return page


@pytest.fixture(scope="module")
def running(tenant_process: StartTenant) -> RunningTenant:
    return tenant_process()


@pytest.fixture
def site(running: RunningTenant) -> Iterator[Site]:
    ready = running.ready
    with running.api() as api, application() as callback:
        api.reset()
        user = UserAgent(httpx.Client(base_url=ready["url"], verify=running.trust))
        callbacks = ["http://localhost/callback"]
        partner = new_partner(
            api,
            user,
            name="Order Portal",
            app_type="native",
            token_endpoint_auth_method="none",
            callbacks=callbacks,
        )
        partner.promote("google-oauth2")
        with chromium(ready["domain"], ready["ca_file"]) as browser:
            yield Site(partner, browser, callback, ready["url"])
        user.client.close()


def looked_at(page: Page, name: str) -> None:
    """What axe finds: nothing; keeps a picture to look at; nothing is cut off."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(wide) is False


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_user_signs_in_agrees_and_is_back_in_the_application(site: Site, size: str) -> None:
    page = site.open(PHONE if size == "phone" else None, scope="read:orders write:orders")
    looked_at(page, f"login-{size}")
    page.get_by_label("Email address or username").fill(ANN[0])
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    assert page.get_by_role("alert").inner_text() == "Wrong email or password."
    looked_at(page, f"wrong-{size}")
    page.get_by_label("Password").fill(ANN[1])
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Authorize Order Portal").wait_for()
    looked_at(page, f"consent-{size}")
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url(f"{site.callback.address}?*")
    (got,) = site.callback.got
    assert got.keys() == {"code", "state"}
    assert site.partner.api("GET", "/grants").json()[0]["scope"] == ["read:orders", "write:orders"]
    hosts = {urlsplit(url).netloc for url in site.asked}
    assert hosts == {urlsplit(site.url).netloc, urlsplit(site.callback.address).netloc}
    assert [text for text in site.complaints if "400" not in text] == []


def test_the_other_pages(site: Site) -> None:
    page = site.open(PHONE, screen_hint="signup")
    page.get_by_role("heading", name="Sign-in failed").wait_for()
    looked_at(page, "error")
    page = site.open(PHONE)
    page.get_by_role("link", name="Continue with Google").click()
    looked_at(page, "identity")
    page.get_by_label("Email address").fill("dora@example.com")
    page.get_by_role("button", name="Sign in at Google").click()
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("heading", name="Sign-in failed").wait_for()
    looked_at(page, "declined")
    assert site.callback.got == []


def test_a_password_is_reset_without_mail(site: Site) -> None:
    page = site.open(PHONE)
    page.get_by_role("link", name="Forgot your password?").click()
    looked_at(page, "reset-request")
    page.get_by_label("Email address").fill(ANN[0])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your email").wait_for()
    looked_at(page, "reset-mail")
    page.get_by_role("link", name="Continue").click()
    looked_at(page, "reset-password")
    page.get_by_label("New password").fill("Ann-signs-in-again")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Your password was changed.").wait_for()
    looked_at(page, "reset-done")


def test_the_prompts(site: Site) -> None:
    site.partner.change(
        organization_usage="require", organization_require_behavior="pre_login_prompt"
    )
    page = site.open(PHONE)
    page.get_by_label("Name of your organization").fill("northwind")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    looked_at(page, "organization")
    site.partner.change(organization_usage="allow")
    page = site.open(PHONE)
    page.get_by_label("Email address or username").fill(ANN[0])
    page.get_by_label("Password").fill(ANN[1])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url(f"{site.callback.address}?*")
    wanted = site.partner.parameters(redirect_uri=site.callback.address)
    page.goto(f"{site.url}/authorize?{urlencode(wanted)}")
    page.get_by_role("heading", name="Continue to Order Portal?").wait_for()
    looked_at(page, "confirm")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site.callback.address}?*")
    assert len(site.callback.got) == 2


def test_the_page_cannot_be_framed(site: Site) -> None:
    page = site.browser.new_page()
    wanted = urlencode(site.partner.parameters(redirect_uri=site.callback.address))
    page.goto(site.callback.address.replace("callback", "frame"))
    with page.expect_event("console", lambda message: "frame" in message.text):
        page.set_content(f'<iframe src="{site.url}/authorize?{wanted}"></iframe>')
    page.frames[1].wait_for_url("chrome-error://**", wait_until="commit")
