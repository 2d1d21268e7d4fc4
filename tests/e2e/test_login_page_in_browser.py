"""The Classic login page in a real browser with the real Lock, for first and third parties."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from auth0_emulator.testing import ManagementApi, RunningTenant
from auth0_third_party.model.pages import Lock, LoginPage
from auth0_third_party.pages import login_page_html
from tests.conftest import StartTenant
from tests.e2e.browser import bundled, chromium, integrity
from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.e2e
CACHE = ROOT / ".toolchain" / "browser"
SHOTS = CACHE / "login-page"
FIRST, THIRD = "Default App", "Partner from before the security modes"
GOOGLE, OPEN = ".auth0-lock-social-button", ".auth0-lock.auth0-lock-opened"
USER_NAME, PASSWORD = ".auth0-lock input[name=email]", ".auth0-lock input[name=password]"


@dataclass
class Site:
    """A tenant with a Classic login page, and a browser in front of it."""

    running: RunningTenant
    api: ManagementApi
    lock: Lock
    browser: Browser
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def client_id(self, name: str) -> str:
        (found,) = [one for one in self.api("GET", "/clients").json() if one["name"] == name]
        return str(found["client_id"])

    def customise(self, html: str) -> None:
        (everything,) = self.api("GET", "/clients", is_global="true").json()
        body = {"custom_login_page_on": True, "custom_login_page": html}
        answer = self.api("PATCH", f"/clients/{everything['client_id']}", body)
        assert answer.status_code == 200, answer.text

    def open(self, client: str, html: str = "", **changes: Any) -> Page:
        """The page as a user of this client gets it; notes what it asked for."""
        self.customise(html or login_page_html(LoginPage(lock=self.lock, **changes)))
        page = self.browser.new_page(viewport={"width": 900, "height": 800})
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.api.clear_log()
        page.goto(f"{self.running.ready['url']}/login?client={self.client_id(client)}")
        return page

    def infos(self) -> list[str]:
        """The settings that Lock loaded, as the tenant logged them."""
        paths = [entry["path"] for entry in self.api.log()]
        return [path for path in paths if path.endswith(".js") and "/assets/" not in path]

    def hosts(self) -> set[str]:
        """Where the page's requests went, those that never left included."""
        parts = [urlsplit(url) for url in self.asked]
        return {part.netloc for part in parts if part.scheme != "data"}


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = bundled(CACHE, "lock.js")
    folder = tmp_path_factory.mktemp("assets")
    return Path(shutil.copy(built, folder))


@pytest.fixture(scope="module")
def legacy_tenant(tenant_process: StartTenant, script: Path) -> RunningTenant:
    return tenant_process("--legacy", "--assets", str(script.parent))


@pytest.fixture
def site(legacy_tenant: RunningTenant, script: Path) -> Iterator[Site]:
    """Google is promoted, and not enabled for the first-party client; `customers` is both."""
    api = legacy_tenant.api()
    api.reset()
    address = f"https://{legacy_tenant.ready['domain']}/assets/{script.name}"
    lock = Lock(version="14.3.0", integrity=integrity(script), script_url=address)
    ready = legacy_tenant.ready
    with chromium(ready["domain"], ready["ca_file"]) as browser:
        made = Site(legacy_tenant, api, lock, browser)
        for connection in api("GET", "/connections").json():
            named, path = connection["name"], f"/connections/{connection['id']}"
            if named in ("customers", "google-oauth2"):
                api("PATCH", path, {"is_domain_connection": True})
            if named in ("google-oauth2", "acme-workforce"):
                off = [{"client_id": made.client_id(FIRST), "status": False}]
                api("PATCH", f"{path}/clients", off)
        yield made
    api.close()


def shoot(page: Page, name: str) -> None:
    """Keeps a picture to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def test_a_first_party_signs_in_with_its_own_connections(site: Site) -> None:
    page = site.open(FIRST)
    page.wait_for_selector(OPEN)
    page.wait_for_selector(PASSWORD)
    assert page.locator(USER_NAME).is_visible()
    assert page.locator(GOOGLE).count() == 0
    assert page.locator(".auth0-lock-header").inner_text().strip() == FIRST
    assert site.infos() == [f"/client/{site.client_id(FIRST)}.js"]
    shoot(page, "first-party")


def test_a_third_party_signs_in_with_the_promoted_connections(site: Site) -> None:
    page = site.open(THIRD)
    page.wait_for_selector(OPEN)
    page.wait_for_selector(GOOGLE)
    assert page.locator(GOOGLE).count() == 1
    assert "Google" in page.locator(GOOGLE).inner_text()
    assert page.locator(PASSWORD).is_visible()
    assert page.locator(".auth0-lock-header").inner_text().strip() == THIRD
    assert site.infos() == ["/info-v1.js"]
    shoot(page, "third-party")


@pytest.mark.parametrize(
    ("settings_from", "info"),
    [("appliance", "/info-v1.js"), ("custom_domain", "/tenants/v1/emulator.js")],
)
def test_lp_02_lock_finds_the_settings(site: Site, settings_from: str, info: str) -> None:
    page = site.open(THIRD, settings_from=settings_from)
    page.wait_for_selector(GOOGLE)
    assert site.infos() == [info]


@pytest.mark.parametrize("client", [FIRST, THIRD])
def test_the_page_asks_nobody_but_the_tenant(site: Site, client: str) -> None:
    page = site.open(client)
    page.wait_for_selector(PASSWORD)
    page.locator(USER_NAME).fill("ann@example.com")
    page.locator(PASSWORD).fill("not a password")
    page.wait_for_load_state("networkidle")
    assert site.hosts() == {site.running.ready["domain"]}
    assert site.complaints == []
    assert [entry for entry in site.api.log() if entry["status"] >= 400] == []


def test_another_lock_than_the_one_that_was_read_does_not_run(site: Site, script: Path) -> None:
    original = script.read_bytes()
    script.write_bytes(original + b"\n// one more line")
    try:
        page = site.open(THIRD)
        page.wait_for_function("document.body.textContent.includes('could not be loaded')")
    finally:
        script.write_bytes(original)
    assert page.locator(".auth0-lock").count() == 0
    assert site.infos() == []


def test_another_script_on_the_page_does_not_run(site: Site) -> None:
    html = login_page_html(LoginPage(lock=site.lock))
    planted = "<script>document.title = 'taken'</script></body>"
    page = site.open(THIRD, html.replace("</body>", planted))
    page.wait_for_selector(OPEN)
    assert page.title() == "Sign in"
    assert any("Content Security Policy" in complaint for complaint in site.complaints)
