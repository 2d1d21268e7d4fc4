"""Where credentials come from, and that they don't get out again."""

import pytest

from auth0_third_party.management import Credentials, NoCredentials, NoDomain

STORED = {"client_id": "stored-id", "client_secret": "stored-secret"}
SHELL = {"AUTH0_CLIENT_ID": "shell-id", "AUTH0_CLIENT_SECRET": "shell-secret"}


def test_the_environment_stands_over_the_fallback() -> None:
    found = Credentials.find("acme.auth0.com", STORED, SHELL)
    assert (found.client_id, found.client_secret) == ("shell-id", "shell-secret")
    assert not found.from_fallback


def test_the_fallback_fills_in_where_the_environment_has_none() -> None:
    found = Credentials.find("acme.auth0.com", STORED, {"AUTH0_CLIENT_SECRET": ""})
    assert (found.client_id, found.client_secret) == ("stored-id", "stored-secret")
    assert found.from_fallback


@pytest.mark.parametrize("half", ["AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"])
def test_two_sources_are_never_mixed(half: str) -> None:
    """An id of one application with the secret of another signs nobody in."""
    found = Credentials.find("acme.auth0.com", STORED, {half: "shell"})
    assert (found.client_id, found.client_secret) == ("stored-id", "stored-secret")


def test_a_stored_token_does_not_stand_over_the_shells_application() -> None:
    found = Credentials.find("acme.auth0.com", {"api_token": "stored"}, SHELL)
    assert found.api_token == ""
    assert found.client_id == "shell-id"


def test_a_token_is_enough() -> None:
    assert Credentials.find("acme.auth0.com", {}, {"AUTH0_API_TOKEN": "t"}).api_token == "t"


def test_the_domain_that_is_asked_for_stands_over_the_environment() -> None:
    shell = {**SHELL, "AUTH0_DOMAIN": "other.auth0.com"}
    assert Credentials.find("acme.auth0.com", {}, shell).domain == "acme.auth0.com"
    assert Credentials.find("", {}, shell).domain == "other.auth0.com"


def test_a_missing_domain_is_said_with_its_own_remedy() -> None:
    with pytest.raises(NoDomain, match="no tenant domain is set") as caught:
        Credentials.find("", STORED, {})
    assert "AUTH0_DOMAIN" in caught.value.fix


@pytest.mark.parametrize("domain", ["https://acme.auth0.com", "acme.auth0.com/", "acme auth0", "é"])
def test_what_is_no_domain_is_refused_before_anything_is_sent(domain: str) -> None:
    with pytest.raises(NoDomain, match="is not a tenant domain") as caught:
        Credentials.find(domain, STORED, {})
    assert "alone" in caught.value.fix


@pytest.mark.parametrize(
    "domain", ["acme.eu.auth0.com", "localhost:8441", "127.0.0.1:1", "[::1]:9"]
)
def test_hosts_with_and_without_a_port_are_domains(domain: str) -> None:
    assert Credentials.find(domain, STORED, {}).domain == domain


@pytest.mark.parametrize("have", [{}, {"AUTH0_CLIENT_ID": "id"}, {"AUTH0_CLIENT_SECRET": "s"}])
def test_missing_credentials_name_the_variables(have: dict[str, str]) -> None:
    with pytest.raises(NoCredentials, match=r"no credentials for acme\.auth0\.com") as caught:
        Credentials.find("acme.auth0.com", {}, have)
    assert not isinstance(caught.value, NoDomain)
    assert "AUTH0_CLIENT_SECRET" in caught.value.fix


def test_secrets_are_not_shown() -> None:
    shown = repr(Credentials("acme.auth0.com", "id", "the-secret", "the-token"))
    assert "the-secret" not in shown
    assert "the-token" not in shown
    assert "acme.auth0.com" in shown


def test_the_management_audience_follows_the_domain_unless_it_is_set() -> None:
    """A custom domain signs in for the audience of the tenant's own domain."""
    assert Credentials("a.b", "i", "s").management_audience == "https://a.b/api/v2/"
    shell = {**SHELL, "AUTH0_AUDIENCE": "https://acme.auth0.com/api/v2/"}
    found = Credentials.find("login.acme.com", {}, shell)
    assert found.management_audience == "https://acme.auth0.com/api/v2/"
