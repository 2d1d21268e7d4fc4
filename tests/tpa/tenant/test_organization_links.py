"""Links of organizations, read from a running tenant."""

from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tpa.tenant.objects import Connection, Organization
from tpa.tenant.organization_links import (
    ORGANIZATION_CONNECTIONS,
    ORGANIZATION_GRANTS,
    OrganizationLinks,
    read_organization_links,
)
from tpa.tenant.snapshot import TenantSnapshot, Unknown

READS = {
    ORGANIZATION_CONNECTIONS: "read:organization_connections",
    ORGANIZATION_GRANTS: "read:organization_client_grants",
}


@pytest.fixture
def snapshot(live_tenant: LiveTenant) -> TenantSnapshot:
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
    live_tenant: LiveTenant, snapshot: TenantSnapshot
) -> None:
    with ManagementClient(live_tenant.credentials) as client:
        links, unknown = read_organization_links(client, snapshot, ["linked", "unknown"])
    assert links == {"linked": OrganizationLinks(frozenset({"customers"}), frozenset())}
    assert unknown == ()
    assert len(live_tenant.requests()) == 2


def test_the_links_of_a_deleted_organization_are_unknown(
    live_tenant: LiveTenant, snapshot: TenantSnapshot
) -> None:
    with ManagementClient(live_tenant.credentials) as client:
        links, unknown = read_organization_links(client, snapshot, ["gone"])
    assert links == {"gone": OrganizationLinks(None, None)}
    assert unknown == ()


@pytest.mark.parametrize("lacking", READS)
def test_a_list_that_the_token_may_not_read_is_requested_once(
    live_tenant: LiveTenant, snapshot: TenantSnapshot, lacking: str
) -> None:
    own = live_tenant.second_client(*(scope for what, scope in READS.items() if what != lacking))
    live_tenant.forget_log()
    with ManagementClient(own) as client:
        links, unknown = read_organization_links(client, snapshot, ["linked", "gone"])
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
