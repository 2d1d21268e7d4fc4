"""What is read of a tenant, and with how many calls."""

from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tpa.tenant.objects import Connection, Organization
from tpa.tenant.scopes import ALWAYS
from tpa.tenant.snapshot import (
    ORGANIZATION_CONNECTIONS,
    ORGANIZATION_GRANTS,
    OrganizationLinks,
    TenantSnapshot,
    Unknown,
    read_organization_links,
    read_tenant,
)

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


READS = {
    ORGANIZATION_CONNECTIONS: "read:organization_connections",
    ORGANIZATION_GRANTS: "read:organization_client_grants",
}


@pytest.fixture
def organizations(live_tenant: LiveTenant) -> TenantSnapshot:
    """An organization with a connection, and a grant that is usable in it."""
    api = live_tenant.api
    organization: dict[str, Any] = api.create("/organizations", {"name": "linked"})
    connection = live_tenant.connection("customers")["id"]
    path = f"/organizations/{organization['id']}"
    api.create(f"{path}/enabled_connections", {"connection_id": connection})
    live_tenant.forget_log()
    return TenantSnapshot(
        connections={"customers": Connection(connection)},
        organizations={
            "linked": Organization(organization["id"]),
            "gone": Organization("org_0000000000000000"),
            "not-declared": Organization("org_1111111111111111"),
        },
    )


def test_two_lists_for_each_organization_that_is_named(
    live_tenant: LiveTenant, organizations: TenantSnapshot
) -> None:
    with ManagementClient(live_tenant.credentials) as client:
        links, unknown = read_organization_links(client, organizations, ["linked", "unknown"])
    assert links == {"linked": OrganizationLinks(frozenset({"customers"}), frozenset())}
    assert unknown == ()
    assert len(live_tenant.requests()) == 2


def test_the_links_of_a_deleted_organization_are_unknown(
    live_tenant: LiveTenant, organizations: TenantSnapshot
) -> None:
    with ManagementClient(live_tenant.credentials) as client:
        links, unknown = read_organization_links(client, organizations, ["gone"])
    assert links == {"gone": OrganizationLinks(None, None)}
    assert unknown == ()


@pytest.mark.parametrize("lacking", READS)
def test_a_list_that_the_token_may_not_read_is_requested_once(
    live_tenant: LiveTenant, organizations: TenantSnapshot, lacking: str
) -> None:
    own = live_tenant.second_client(*(scope for what, scope in READS.items() if what != lacking))
    live_tenant.forget_log()
    with ManagementClient(own) as client:
        links, unknown = read_organization_links(client, organizations, ["linked", "gone"])
    assert unknown == (Unknown(lacking, READS[lacking]),)
    found = links["linked"]
    assert (found.connections is None, found.grants is None) == (
        lacking == ORGANIZATION_CONNECTIONS,
        lacking == ORGANIZATION_GRANTS,
    )
    kinds = [path.rpartition("/")[2] for _, path in live_tenant.requests()]
    refused = {
        ORGANIZATION_CONNECTIONS: "enabled_connections",
        ORGANIZATION_GRANTS: "client-grants",
    }[lacking]
    assert kinds.count(refused) == 1
