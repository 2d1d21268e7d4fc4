"""Who signs in, how long that holds, and that no other site can do it for them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from auth0_emulator.oauth.accounts import ATTEMPTS, BLOCK_SECONDS
from auth0_emulator.oauth.codes import find_code
from auth0_emulator.oauth.sessions import TRANSACTION_SECONDS
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing_sign_in import (
    ANN,
    BEN,
    CALLBACK,
    ORDERS,
    Partner,
    UserAgent,
    callback,
)

NewUserAgent = Callable[[], UserAgent]


def advance(partner: Partner, seconds: float) -> None:
    partner.api.control("POST", "/clock", {"advance": seconds})


def test_the_code_holds_what_was_asked_for_and_agreed_to(partner: Partner, tenant: Tenant) -> None:
    answer = partner.sign_in(
        scope="openid write:orders read:orders cancel:orders offline_access",
        nonce="n",
        dpop_jkt="a" * 43,
    )
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
    got = callback(answer)
    assert got.keys() == {"code", "state"}
    assert got["state"] == "a state"
    stored = find_code(tenant, got["code"])
    assert stored is not None
    code = stored.code
    # RT-05, CG-17, RT-11: only what the client was granted, and `offline_access`.
    assert code.scopes == ("write:orders", "read:orders", "offline_access")
    assert (code.client_id, code.audience) == (partner.client["client_id"], ORDERS)
    assert (code.redirect_uri, code.redirect_uri_was_sent) == (CALLBACK, True)
    assert code.code_challenge == partner.pkce.parameters["code_challenge"]
    assert (code.nonce, code.dpop_jkt) == ("n", "a" * 43)
    assert (code.connection, code.organization_id) == ("customers", None)
    assert partner.api("GET", f"/users/{code.user_id}").json()["email"] == ANN[0]


def test_rt_11_offline_access_needs_the_api_and_the_grant_type(
    partner: Partner, tenant: Tenant
) -> None:
    def scopes(audience: str = ORDERS) -> tuple[str, ...]:
        code = callback(partner.sign_in(scope="offline_access", audience=audience))["code"]
        stored = find_code(tenant, code)
        assert stored is not None
        return stored.code.scopes

    partner.grant(audience="https://partners.example.com")
    assert scopes("https://partners.example.com") == ()
    partner.user.client.cookies.clear()
    assert scopes() == ("offline_access",)
    partner.change(grant_types=["authorization_code"])
    partner.user.client.cookies.clear()
    assert scopes() == ()


def test_cg_16_without_scopes_nothing_is_granted(partner: Partner, tenant: Tenant) -> None:
    stored = find_code(tenant, callback(partner.sign_in(scope=None))["code"])
    assert stored is not None
    assert stored.code.scopes == ()


@pytest.mark.parametrize(
    ("username", "password"),
    [(ANN[0], BEN[1]), ("nobody@example.com", ANN[1]), ("", ""), (ANN[0], ""), ("\x00", "\x00")],
)
def test_a_wrong_password_says_no_more_than_that(
    partner: Partner, username: str, password: str
) -> None:
    page = partner.user.submit(partner.open(), username=username, password=password)
    assert page.status_code == 400
    assert "Wrong email or password." in page.text
    assert not password.strip("\0") or password not in page.text
    assert partner.user.sign_in(page, *ANN).is_redirect


def test_the_identifier_is_not_case_sensitive(partner: Partner) -> None:
    assert partner.user.sign_in(partner.open(), f" {ANN[0].upper()} ", ANN[1]).is_redirect


def test_too_many_failures_block_the_account_for_a_while(
    partner: Partner, new_user_agent: NewUserAgent
) -> None:
    advance(partner, 0)
    page = partner.open()
    for _ in range(ATTEMPTS):
        page = partner.user.submit(page, username=ANN[0], password="wrong")
        assert page.status_code == 400
    page = partner.user.submit(page, username=ANN[0].upper(), password=ANN[1])
    assert page.status_code == 429
    assert "Too many failed attempts" in page.text
    other = new_user_agent()
    assert other.sign_in(other.open("/authorize", **partner.parameters()), *BEN).is_redirect
    advance(partner, BLOCK_SECONDS + 1)
    assert partner.user.sign_in(page, *ANN).is_redirect


def test_a_sign_in_clears_the_count_of_failures(partner: Partner) -> None:
    for _ in range(2):
        page = partner.open(prompt="login")
        for _ in range(ATTEMPTS - 1):
            page = partner.user.submit(page, username=ANN[0], password="wrong")
        assert partner.user.sign_in(page, *ANN).is_redirect


def test_users_of_the_management_api_sign_in(partner: Partner) -> None:
    body = {"connection": "customers", "email": "cid@example.com", "password": "first"}
    user = partner.api.create("/users", body)
    assert "first" not in str(partner.api("GET", "/users").json())
    page = partner.user.submit(partner.open(), username="cid@example.com", password="first")
    assert "Authorize" in page.text
    partner.api("PATCH", f"/users/{user['user_id']}", {"password": "second"})
    page = partner.open(prompt="login")
    page = partner.user.submit(page, username="cid@example.com", password="first")
    assert page.status_code == 400
    page = partner.user.submit(page, username="cid@example.com", password="second")
    assert "Authorize" in page.text


def test_a_user_of_a_connection_that_is_not_offered_cannot_sign_in(partner: Partner) -> None:
    partner.promote("Username-Password-Authentication")
    partner.promote("customers", on=False)
    page = partner.user.submit(partner.open(), username=ANN[0], password=ANN[1])
    assert "Wrong email or password." in page.text


def ann_of(partner: Partner) -> Any:
    (ann,) = partner.api("GET", "/users-by-email", email=ANN[0]).json()
    return ann


def test_a_blocked_user(partner: Partner) -> None:
    page = partner.open()
    partner.api("PATCH", f"/users/{ann_of(partner)['user_id']}", {"blocked": True})
    answer = partner.user.submit(page, username=ANN[0], password=ANN[1])
    assert "<dd>unauthorized</dd>" in answer.text
    assert "user is blocked" in answer.text


@pytest.mark.parametrize("change", ["block", "delete"])
def test_a_session_ends_with_its_user(partner: Partner, change: str) -> None:
    partner.sign_in()
    path = f"/users/{ann_of(partner)['user_id']}"
    if change == "block":
        partner.api("PATCH", path, {"blocked": True})
    else:
        partner.api("DELETE", path)
    assert partner.open().url.path == "/u/login"


# Sessions


def test_a_session_saves_the_next_sign_in(partner: Partner, new_user_agent: NewUserAgent) -> None:
    first = callback(partner.sign_in())["code"]
    assert callback(partner.open())["code"] != first
    other = new_user_agent()
    assert other.open("/authorize", **partner.parameters()).url.path == "/u/login"


def test_a_session_ends_when_it_was_not_used_for_long(partner: Partner) -> None:
    advance(partner, 0)
    partner.sign_in()
    advance(partner, 73 * 3600)
    assert partner.open().url.path == "/u/login"


def test_a_session_ends_at_last_even_if_it_is_used(partner: Partner) -> None:
    advance(partner, 0)
    partner.sign_in()
    for hours in (40, 40, 40, 40):
        advance(partner, hours * 3600)
        assert partner.open().is_redirect
    advance(partner, 9 * 3600)
    assert partner.open().url.path == "/u/login"


def test_prompt_and_max_age_ask_again(partner: Partner) -> None:
    advance(partner, 0)
    partner.sign_in()
    assert partner.open(max_age="60").is_redirect
    advance(partner, 61)
    assert partner.open().is_redirect
    for changes in ({"max_age": "60"}, {"prompt": "login"}, {"prompt": "select_account"}):
        page = partner.open(**changes)
        assert page.url.path == "/u/login", changes
        assert partner.user.sign_in(page, *ANN).is_redirect


def test_rt_10_orp_05_prompt_none_shows_no_page(partner: Partner) -> None:
    partner.change(redirection_policy="allow_always")
    assert callback(partner.open(prompt="none"))["error"] == "login_required"
    page = partner.user.submit(partner.open(), username=ANN[0], password=ANN[1])
    assert page.url.path == "/u/consent"
    assert callback(partner.open(prompt="none"))["error"] == "consent_required"
    partner.user.submit(page, action="accept")
    assert "code" in callback(partner.open(prompt="none"))
    partner.change(redirection_policy="open_redirect_protection")
    partner.user.client.cookies.clear()
    assert "<dd>login_required</dd>" in partner.open(prompt="none").text


def test_a_session_from_a_connection_that_was_demoted(partner: Partner) -> None:
    partner.promote("google-oauth2")
    partner.sign_in()
    partner.promote("customers", on=False)
    assert partner.open().url.path == "/u/identity"


# Other sites


def test_cookies_are_for_this_host_and_out_of_reach_of_scripts(partner: Partner) -> None:
    first = partner.user.client.get("/authorize", params=partner.parameters())
    page = partner.user.open(first.headers["location"])
    form = {"username": ANN[0], "password": ANN[1]}
    second = partner.user.client.post(str(page.url), data=form)
    for answer, name in ((first, "__Host-auth0-browser"), (second, "__Host-auth0")):
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith(f"{name}=")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert second.status_code == 303  # 307 would send the password on


def test_every_sign_in_has_a_session_of_its_own(
    partner: Partner, new_user_agent: NewUserAgent
) -> None:
    partner.sign_in()
    before = partner.user.client.cookies["__Host-auth0"]
    partner.sign_in(prompt="login")
    assert partner.user.client.cookies["__Host-auth0"] != before
    other = new_user_agent()
    other.client.headers["cookie"] = f"__Host-auth0={before}"
    other.client.cookies.clear()
    answer = other.client.get("/authorize", params=partner.parameters())
    assert answer.headers["location"].startswith("/u/login")


def test_another_browser_cannot_continue_a_sign_in(
    partner: Partner, new_user_agent: NewUserAgent
) -> None:
    page = partner.open()
    for other in (new_user_agent(), new_user_agent()):
        answer = other.submit(page, username=ANN[0], password=ANN[1])
        assert answer.status_code == 400
        assert "started in another browser" in answer.text
        other.open("/authorize", **partner.parameters())
    page = partner.user.submit(page, username=ANN[0], password=ANN[1])
    assert other.submit(page, action="accept").status_code == 400


def test_a_sign_in_makes_one_code(partner: Partner, tenant: Tenant) -> None:
    page = partner.open()
    partner.sign_in()
    state = page.url.params["state"]
    for _ in range(2):  # the first sign-in, which the session of the second one ends
        partner.user.open("/u/login", state=state)
    assert tenant.store.count("authorization_code", {}) == 2


def test_a_sign_in_that_is_over(partner: Partner) -> None:
    page = partner.open()
    answer = partner.user.sign_in(page, *ANN)
    assert answer.is_redirect
    again = partner.user.submit(page, username=ANN[0], password=ANN[1])
    assert "This sign-in is over" in again.text
    advance(partner, 0)
    page = partner.open(prompt="login")
    advance(partner, TRANSACTION_SECONDS + 1)
    assert "This sign-in is over" in partner.user.sign_in(page, *ANN).text


@pytest.mark.parametrize("change", ["callback", "grant", "connection", "client"])
def test_what_is_withdrawn_during_a_sign_in_is_not_used(partner: Partner, change: str) -> None:
    page = partner.user.submit(partner.open(), username=ANN[0], password=ANN[1])
    assert page.url.path == "/u/consent"
    client_id = partner.client["client_id"]
    if change == "callback":
        partner.change(callbacks=["https://partner.example.com/other"])
    elif change == "grant":
        for grant in partner.api("GET", "/client-grants", client_id=client_id).json():
            partner.api("DELETE", f"/client-grants/{grant['id']}")
    elif change == "connection":
        partner.promote("customers", on=False)
    else:
        partner.api("DELETE", f"/clients/{client_id}")
    answer = partner.user.submit(page, action="accept")
    assert answer.status_code == 400
    assert "<h1>Sign-in failed</h1>" in answer.text


PAGES = ["login", "consent", "confirm", "organization", "identity"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_out_of_order_lead_to_the_page_that_is_due(partner: Partner, path: str) -> None:
    partner.promote("google-oauth2")
    page = partner.open()
    state = page.url.params["state"]
    answer = partner.user.open(f"/u/{path}", state=state)
    assert answer.url.path == "/u/login"
    form = {"action": "accept", "organization": "northwind", "email": "x@example.com"}
    if path != "login":
        sent = partner.user.client.post(f"/u/{path}?state={state}", data=form)
        assert sent.headers["location"].startswith("/u/login?")
    assert partner.user.open(f"/u/{path}").status_code == 400


def test_pages_cannot_be_framed_and_load_nothing_from_elsewhere(partner: Partner) -> None:
    for page in (partner.open(), partner.open(screen_hint="x")):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        addresses = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
        assert addresses
        assert all(address.startswith("/u/") for address in addresses)
        assert "<script" not in page.text
    assert partner.user.open("/u/style.css").headers["content-type"].startswith("text/css")


def test_a_flag_of_the_tenant_takes_the_protection_from_frames_away(partner: Partner) -> None:
    partner.change_tenant(flags={"disable_clickjack_protection_headers": True})
    page = partner.open()
    assert "frame-ancestors" not in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers


def test_no_other_origin_may_read_authorize(partner: Partner) -> None:
    headers = {"origin": "https://evil.example.com"}
    answer = partner.user.client.get("/authorize", params=partner.parameters(), headers=headers)
    assert "access-control-allow-origin" not in answer.headers


# Identity providers


def test_a_social_connection_leads_to_its_provider(partner: Partner) -> None:
    partner.promote("google-oauth2")
    page = partner.open()
    link = re.search(r'href="(/u/identity[^"]*)"', page.text)
    assert link is not None
    page = partner.user.open(link[1].replace("&amp;", "&"))
    assert "<h1>Google</h1>" in page.text
    bad = partner.user.submit(page, email="nothing")
    assert bad.status_code == 400
    assert "not an email address" in bad.text
    page = partner.user.submit(bad, email="Dora@example.com")
    assert page.url.path == "/u/consent"
    assert partner.user.submit(page, action="accept").is_redirect
    (dora,) = partner.api("GET", "/users-by-email", email="dora@example.com").json()
    assert dora["user_id"].startswith("google-oauth2|")
    assert dora["identities"][0]["connection"] == "google-oauth2"
    page = partner.open(prompt="login", connection="google-oauth2")
    assert page.url.path == "/u/identity"
    assert partner.user.submit(page, email="dora@example.com").is_redirect
    assert len(partner.api("GET", "/users-by-email", email="dora@example.com").json()) == 1


def test_the_domain_of_an_address_leads_to_its_company(partner: Partner) -> None:
    partner.promote("acme-workforce")
    page = partner.user.submit(partner.open(), username="eve@acme.example.com", password="")
    assert page.url.path == "/u/identity"
    assert 'value="eve@acme.example.com"' in page.text
    assert partner.user.submit(page, email="eve@acme.example.com").url.path == "/u/consent"


def test_a_provider_cannot_sign_in_users_of_a_database(partner: Partner) -> None:
    partner.promote("google-oauth2")
    page = partner.open()
    state = page.url.params["state"]
    answer = partner.user.open("/u/identity", state=state, connection="customers")
    assert answer.url.path == "/u/login"
    partner.user.client.post(
        f"/u/identity?state={state}&connection=customers", data={"email": ANN[0]}
    )
    assert "__Host-auth0" not in partner.user.client.cookies


def test_the_users_of_the_ready_line_are_there(partner: Partner) -> None:
    ready = partner.api.control("GET", "/ready").json()
    assert [(one["username"], one["password"]) for one in ready["users"]] == [ANN, BEN]


def test_a_reset_ends_sessions_and_sign_ins(partner: Partner) -> None:
    page = partner.open()
    partner.api.reset()
    assert "This sign-in is over" in partner.user.sign_in(page, *ANN).text
