"""A link whose answer was lost is still ours, and goes when its line goes."""

import pytest

from auth0_third_party.management import ManagementClient, Refused
from auth0_third_party.provider.links import ORGANIZATION_CONNECTION, OrganizationLink
from tests.conftest import LiveTenant

INPUTS = {"organization": "northwind", "connection": "customers"}


def fault(tenant: LiveTenant, **values: object) -> None:
    path = "/api/v2/organizations/*"
    body = {"method": "POST", "path": path, "count": 1, **values}
    assert tenant.api.control("POST", "/faults", body).status_code == 200


def test_a_link_whose_answer_was_lost(live_tenant: LiveTenant, client: ManagementClient) -> None:
    link = OrganizationLink(ORGANIZATION_CONNECTION)
    fault(live_tenant, do="cut-after")
    state = link.create(client, INPUTS, preview=False)
    assert state.outputs["linkedByUs"] is True
    assert link.delete(client, state) == ()
    assert link.read(client, state.id, state) is None


def test_a_link_that_is_refused(live_tenant: LiveTenant, client: ManagementClient) -> None:
    fault(live_tenant, do="status", status=400)
    with pytest.raises(Refused):
        OrganizationLink(ORGANIZATION_CONNECTION).create(client, INPUTS, preview=False)
