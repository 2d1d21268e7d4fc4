"""What is read of a tenant, and with how many calls."""

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tpa.tenant.scopes import ALWAYS
from tpa.tenant.snapshot import TenantSnapshot, read_tenant

LISTS = ["/resource-servers", "/connections", "/clients"]


def snapshot(tenant: LiveTenant) -> TenantSnapshot:
    tenant.forget_log()
    with ManagementClient(tenant.credentials) as client:
        return read_tenant(client)


def test_a_new_tenant(live_tenant: LiveTenant) -> None:
    read = snapshot(live_tenant)
    assert "read:orders" in read.apis["https://orders.example.com"].scopes
    assert read.connections["customers"].id == live_tenant.connection("customers")["id"]
    deployment = read.client(live_tenant.credentials.client_id)
    assert deployment is not None
    assert deployment.name.startswith("Platform deployment")
    assert not deployment.third_party
    assert read.missing_scopes == ()


@pytest.mark.parametrize(("clients", "calls"), [(4, 3), (150, 4)])
def test_the_calls_follow_the_pages_not_the_applications(
    live_tenant: LiveTenant, clients: int, calls: int
) -> None:
    present = len(live_tenant.api("GET", "/clients").json())
    for number in range(clients - present):
        live_tenant.api.create("/clients", {"name": f"client {number}"})
    read = snapshot(live_tenant)
    assert len(read.clients) == clients
    asked = live_tenant.requests()
    assert len(asked) == calls
    assert {method for method, _ in asked} == {"GET"}
    assert list(dict.fromkeys(path for _, path in asked)) == LISTS


@pytest.mark.parametrize("lacking", ["update:connections", "create:client_grants"])
def test_a_scope_that_only_writing_needs_is_missing(live_tenant: LiveTenant, lacking: str) -> None:
    narrow = live_tenant.second_client(*(s for s in ALWAYS if s != lacking))
    with ManagementClient(narrow) as client:
        read = read_tenant(client)
    assert read.missing_scopes == (lacking,)
    assert "customers" in read.connections


def test_a_list_that_may_not_be_read_is_empty(live_tenant: LiveTenant) -> None:
    narrow = live_tenant.second_client(*(s for s in ALWAYS if s != "read:connections"))
    with ManagementClient(narrow) as client:
        read = read_tenant(client)
    assert read.missing_scopes == ("read:connections",)
    assert read.connections == {}
    assert read.apis


def test_without_any_scope_all_are_missing(live_tenant: LiveTenant) -> None:
    with ManagementClient(live_tenant.second_client()) as client:
        assert read_tenant(client).missing_scopes == ALWAYS
