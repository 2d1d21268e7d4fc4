"""E-mail with links, and the pages that they open."""

import sys
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from auth0_emulator.oauth.mail import NO_LIQUID, TICKET_SECONDS
from auth0_emulator.testing_sign_in import ANN, Partner

TEMPLATE = {
    "from": "",
    "subject": "{{ application.name }}: your account",
    "syntax": "liquid",
    "enabled": True,
    "body": "<a href='{{ url }}'>{{ application.name }} [{{ application.callback_domain }}]</a>"
    "{% if application.callback_domain == '' %}protected{% endif %}",
}


def set_template(partner: Partner, name: str, **changes: Any) -> None:
    body = {"template": name, **TEMPLATE, **changes}
    assert partner.api("PUT", f"/email-templates/{name}", body).status_code == 200


def mails(partner: Partner) -> list[dict[str, str]]:
    found: list[dict[str, str]] = partner.api.control("GET", "/mails").json()
    return found


def ask_for_reset(partner: Partner, email: str = ANN[0]) -> httpx.Response:
    state = partner.open(prompt="login").url.params["state"]
    page = partner.user.open("/u/reset-password/request", state=state)
    return partner.user.submit(page, email=email)


def follow(partner: Partner) -> httpx.Response:
    return partner.user.open(mails(partner)[-1]["url"])


def ask_for_verification(partner: Partner) -> None:
    (ann,) = partner.api("GET", "/users-by-email", email=ANN[0]).json()
    body = {"verify_email": True, "client_id": partner.client["client_id"]}
    path = f"/users/{ann['user_id']}"
    partner.api("PATCH", path, {"email_verified": False})
    assert partner.api("PATCH", path, body).status_code == 200


def test_a_password_is_reset(partner: Partner) -> None:
    partner.sign_in()
    page = ask_for_reset(partner)
    assert "sends no mail" in page.text
    (sent,) = mails(partner)
    assert (sent["to"], sent["subject"]) == (ANN[0], "Reset your password")
    assert sent["url"] in page.text
    page = follow(partner)
    assert partner.user.submit(page, password="").status_code == 400
    done = partner.user.submit(page, password="a new one")
    assert "Your password was changed." in done.text
    assert partner.open().url.path == "/u/login"  # the session is over
    page = partner.user.submit(partner.open(), username=ANN[0], password=ANN[1])
    assert page.status_code == 400
    assert partner.user.sign_in(page, ANN[0], "a new one").is_redirect


def test_a_link_is_good_once_and_for_a_time(partner: Partner) -> None:
    partner.api.control("POST", "/clock", {"advance": 0})
    ask_for_reset(partner)
    assert "Done" in partner.user.submit(follow(partner), password="x").text
    assert follow(partner).status_code == 400
    ask_for_reset(partner)
    verification = mails(partner)[-1]["url"].replace("reset-password", "email-verification")
    assert partner.user.open(verification).status_code == 400
    partner.api.control("POST", "/clock", {"advance": TICKET_SECONDS + 1})
    assert partner.user.open("/u/reset-password", ticket="x").status_code == 400
    assert mails(partner)[-1:] == [] or follow(partner).status_code == 400


def test_nobody_gets_an_email_for_an_account_that_is_not_there(partner: Partner) -> None:
    page = ask_for_reset(partner, "nobody@example.com")
    assert "If the account exists" in page.text
    assert mails(partner) == []


def test_an_address_is_verified(partner: Partner) -> None:
    ask_for_verification(partner)
    assert "Your email was verified." in follow(partner).text
    (ann,) = partner.api("GET", "/users-by-email", email=ANN[0]).json()
    assert ann["email_verified"] is True


@pytest.mark.parametrize("name", ["verify_email", "reset_email"])
def test_orp_03_orp_04_templates_do_not_see_a_protected_callback(
    partner: Partner, name: str
) -> None:
    def body() -> str:
        if name == "verify_email":
            ask_for_verification(partner)
        else:
            ask_for_reset(partner)
        return mails(partner)[-1]["body"]

    partner.change(name="Tom & Söhne")
    set_template(partner, name)
    assert body().endswith(">Tom &amp; Söhne []</a>protected")
    assert mails(partner)[-1]["subject"] == "Tom & Söhne: your account"
    partner.change(redirection_policy="allow_always")
    assert body().endswith("[https://partner.example.com]</a>")


def test_orp_03_a_template_without_a_fallback_ends_on_the_error_page(partner: Partner) -> None:
    set_template(partner, "verify_email", resultUrl="{{ application.callback_domain }}/welcome")
    ask_for_verification(partner)
    answer = follow(partner)
    assert answer.status_code == 400
    assert "&#39;/welcome&#39;, which is no address" in answer.text
    partner.change(redirection_policy="allow_always")
    ask_for_verification(partner)
    target = urlsplit(follow(partner).headers["location"])
    assert (target.netloc, target.path) == ("partner.example.com", "/welcome")
    assert target.query.startswith("success=true&")


def test_a_template_that_is_off_or_broken(partner: Partner) -> None:
    set_template(partner, "reset_email", enabled=False)
    ask_for_reset(partner)
    assert mails(partner)[-1]["subject"] == "Reset your password"
    set_template(partner, "reset_email", subject="{% if %}", body="{{ url ")
    ask_for_reset(partner)
    assert mails(partner)[-1]["subject"] == "{% if %}"


def test_only_texts_of_the_tenants_own_need_liquid(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra of the distribution."""
    monkeypatch.setitem(sys.modules, "liquid", None)
    ask_for_reset(partner)
    (mail,) = mails(partner)
    assert mail["body"] == f"Choose a new password: {mail['url']}"
    set_template(partner, "reset_email")
    ask_for_reset(partner)
    assert mails(partner)[-1]["body"] == NO_LIQUID
