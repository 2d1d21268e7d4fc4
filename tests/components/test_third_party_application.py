"""What a third-party application registers; asserted on recorded inputs."""

from typing import Any

import pytest

from auth0_third_party import (
    ClientGrantArgs,
    PermissiveApplication,
    ThirdPartyApplication,
    ThirdPartyApplicationArgs,
)
from tests.components.conftest import Register, Registered, only

CLIENT = "auth0:index/client:Client"
CREDENTIALS = "auth0:index/clientCredentials:ClientCredentials"
GRANT = "auth0:index/clientGrant:ClientGrant"
ORDERS = ClientGrantArgs(
    audience="https://orders.test", subject_type="user", scopes=["read:x"], api="orders"
)


def application(**changes: Any) -> ThirdPartyApplicationArgs:
    stated: Any = {
        "name": "CRM",
        "app_type": "regular_web",
        "callbacks": ["https://crm.test/cb"],
        "owner": "Acme",
        "grants": [ORDERS],
    }
    args: ThirdPartyApplicationArgs = stated | changes
    return args


def registered(register: Register, **changes: Any) -> list[Registered]:
    return register(lambda: ThirdPartyApplication("crm", application(**changes)))


def test_ownership_and_mode_are_constants(register: Register) -> None:
    client = only(registered(register), CLIENT)
    assert client.inputs["isFirstParty"] is False
    assert client.inputs["thirdPartySecurityMode"] == "strict"
    assert client.inputs["redirectionPolicy"] == "open_redirect_protection"


def test_names_come_from_identity(register: Register) -> None:
    other = ClientGrantArgs(
        audience="https://Other.test/v1/", subject_type="user", scopes=["read:x"]
    )
    names = {r.name for r in registered(register, grants=[other, ORDERS])}
    assert names == {
        "crm",
        "crm-client",
        "crm-credentials",
        "crm-grant-orders-user",
        "crm-grant-https-other-test-v1-user",
    }


@pytest.mark.parametrize("app_type", ["regular_web", "spa", "native"])
def test_every_property_that_matters_is_always_written(register: Register, app_type: str) -> None:
    client = only(registered(register, app_type=app_type), CLIENT)
    assert client.inputs.keys() == {
        "allowedOrigins",
        "appType",
        "callbacks",
        "clientMetadata",
        "description",
        "grantTypes",
        "isFirstParty",
        "jwtConfiguration",
        "logoUri",
        "name",
        "redirectionPolicy",
        "refreshToken",
        "requireProofOfPossession",
        "thirdPartySecurityMode",
        "webOrigins",
    }
    assert client.inputs["allowedOrigins"] == []
    assert client.inputs["description"] == ""


def test_the_ownership_tags_name_application_stack_and_owner(register: Register) -> None:
    client = only(registered(register, client_metadata={"tier": "gold"}), CLIENT)
    assert client.inputs["clientMetadata"] == {
        "tier": "gold",
        "tpa_application": "crm",
        "tpa_stack": "project/dev",
        "tpa_owner": "Acme",
    }


@pytest.mark.parametrize(
    ("app_type", "rotation"), [("regular_web", "non-rotating"), ("spa", "rotating")]
)
def test_refresh_tokens_always_end(register: Register, app_type: str, rotation: str) -> None:
    refresh_token = only(registered(register, app_type=app_type), CLIENT).inputs["refreshToken"]
    assert refresh_token["rotationType"] == rotation
    assert refresh_token["expirationType"] == "expiring"
    assert refresh_token["infiniteTokenLifetime"] is False
    assert refresh_token["infiniteIdleTokenLifetime"] is False


def test_the_grant_states_its_subject_type(register: Register) -> None:
    grant = only(registered(register), GRANT)
    assert grant.inputs == {
        "clientId": "tpc_crm-client",
        "audience": "https://orders.test",
        "subjectType": "user",
        "scopes": ["read:x"],
    }


def test_a_confidential_application_states_its_method(register: Register) -> None:
    seen = registered(register, token_endpoint_auth_method="client_secret_basic")
    credentials = only(seen, CREDENTIALS)
    assert credentials.inputs == {
        "clientId": "tpc_crm-client",
        "authenticationMethod": "client_secret_basic",
    }


def test_a_public_application_has_no_credentials(register: Register) -> None:
    assert CREDENTIALS not in {r.type for r in registered(register, app_type="native")}


def test_a_machine_has_one_flow(register: Register) -> None:
    grant = {**ORDERS, "subject_type": "client"}
    seen = registered(register, app_type="non_interactive", callbacks=[], grants=[grant])
    assert only(seen, CLIENT).inputs["grantTypes"] == ["client_credentials"]
    assert only(seen, GRANT).inputs["subjectType"] == "client"


def test_an_unlimited_lifetime_is_a_flag_and_no_number(register: Register) -> None:
    """The flag wins over the number (TP-CREATE-18), which stays as the tenant has it."""
    stated = {"infinite_token_lifetime": True, "idle_token_lifetime": 60}
    block = only(registered(register, refresh_token=stated), CLIENT).inputs["refreshToken"]
    assert block["infiniteTokenLifetime"] is True
    assert "tokenLifetime" not in block
    assert (block["infiniteIdleTokenLifetime"], block["idleTokenLifetime"]) == (False, 60)
    assert block["expirationType"] == "expiring"


def test_a_permissive_application_keeps_the_tenants_signature(register: Register) -> None:
    legacy = application(
        signing_algorithm="default",
        refresh_token={"infinite_token_lifetime": True, "infinite_idle_token_lifetime": True},
    )
    client = only(register(lambda: PermissiveApplication("crm", legacy)), CLIENT)
    assert client.inputs["jwtConfiguration"] == {"lifetimeInSeconds": 3600}
    assert client.inputs["refreshToken"]["expirationType"] == "non-expiring"


def test_its_own_rate_limit_is_a_policy_of_its_client(register: Register) -> None:
    seen = registered(register, rate_limit={"action": "log", "limit": 5})
    policy = only(seen, "auth0:index/rateLimitPolicy:RateLimitPolicy")
    assert policy.name == "crm-rate-limit"
    assert policy.inputs["consumerSelector"] == "client_id:tpc_crm-client"
    assert policy.inputs["configuration"] == {"action": "log", "limit": 5}
