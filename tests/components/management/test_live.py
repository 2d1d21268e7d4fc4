"""Against a running tenant."""

import pytest

from auth0_third_party.management import (
    AccessDenied,
    Credentials,
    ManagementClient,
    MissingScope,
    NotFound,
)
from tests.conftest import LiveTenant


def test_reading_and_writing(live_tenant: LiveTenant) -> None:
    connection = live_tenant.connection("customers")
    path = f"/connections/{connection['id']}"
    with ManagementClient(live_tenant.credentials) as client:
        assert client.get(path, {"fields": "name"})["name"] == "customers"
        written = client.patch(path, {"is_domain_connection": True})
    assert written == {**connection, "is_domain_connection": True}


def test_a_list_of_more_than_a_page(live_tenant: LiveTenant) -> None:
    for number in range(100):
        live_tenant.api.create("/clients", {"name": f"client {number}"})
    live_tenant.forget_log()
    with ManagementClient(live_tenant.credentials) as client:
        names = [item["name"] for item in client.pages("/clients", "clients", {"fields": "name"})]
    assert {f"client {number}" for number in range(100)} <= set(names)
    assert len(names) == len(set(names))
    assert live_tenant.requests() == [("GET", "/clients")] * 2


def test_the_tokens_scopes(live_tenant: LiveTenant) -> None:
    narrow = live_tenant.second_client("read:clients", "read:connections")
    with ManagementClient(narrow) as client:
        assert client.token_scopes() == frozenset({"read:clients", "read:connections"})
        with pytest.raises(MissingScope) as caught:
            client.get("/resource-servers")
    assert caught.value.scopes == ("read:resource_servers",)


def test_a_client_without_any_scope_is_known_to_have_none(live_tenant: LiveTenant) -> None:
    with ManagementClient(live_tenant.second_client()) as client:
        assert client.token_scopes() == frozenset()


def test_wrong_credentials(live_tenant: LiveTenant) -> None:
    wrong = Credentials(live_tenant.domain, live_tenant.credentials.client_id, "guessed")
    with (
        ManagementClient(wrong) as client,
        pytest.raises(AccessDenied, match="does not accept the client"),
    ):
        client.get("/clients")
    assert live_tenant.requests() == []


def test_a_token_that_is_none(live_tenant: LiveTenant) -> None:
    with (
        ManagementClient(Credentials(live_tenant.domain, api_token="made.up.token")) as client,
        pytest.raises(AccessDenied, match="401"),
    ):
        client.get("/clients")


def test_what_is_not_there(live_tenant: LiveTenant) -> None:
    with (
        ManagementClient(live_tenant.credentials) as client,
        pytest.raises(NotFound, match="The connection does not exist"),
    ):
        client.get("/connections/con_0000000000000000")


def test_a_passing_fault_is_not_noticed(live_tenant: LiveTenant) -> None:
    faults = [
        {"do": "status", "status": 503, "path": "/api/v2/clients", "count": 1},
        {"do": "cut-before", "path": "/api/v2/clients", "count": 1},
    ]
    live_tenant.api.control("POST", "/faults", faults)
    with ManagementClient(live_tenant.credentials) as client:
        assert client.get("/clients")
    assert live_tenant.requests() == [("GET", "/clients")] * 3
