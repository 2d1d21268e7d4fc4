"""Sign-in to an organization: who is let in, by which connections."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from auth0_emulator.oauth.codes import find_code
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing_sign_in import ANN, BEN, Partner, callback


@dataclass
class Northwind:
    """The organization of a new tenant; Ann is a member."""

    partner: Partner
    id: str

    def change(self, **changes: Any) -> None:
        answer = self.partner.api("PATCH", f"/organizations/{self.id}", changes)
        assert answer.status_code == 200, answer.text

    def enable(self, name: str, **changes: Any) -> None:
        body = {"connection_id": self.partner.connection(name)["id"], **changes}
        self.partner.api.create(f"/organizations/{self.id}/enabled_connections", body)

    def open(self, **changes: str | None) -> httpx.Response:
        return self.partner.open(organization=self.id, **changes)


@pytest.fixture
def northwind(partner: Partner) -> Northwind:
    """Open to third parties, with `customers`."""
    (found,) = partner.api("GET", "/organizations").json()
    made = Northwind(partner, found["id"])
    made.change(third_party_client_access="allow")
    made.enable("customers")
    return made


def refused(answer: httpx.Response, error: str, words: str) -> None:
    assert answer.status_code == 400
    assert f"<dd>{error}</dd>" in answer.text
    assert words in answer.text


def test_rt_19_a_member_signs_in(northwind: Northwind, tenant: Tenant) -> None:
    page = northwind.open()
    assert "as a member of <strong>Northwind</strong>" in page.text
    answer = northwind.partner.user.sign_in(page, *ANN)
    stored = find_code(tenant, callback(answer)["code"])
    assert stored is not None
    assert stored.code.organization_id == northwind.id


def test_org_09_consent_is_per_organization(northwind: Northwind) -> None:
    partner = northwind.partner
    partner.sign_in()
    page = northwind.open()
    assert page.url.path == "/u/consent"
    assert "in <strong>Northwind</strong>" in page.text
    partner.user.submit(page, action="accept")
    assert northwind.open().is_redirect
    assert partner.open().is_redirect
    given = partner.api("GET", "/grants").json()
    assert [one.get("organization_id") for one in given] == [None, northwind.id]


def test_rt_18_org_01_a_closed_organization_is_refused_in_the_recorded_words(
    northwind: Northwind,
) -> None:
    northwind.change(third_party_client_access="block")
    words = f"<dd>parameter organization is invalid: {northwind.id}</dd>"
    refused(northwind.open(), "invalid_request", words)


def test_org_03_dc_12_the_connection_must_be_enabled_there(northwind: Northwind) -> None:
    partner = northwind.partner
    partner.promote("google-oauth2")
    assert "Google" not in northwind.open().text
    refused(northwind.open(connection="google-oauth2"), "invalid_request", "not available")
    northwind.enable("google-oauth2")
    assert "Google" in northwind.open().text
    partner.promote("google-oauth2", on=False)
    assert "Google" not in northwind.open().text
    partner.promote("customers", on=False)
    refused(northwind.open(), "invalid_request", "no connections enabled")


def test_somebody_who_is_not_a_member(northwind: Northwind) -> None:
    answer = northwind.partner.user.sign_in(northwind.open(), *BEN)
    refused(answer, "access_denied", f"user is not part of the {northwind.id} organization")


def test_a_connection_may_make_members(northwind: Northwind) -> None:
    partner = northwind.partner
    partner.promote("google-oauth2")
    northwind.enable("google-oauth2", assign_membership_on_login=True)
    page = northwind.open(connection="google-oauth2")
    page = partner.user.submit(page, email="gil@example.com")
    assert page.url.path == "/u/consent"
    members = partner.api("GET", f"/organizations/{northwind.id}/members").json()
    assert "gil@example.com" in [one["email"] for one in members]


def test_org_07_a_listed_application_follows_its_own_switch(northwind: Northwind) -> None:
    partner = northwind.partner
    northwind.change(is_app_entitlement_active=True)
    client_id = partner.client["client_id"]
    assert northwind.open().status_code == 200  # not listed: the organization's value
    path = f"/organizations/{northwind.id}/clients"
    partner.api("POST", path, {"clients": [{"client_id": client_id}]})
    refused(northwind.open(), "invalid_request", "organization is invalid")
    northwind.change(third_party_client_access="block")
    partner.api("PATCH", f"{path}/{client_id}", {"use_for_member_access": True})
    assert northwind.open().status_code == 200


def test_an_organization_is_named_by_its_name_if_the_tenant_allows_it(
    northwind: Northwind,
) -> None:
    partner = northwind.partner
    refused(partner.open(organization="northwind"), "invalid_request", "invalid: northwind")
    partner.change_tenant(allow_organization_name_in_authentication_api=True)
    assert partner.open(organization="northwind").status_code == 200


def test_an_application_that_denies_organizations(northwind: Northwind) -> None:
    northwind.partner.change(organization_usage="deny")
    refused(northwind.open(), "invalid_request", "organization is not allowed")


def test_an_application_that_requires_one(northwind: Northwind) -> None:
    northwind.partner.change(organization_usage="require")
    refused(northwind.partner.open(), "invalid_request", "organization is required")
    assert northwind.open().url.path == "/u/login"


def test_org_04_the_prompt_before_the_sign_in(northwind: Northwind) -> None:
    partner = northwind.partner
    partner.change(organization_usage="require", organization_require_behavior="pre_login_prompt")
    page = partner.open()
    assert page.url.path == "/u/organization"
    for wrong in ("nobody", "", "<script>"):
        page = partner.user.submit(page, organization=wrong)
        assert page.status_code == 400
        assert "is not open to this application" in page.text
        assert "<script>" not in page.text
    page = partner.user.submit(page, organization=" Northwind")
    assert page.url.path == "/u/login"
    assert partner.user.sign_in(page, *ANN).is_redirect


def test_org_04_the_prompt_after_the_sign_in(northwind: Northwind) -> None:
    partner = northwind.partner
    partner.change(organization_usage="require", organization_require_behavior="post_login_prompt")
    page = partner.user.submit(partner.open(), username=ANN[0], password=ANN[1])
    assert page.url.path == "/u/organization"
    assert 'value="northwind"' in page.text
    page = partner.user.submit(page, organization="northwind")
    assert page.url.path == "/u/consent"
    partner.user.client.cookies.clear()
    answer = partner.user.submit(partner.open(), username=BEN[0], password=BEN[1])
    refused(answer, "access_denied", "not part of an organization")
