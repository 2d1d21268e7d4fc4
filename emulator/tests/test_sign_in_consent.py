"""Consent: what is shown, what is remembered, what happens when it is declined."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from auth0_emulator.testing_sign_in import (
    ANN,
    BEN,
    CALLBACK,
    Partner,
    UserAgent,
    callback,
    new_partner,
)


def asks(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.url.path == "/u/consent"


def consent_page(partner: Partner, **changes: str | None) -> httpx.Response:
    page = partner.user.submit(partner.open(**changes), username=ANN[0], password=ANN[1])
    assert asks(page), page.text
    return page


def grants(partner: Partner) -> Any:
    found = partner.api("GET", "/grants", client_id=partner.client["client_id"])
    return found.json()


def test_rt_07_consent_is_asked_for_once(partner: Partner) -> None:
    page = consent_page(partner)
    assert "Authorize partner" in page.text
    assert "Orders API" in page.text
    assert ANN[0] in page.text
    assert "partner.example.com" in page.text
    assert partner.user.submit(page, action="accept").is_redirect
    assert partner.open().is_redirect
    assert asks(partner.open(prompt="consent"))


def test_mg_18_what_was_agreed_to_is_listed_and_can_be_revoked(partner: Partner) -> None:
    partner.sign_in()
    (grant,) = grants(partner)
    assert grant["clientID"] == partner.client["client_id"]
    assert grant["scope"] == ["read:orders"]
    assert grant["user_id"].startswith("auth0|")
    assert partner.api("DELETE", f"/grants/{grant['id']}").status_code == 204
    assert asks(partner.open())


def test_rt_07_consent_is_asked_for_again_when_more_is_wanted(partner: Partner) -> None:
    partner.sign_in()
    page = partner.open(scope="write:orders")
    assert asks(page)
    assert partner.user.submit(page, action="accept").is_redirect
    (grant,) = grants(partner)
    assert grant["scope"] == ["read:orders", "write:orders"]
    assert partner.open(scope="write:orders read:orders").is_redirect
    assert partner.open(scope="cancel:orders read:orders").is_redirect  # not granted at all
    assert asks(partner.open(scope="read:orders offline_access"))


def test_rt_07_consent_is_per_user_application_and_api(
    partner: Partner, new_user_agent: Callable[[], UserAgent]
) -> None:
    partner.sign_in()
    other = new_user_agent()
    page = other.open("/authorize", **partner.parameters())
    assert asks(other.submit(page, username=BEN[0], password=BEN[1]))
    second = new_partner(partner.api, partner.user)
    assert asks(second.open())
    partner.grant("read:products", audience="https://catalog.example.com")
    assert asks(partner.open(audience="https://catalog.example.com", scope="read:products"))


def test_orp_02_declined_consent_ends_on_the_error_page(partner: Partner) -> None:
    answer = partner.sign_in(accept=False)
    assert answer.status_code == 400
    assert "<dd>access_denied</dd>" in answer.text
    assert grants(partner) == []


def test_orp_02_with_allow_always_the_application_is_told(partner: Partner) -> None:
    partner.change(redirection_policy="allow_always")
    answer = partner.sign_in(accept=False)
    assert urlsplit(answer.headers["location"])._replace(query="").geturl() == CALLBACK
    got = callback(answer)
    assert (got["error"], got["state"]) == ("access_denied", "a state")
    assert "code" not in got


@pytest.mark.parametrize("action", ["", "decline", "ACCEPT"])
def test_nothing_but_accept_is_an_acceptance(partner: Partner, action: str) -> None:
    assert not partner.user.submit(consent_page(partner), action=action).is_redirect


def test_consent_is_that_of_the_user_who_read_the_page(partner: Partner) -> None:
    page = consent_page(partner)
    other = partner.open(prompt="login")
    assert asks(partner.user.submit(other, username=BEN[0], password=BEN[1]))
    answer = partner.user.submit(page, action="accept")
    assert asks(answer)
    assert BEN[0] in answer.text
    assert grants(partner) == []


def test_rt_09_scope_names_are_grouped(partner: Partner) -> None:
    page = consent_page(partner, scope="read:orders write:orders offline_access")
    assert "<li>orders: read, write</li>" in page.text
    assert "<li>offline_access</li>" in page.text


def test_rt_09_descriptions_by_the_switch_of_the_tenant(partner: Partner) -> None:
    partner.change_tenant(flags={"use_scope_descriptions_for_consent": True})
    page = consent_page(partner, scope="read:orders write:orders")
    assert "<li>See orders</li>" in page.text
    assert "<li>Place and change orders</li>" in page.text
    assert "orders: read" not in page.text


def test_rt_08_a_switch_of_the_api_does_not_help_third_parties(partner: Partner) -> None:
    servers = partner.api("GET", "/resource-servers").json()
    (orders,) = [one for one in servers if one["name"] == "Orders API"]
    body = {"skip_consent_for_verifiable_first_party_clients": True}
    partner.api("PATCH", f"/resource-servers/{orders['id']}", body)
    consent_page(partner)


def test_first_parties_need_no_consent(
    partner: Partner, new_user_agent: Callable[[], UserAgent]
) -> None:
    shop = partner.api.create("/clients", {"name": "Shop", "callbacks": [CALLBACK]})
    path = f"/connections/{partner.connection('customers')['id']}/clients"
    partner.api("PATCH", path, [{"client_id": shop["client_id"], "status": True}])
    first = Partner(partner.api, shop, new_user_agent())
    page = first.open(prompt="consent login")
    assert first.user.submit(page, username=ANN[0], password=ANN[1]).is_redirect


LOOPBACK = "http://127.0.0.1/callback"


def test_tp_create_20_addresses_that_anybody_could_claim_are_confirmed(partner: Partner) -> None:
    partner.change(callbacks=[LOOPBACK, "com.example.partner:/cb", "https://localhost:1/cb"])
    partner.sign_in(redirect_uri=LOOPBACK)  # pages were shown
    for address in (LOOPBACK, "com.example.partner:/cb", "https://localhost:1/cb"):
        page = partner.open(redirect_uri=address)
        assert page.url.path == "/u/confirm", address
        declined = partner.user.submit(page, action="decline")
        assert "<dd>access_denied</dd>" in declined.text
        page = partner.open(redirect_uri=address)
        assert "code" in callback(partner.user.submit(page, action="accept"))
    partner.change(redirection_policy="allow_always")
    answer = partner.open(redirect_uri=LOOPBACK, prompt="none")
    assert callback(answer)["error"] == "interaction_required"


def test_tp_create_20_the_setting_of_the_client_wins(partner: Partner) -> None:
    name = "skip_non_verifiable_callback_uri_confirmation_prompt"
    partner.change(callbacks=[LOOPBACK])
    partner.sign_in(redirect_uri=LOOPBACK)
    partner.change_tenant(**{name: True})
    assert partner.open(redirect_uri=LOOPBACK).is_redirect
    partner.change(**{name: False})
    assert partner.open(redirect_uri=LOOPBACK).url.path == "/u/confirm"
