"""The browser libraries that partners use, in a real browser on an origin of their own.

`oidc-client-ts` speaks plain OAuth and suits strict applications. Auth0's own `auth0-spa-js` wants
an ID token, which only applications that are not strict get.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from auth0_emulator.testing import ManagementApi
from auth0_emulator.testing_sign_in import ANN, ORDERS
from tests.conftest import StartTenant
from tests.e2e.browser import bundled, chromium
from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.e2e
CACHE = ROOT / ".toolchain" / "browser"
PAGE = "<!doctype html><title>Partner</title><script src='clients.js'></script>"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder's files on a port of its own."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Site:
    """A tenant, the address of an application's page, and a browser."""

    api: ManagementApi
    url: str
    page: str
    browser: Browser

    def client(self, **properties: Any) -> str:
        """A single-page application of which `customers` can sign in."""
        body = {
            "name": "Single page",
            "app_type": "spa",
            "token_endpoint_auth_method": "none",
            "callbacks": [self.page],
            "grant_types": ["authorization_code", "refresh_token"],
        }
        client = self.api.create("/clients", body | properties)
        (connection,) = self.api("GET", "/connections", name="customers").json()
        path = f"/connections/{connection['id']}"
        enabled = [{"client_id": client["client_id"], "status": True}]
        self.api("PATCH", f"{path}/clients", enabled)
        self.api("PATCH", path, {"is_domain_connection": True})
        return str(client["client_id"])

    def open(self) -> Page:
        page = self.browser.new_page()
        page.goto(self.page)
        return page

    def sign_in(self, page: Page, *, consent: bool) -> None:
        page.get_by_label("Email address or username").fill(ANN[0])
        page.get_by_label("Password").fill(ANN[1])
        page.keyboard.press("Enter")
        if consent:
            page.get_by_role("button", name="Accept").click()
        page.wait_for_url(f"{self.page}?code=*")


@pytest.fixture(scope="module")
def site(tenant_process: StartTenant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("application")
    (folder / "app.html").write_text(PAGE)
    (folder / "clients.js").write_bytes(bundled(CACHE, "clients.js").read_bytes())
    running = tenant_process()
    ready = running.ready
    with (
        running.api() as api,
        served(folder) as address,
        chromium(ready["domain"], ready["ca_file"]) as browser,
    ):
        yield Site(api, ready["url"], f"{address}/app.html", browser)


MANAGER = """options => { window.users = new oidc.UserManager({
  ...options, scope: "read:orders offline_access", loadUserInfo: false,
  revokeTokenTypes: ["refresh_token"], automaticSilentRenew: false,
  userStore: new oidc.WebStorageStateStore({ store: sessionStorage }) }); }"""
USER = "user => ({ scope: user.scope, refresh: user.refresh_token })"


def test_oidc_client_ts_on_a_strict_application(site: Site) -> None:
    strict = {"is_first_party": False, "third_party_security_mode": "strict"}
    client_id = site.client(**strict)
    grant = {"client_id": client_id, "audience": ORDERS, "subject_type": "user"}
    site.api.create("/client-grants", {**grant, "scope": ["read:orders"]})
    options = {
        "authority": site.url,
        "client_id": client_id,
        "redirect_uri": site.page,
        "extraQueryParams": {"audience": ORDERS},
    }
    page = site.open()
    page.evaluate(MANAGER, options)
    page.evaluate("() => { users.signinRedirect() }")
    site.sign_in(page, consent=True)
    page.evaluate(MANAGER, options)
    first = page.evaluate(f"() => users.signinRedirectCallback().then({USER})")
    assert first["scope"] == "read:orders offline_access"
    second = page.evaluate(f"() => users.signinSilent().then({USER})")
    # Public third-party applications rotate their refresh tokens.
    assert len({first["refresh"], second["refresh"], None}) == 3
    page.evaluate("() => users.revokeTokens()")
    form = {"grant_type": "refresh_token", "client_id": client_id}
    answer = site.api.client.post("/oauth/token", data=form | {"refresh_token": second["refresh"]})
    assert answer.json()["error"] == "invalid_grant"
    page.close()


AUTH0 = """async options => { window.client = await auth0.createAuth0Client(options); }"""


def auth0_options(site: Site, client_id: str) -> Any:
    parameters = {"redirect_uri": site.page, "audience": ORDERS, "scope": "read:orders email"}
    return {
        "domain": site.url.removeprefix("https://"),
        "clientId": client_id,
        "useRefreshTokens": True,
        "cacheLocation": "localstorage",
        "authorizationParams": parameters,
    }


def test_auth0_spa_js_on_a_first_party_application(site: Site) -> None:
    options = auth0_options(site, site.client())
    page = site.open()
    page.evaluate(AUTH0, options)
    page.evaluate("() => { client.loginWithRedirect() }")
    site.sign_in(page, consent=False)
    page.evaluate(AUTH0, options)
    page.evaluate("() => client.handleRedirectCallback()")
    assert page.evaluate("() => client.getUser()")["email"] == ANN[0]
    fresh = "() => client.getTokenSilently({ cacheMode: 'off', detailedResponse: true })"
    site.api.clear_log()
    assert "read:orders" in page.evaluate(fresh)["scope"].split()
    posted = [entry["path"] for entry in site.api.log() if entry["method"] == "POST"]
    assert posted == ["/oauth/token"]
    page.close()


def test_rt_01_auth0_spa_js_sends_what_strict_applications_may_not(site: Site) -> None:
    strict = {"is_first_party": False, "third_party_security_mode": "strict"}
    page = site.open()
    page.evaluate(AUTH0, auth0_options(site, site.client(**strict)))
    page.evaluate("() => { client.loginWithRedirect() }")
    page.wait_for_url(f"{site.url}/authorize*")
    assert "Parameter auth0Client is not among those allowed" in page.inner_text("body")
    page.close()
