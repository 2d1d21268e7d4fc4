"""Of a resource of the official plugin a component owns what it declares, and nothing else."""

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
        assert not {known[each] for each in stated} & rest, name


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


def test_a_resource_that_the_sdk_does_not_describe_is_not_declared(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise nothing of it would be left to others, without a word."""
    official._properties.cache_clear()
    monkeypatch.delattr(auth0, "RateLimitPolicyArgs")
    with pytest.raises(AttributeError, match="RateLimitPolicyArgs"):
        register(lambda: ThirdPartyRateLimit("limit", {"limit": 5}))
