"""Login and error pages: what their models refuse."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from auth0_third_party.model.pages import ErrorPage, Lock, LoginPage

DIGEST = "sha384-" + base64.b64encode(bytes(48)).decode()


def refused(model: type[Any], **fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        model(**fields)
    return str(caught.value)


def test_the_vendors_address_of_a_release() -> None:
    lock = Lock(version="14.3.0", integrity=DIGEST)
    assert lock.url == "https://cdn.auth0.com/js/lock/14.3.0/lock.min.js"


def test_an_address_of_ones_own() -> None:
    own = "https://static.example.com/lock-14.3.0.js"
    assert Lock(version="14.3.0", integrity=DIGEST, script_url=own).url == own


@pytest.mark.parametrize("version", ["10.6.1", "9.2.3", "0.0.1", "10.6.99"])
def test_lp_01_lock_before_third_parties(version: str) -> None:
    assert "use 10.7.0 or newer" in refused(Lock, version=version, integrity=DIGEST)


@pytest.mark.parametrize("version", ["10.7.0", "10.10.0", "11.0.0", "14.3.0"])
def test_lp_01_lock_that_knows_third_parties(version: str) -> None:
    assert Lock(version=version, integrity=DIGEST).version == version


@pytest.mark.parametrize(
    "version", ["10.7", "11", "11.x.y", "v11.0.0", "11.0.0-beta.9", "11.0.00", "11.0.0 ", ""]
)
def test_lp_01_a_version_that_names_no_release(version: str) -> None:
    assert "name one in full" in refused(Lock, version=version, integrity=DIGEST)


@pytest.mark.parametrize(
    "integrity",
    [
        "",
        "sha384-",
        "sha1-" + base64.b64encode(bytes(20)).decode(),
        "sha384-" + base64.b64encode(bytes(32)).decode(),
        "sha384-not base64",
        DIGEST.removeprefix("sha384-"),
        f"{DIGEST} {DIGEST}",
        f"{DIGEST}\n",
    ],
)
def test_an_integrity_that_no_browser_could_check(integrity: str) -> None:
    assert "not the digest of a script" in refused(Lock, version="14.3.0", integrity=integrity)


@pytest.mark.parametrize(
    "url", ["http://static.example.com/lock.js", "//cdn.example.com/lock.js", "https://x/'+y", ""]
)
def test_a_script_from_elsewhere_comes_over_https(url: str) -> None:
    assert "script_url" in refused(Lock, version="14.3.0", integrity=DIGEST, script_url=url)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("logo_url", "http://static.example.com/logo.png"),
        ("primary_color", "green"),
        ("primary_color", "#12345"),
        ("title", ""),
        ("settings_from", "cdn"),
        ("html", "<html></html>"),
    ],
)
def test_lp_02_a_login_page_of_another_shape(field: str, value: str) -> None:
    lock = Lock(version="14.3.0", integrity=DIGEST)
    assert field in refused(LoginPage, lock=lock, **{field: value})


@pytest.mark.parametrize("page", [{}, {"html": " "}, {"html": "<p>", "url": "https://x.test/"}])
def test_orp_07_an_error_page_is_one_page(page: dict[str, str]) -> None:
    assert "either html or a url" in refused(ErrorPage, **page)


@pytest.mark.parametrize("url", ["http://acme.test/error", "acme.test/error", "https://"])
def test_orp_07_an_error_page_elsewhere_is_named_in_full(url: str) -> None:
    assert "url" in refused(ErrorPage, url=url)


def test_orp_07_either_kind_of_error_page() -> None:
    assert ErrorPage(html="<p>Sorry</p>", show_log_link=True).url is None
    assert ErrorPage(url="https://acme.test/error").html == ""
