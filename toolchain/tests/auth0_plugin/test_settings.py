"""Which domains the stand-in accepts, and which settings it needs."""

import grpc
import pytest

from pulumi_toolchain.auth0_plugin.errors import PluginError
from pulumi_toolchain.auth0_plugin.settings import is_loopback, settings_from

from .caller import plugin, shown

COMPLETE = {"AUTH0_DOMAIN": "localhost:8443", "AUTH0_API_TOKEN": "t0p-s3cret"}


@pytest.mark.parametrize(
    "domain", ["localhost", "localhost:8443", "127.0.0.1", "127.9.9.9:1", "[::1]", "[::1]:8443"]
)
def test_loopback_is_served(domain: str) -> None:
    assert is_loopback(domain)


@pytest.mark.parametrize(
    "domain",
    [
        "acme.eu.auth0.com",
        "localhost.example",
        "127.0.0.1.nip.io",
        "user@localhost",
        "localhost@evil.example",
        "localhost/../evil.example",
        "localhost:80@evil.example",
        "evil.example#localhost",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "[::ffff:8.8.8.8]",
        "128.0.0.1",
        "",
        "localhost:",
    ],
)
def test_every_other_domain_is_refused(domain: str) -> None:
    assert not is_loopback(domain)


def test_a_real_tenant_is_refused_in_the_first_line_over_grpc() -> None:
    with plugin() as caller, pytest.raises(grpc.RpcError) as refusal:
        caller.configure(domain="acme.eu.auth0.com", apiToken="t0p-s3cret")
    message = shown(refusal.value)
    assert message.splitlines() == [message]
    assert "acme.eu.auth0.com" in message
    assert "official plugin" in message
    assert "t0p-s3cret" not in message


def test_a_real_domain_is_refused_before_missing_settings_are_reported() -> None:
    with pytest.raises(PluginError, match="loopback tenants only"):
        settings_from({"domain": "acme.eu.auth0.com"}, {})


def test_the_environment_fills_what_the_provider_leaves_out() -> None:
    settings = settings_from({"domain": "localhost:1"}, COMPLETE)
    assert (settings.domain, settings.api_token) == ("localhost:1", "t0p-s3cret")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"AUTH0_API_TOKEN": "x"}, "must be specified along with 'AUTH0_API_TOKEN'"),
        (
            {"AUTH0_CLIENT_ID": "i", "AUTH0_CLIENT_SECRET": "s"},
            "must be specified along with 'AUTH0_CLIENT_ID' and 'AUTH0_CLIENT_SECRET'",
        ),
        ({}, "Missing environment variables"),
        ({"AUTH0_DOMAIN": "localhost"}, "Missing environment variables"),
        ({"AUTH0_DOMAIN": "localhost", "AUTH0_CLIENT_ID": "i"}, "Missing environment variables"),
    ],
)
def test_missing_settings_are_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(PluginError, match=message):
        settings_from({}, environment)


def test_secrets_are_not_shown() -> None:
    assert "t0p-s3cret" not in repr(settings_from({}, COMPLETE))
