"""Links of organizations, read from a running tenant."""

from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tpa.tenant.objects import Connection, Organization
from tpa.tenant.snapshot import Snapshot
from tpa.tenant.view import CONNECTIONS, GRANTS, Links, read_links

READS = {
    CONNECTIONS: "read:organization_connections",
    GRANTS: "read:organization_client_grants",
}


@pytest.fixture
def seen(live_tenant: LiveTenant) -> Snapshot:
    """An organization with a connection, and a grant that is good in it."""
    api = live_tenant.api
    organization: dict[str, Any] = api.create("/organizations", {"name": "linked"})
    connection = live_tenant.connection("customers")["id"]
    place = f"/organizations/{organization['id']}"
    api.create(f"{place}/enabled_connections", {"connection_id": connection})
    live_tenant.forget_log()
    return Snapshot(
        connections={"customers": Connection(connection)},
        organizations={
            "linked": Organization(organization["id"]),
            "gone": Organization("org_0000000000000000"),
            "nobody-names-it": Organization("org_1111111111111111"),
        },
    )


def test_two_lists_for_each_organization_that_is_named(
    live_tenant: LiveTenant, seen: Snapshot
) -> None:
    with ManagementClient(live_tenant.credentials) as client:
        links, unseen = read_links(client, seen, ["linked", "unknown"])
    assert links == {"linked": Links(frozenset({"customers"}), frozenset())}
    assert unseen == ()
    assert len(live_tenant.requests()) == 2


def test_an_organization_that_went_meanwhile_has_no_links_to_tell(
    live_tenant: LiveTenant, seen: Snapshot
) -> None:
    with ManagementClient(live_tenant.credentials) as client:
        links, unseen = read_links(client, seen, ["gone"])
    assert links == {"gone": Links(None, None)}
    assert unseen == ()


@pytest.mark.parametrize("lacking", READS)
def test_what_a_token_may_not_read_is_told_once_and_not_asked_again(
    live_tenant: LiveTenant, seen: Snapshot, lacking: str
) -> None:
    own = live_tenant.second_client(*(scope for what, scope in READS.items() if what != lacking))
    live_tenant.forget_log()
    with ManagementClient(own) as client:
        links, unseen = read_links(client, seen, ["linked", "gone"])
    assert unseen == ((lacking, READS[lacking]),)
    found = links["linked"]
    assert (found.connections is None, found.grants is None) == (
        lacking == CONNECTIONS,
        lacking == GRANTS,
    )
    kinds = [path.rpartition("/")[2] for _, path in live_tenant.requests()]
    refused = {CONNECTIONS: "enabled_connections", GRANTS: "client-grants"}[lacking]
    assert kinds.count(refused) == 1
