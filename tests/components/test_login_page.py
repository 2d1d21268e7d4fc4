"""The Classic login page and the error page, as the engine and browsers get them."""

import base64
import hashlib
import re
from typing import Any

import pytest

from auth0_third_party import ClassicLoginPage, TenantErrorPage
from auth0_third_party.model.pages import Lock, LoginPage
from auth0_third_party.pages import login_page_html
from tests.components.conftest import Register, only

LOGIN, ERROR = (
    "auth0-third-party:index:LoginPageSetting",
    "auth0-third-party:index:ErrorPageSetting",
)
DIGEST = "sha384-" + base64.b64encode(bytes(48)).decode()
LOCK = Lock(version="14.3.0", integrity=DIGEST)


def html_of(**changes: Any) -> str:
    return login_page_html(LoginPage(lock=LOCK, **changes))


def script_of(html: str) -> str:
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return str(script)


def test_lp_04_the_page_is_all_that_is_written(register: Register) -> None:
    args: Any = {"lock": {"version": "14.3.0", "integrity": DIGEST}}
    seen = register(lambda: ClassicLoginPage("classic", args))
    assert [one.type for one in seen] == [
        "auth0-third-party:index:ClassicLoginPage",
        "auth0-third-party:index:Remembered",
        LOGIN,
    ]
    written = only(seen, LOGIN)
    assert written.name == "classic-setting"
    assert written.inputs == {"html": login_page_html(LoginPage(lock=LOCK))}


def test_lp_01_third_parties_get_the_tenants_connections() -> None:
    assert "__useTenantInfo: config.isThirdPartyClient," in html_of()


def test_lp_01_the_configuration_is_put_in_once() -> None:
    html = html_of()
    assert html.count("@@config@@") == 1
    assert "JSON.parse(decodeURIComponent(escape(window.atob(" in html


def test_lp_02_a_tenant_of_auth0_needs_no_address() -> None:
    assert "configurationBaseUrl" not in html_of()


def test_lp_02_an_appliance_names_itself() -> None:
    html = html_of(settings_from="appliance")
    assert "configurationBaseUrl: 'https://' + config.auth0Domain + '/'," in html
    assert "overrides" not in html


def test_lp_02_a_custom_domain_names_where_settings_are() -> None:
    html = html_of(settings_from="custom_domain")
    assert "configurationBaseUrl: config.clientConfigurationBaseUrl," in html
    assert "__tenant: config.auth0Tenant," in html


def test_lock_is_one_release_with_one_content() -> None:
    script = script_of(html_of())
    assert 'lock.src = "https://cdn.auth0.com/js/lock/14.3.0/lock.min.js";' in script
    assert f'lock.integrity = "{DIGEST}";' in script
    assert "lock.crossOrigin = 'anonymous';" in script


@pytest.mark.parametrize("settings_from", ["tenant", "custom_domain", "appliance"])
def test_nothing_else_runs_on_the_page(settings_from: str) -> None:
    html = html_of(settings_from=settings_from)
    digest = base64.b64encode(hashlib.sha256(script_of(html).encode()).digest()).decode()
    assert f"script-src 'strict-dynamic' 'sha256-{digest}' https:;" in html
    assert "default-src 'none'" in html
    assert "src=" not in html


def test_the_policy_holds_whoever_signs_in() -> None:
    html = html_of()
    assert script_of(html.replace("@@config@@", "e30=")) == script_of(html)


def test_nobody_is_told_who_signs_in() -> None:
    assert "avatar: null" in html_of()
    assert "logo: " + '"data:' in html_of()


def test_a_page_with_looks_of_its_own() -> None:
    html = html_of(
        title="Acme <sign in>", logo_url="https://acme.test/logo.png", primary_color="#1a2b3c"
    )
    assert "<title>Acme &lt;sign in&gt;</title>" in html
    assert 'logo: "https://acme.test/logo.png"' in html
    assert '"#1a2b3c" || ' in html


def test_orp_07_every_part_of_the_error_page_is_written(register: Register) -> None:
    args: Any = {"url": "https://acme.test/error"}
    written = only(register(lambda: TenantErrorPage("errors", args)), ERROR)
    assert written.name == "errors-setting"
    expected = {"html": "", "url": "https://acme.test/error", "show_log_link": False}
    assert written.inputs == {"page": expected}


def test_orp_07_an_error_page_that_auth0_shows(register: Register) -> None:
    args: Any = {"html": "<p>Sorry</p>", "show_log_link": True}
    written = only(register(lambda: TenantErrorPage("errors", args)), ERROR)
    assert written.inputs["page"] == {"html": "<p>Sorry</p>", "url": "", "show_log_link": True}
