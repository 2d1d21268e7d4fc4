"""Of a resource of the official plugin a component owns what it declares, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_auth0 as auth0
import pytest
from pulumi._types import input_type_py_to_pulumi_names

from auth0_third_party import (
    Agent,
    ClientGrantArgs,
    DefaultPermissions,
    PermissiveApplication,
    ThirdPartyApplication,
    ThirdPartyRateLimit,
    official,
)
from auth0_third_party.official_properties import read
from tests.components.conftest import Register

READ = ClientGrantArgs(
    audience="https://orders.test", subject_type="user", scopes=["read:x"], api="orders"
)
WEB: Any = {"name": "CRM", "app_type": "regular_web", "callbacks": ["https://crm.test/cb"]}
ALL: Any = {"audience": "https://all.test", "api": "all", "subject_type": "user"}
GRANTS: Any = [READ, {**ALL, "allow_all_scopes": True, "allow_all_scopes_reason": "ours"}]


def program(opts: pulumi.ResourceOptions) -> None:
    limited: Any = {**WEB, "grants": GRANTS, "rate_limit": {"limit": 5}, "refresh_token": {}}
    ThirdPartyApplication("crm", limited, opts)
    legacy: Any = {**WEB, "signing_algorithm": "default"}
    PermissiveApplication("old", legacy, opts)
    Agent("bot", {"document": "https://bot.test/client.json", "grants": [READ]}, opts)
    DefaultPermissions("defaults", {"permissions": [READ]}, opts)
    ThirdPartyRateLimit("limit", {"limit": 5}, opts)


def ignored(register: Register) -> dict[str, tuple[str, set[str], set[str]]]:
    """Logical name -> kind, what is declared, what is ignored."""
    found: dict[str, tuple[str, set[str], set[str]]] = {}

    def note(each: pulumi.ResourceTransformationArgs) -> None:
        if each.type_.startswith("auth0:"):
            stated = {name for name, value in dict(each.props).items() if value is not None}
            kind = each.type_.rpartition(":")[2]
            found[each.name] = (kind, stated, set(each.opts.ignore_changes or ()))

    register(lambda: program(pulumi.ResourceOptions(transformations=[note])))
    return found


def test_a_change_of_what_is_declared_is_not_ignored(register: Register) -> None:
    seen = ignored(register)
    assert {kind for kind, _, _ in seen.values()} == {
        *("Client", "ClientCimd", "ClientCredentials", "ClientGrant", "RateLimitPolicy")
    }
    for name, (kind, stated, rest) in seen.items():
        known = input_type_py_to_pulumi_names(getattr(auth0, f"{kind}Args"))
        assert stated <= {*known.values(), "clientId", "clientSecret"}, name
        assert not stated & rest, name


def test_they_are_registered_as_the_sdk_would(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {each.name: each for each in register(lambda: program(pulumi.ResourceOptions()))}

    def by_the_sdk(
        self: Any, resource_name: str, opts: pulumi.ResourceOptions, /, **declared: Any
    ) -> None:
        made = getattr(auth0, type(self).__name__)(resource_name, opts=opts, **declared)
        self.__dict__.update(made.__dict__, clientId=getattr(made, "client_id", None))
        self.__dict__["clientSecret"] = getattr(made, "client_secret", None)

    monkeypatch.setattr(official.OfficialResource, "__init__", by_the_sdk)
    theirs = {each.name: each for each in register(lambda: program(pulumi.ResourceOptions()))}
    assert ours == theirs


def test_a_provider_is_registered_as_the_sdk_would(register: Register) -> None:
    stated: Any = {"domain": "acme.test", "client_id": None, "api_token": "secret"}
    ours = register(lambda: official.Provider("auth0", **stated))
    assert ours == register(lambda: auth0.Provider("auth0", **stated))


def test_the_table_is_that_of_the_sdk() -> None:
    made = json.loads(Path(official.__file__).with_name("official.json").read_text("utf-8"))
    assert made == {"version": auth0._utilities.get_version(), "properties": read()}


def test_another_release_tells_by_its_sdk(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_made = ignored(register)
    official._properties.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(official, "sdk_version", lambda: "3.48.0")
        assert ignored(register) == as_made
    official._properties.cache_clear()


def test_secret_outputs_are_the_sdks(register: Register) -> None:
    secrets: dict[str, set[str]] = {}

    def note(each: pulumi.ResourceTransformationArgs) -> None:
        secrets[each.name] = {*(each.opts.additional_secret_outputs or ())}

    register(lambda: program(pulumi.ResourceOptions(transformations=[note])))
    assert secrets["crm-client"] == secrets["bot-client"] == {"signingKeys"}
    assert secrets["crm-credentials"] == {"clientSecret", "clientSecretWo"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("crm-client", "organizationDiscoveryMethods"),
        ("crm-client", "skipNonVerifiableCallbackUriConfirmationPrompt"),
        ("crm-client", "refreshToken.policies"),
        ("crm-client", "jwtConfiguration.scopes"),
        ("crm-credentials", "signedRequestObject"),
        ("crm-rate-limit", "configuration.redirectUri"),
        ("limit-policy", "configuration.redirectUri"),
        ("crm-client", "sessionTransfer"),
        ("bot-client", "description"),
        ("bot-client", "clientMetadata"),
        ("old-client", "jwtConfiguration.alg"),
        ("defaults-orders-user", "organizationUsage"),
    ],
)
def test_a_change_of_anything_else_is(register: Register, name: str, path: str) -> None:
    assert path in ignored(register)[name][2]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("crm-client", "customLoginPageOn"),
        ("crm-client", "oidcConformant"),
        ("crm-credentials", "clientSecret"),
        ("crm-grant-all-user", "scopes"),
        ("crm-grant-orders-user", "allowAllScopes"),
        ("crm-credentials", "privateKeyJwt"),
    ],
)
def test_what_the_server_chooses_or_a_file_may_take_back_is_not(
    register: Register, name: str, path: str
) -> None:
    assert path not in ignored(register)[name][2]
