"""Who else signs users in through what we opened, and one owner of it in a program."""

from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from auth0_third_party.provider.doors import OwnedTwice
from auth0_third_party.provider.resource import Resource, State, Warn
from auth0_third_party.provider.resources import resources
from tests.conftest import LiveTenant

URN = "urn:pulumi:dev::project::auth0-third-party:index:ConnectionPromotion::door"
DOCUMENT = "https://agent.example.com/oauth/client.json"
STRICT = {"is_first_party": False, "third_party_security_mode": "strict"}
WEB = {"app_type": "regular_web", "callbacks": ["https://a.test/cb"], **STRICT}


def resource(name: str) -> Resource:
    (found,) = [each for each in resources() if each.resource_type.endswith(f":{name}")]
    return found


def opened(client: ManagementClient, promotion: Resource, **more: object) -> State:
    inputs = promotion.check({"connection": "customers", **more})
    assert isinstance(inputs, dict)
    state = promotion.create(client, inputs, preview=False, urn=URN)
    return State(state.id, inputs, state.outputs)


def application(tenant: LiveTenant, stack: str | None, **more: Any) -> str:
    metadata = {} if stack is None else {"tpa_application": "a", "tpa_stack": stack}
    body = {"name": "Theirs", "client_metadata": metadata, **WEB, **more}
    return str(tenant.api.create("/clients", body)["client_id"])


@pytest.mark.parametrize(
    ("stack", "more"),
    [("project/staging", {}), ("other/dev", {"app_type": "spa"}), (None, {})],
    ids=["another stack's", "another project's", "made by hand"],
)
def test_a_connection_that_others_use_stays_open(
    live_tenant: LiveTenant, client: ManagementClient, stack: str | None, more: dict[str, Any]
) -> None:
    promotion = resource("ConnectionPromotion")
    state = opened(client, promotion)
    theirs = application(live_tenant, stack, **more)
    live_tenant.forget_log()
    (note,) = promotion.delete(client, state, URN)
    assert isinstance(note, Warn)
    assert "connection 'customers' stays open: Theirs" in note
    assert theirs in note
    assert (stack or theirs) in note
    assert live_tenant.writes() == []
    assert [r for r in live_tenant.requests() if r[1] == "/clients"] == [("GET", "/clients")]


@pytest.mark.parametrize(
    ("stack", "more"),
    [
        ("project/dev", {}),
        ("other/dev", {"app_type": "non_interactive", "callbacks": []}),
        ("other/dev", {"is_first_party": True, "third_party_security_mode": None}),
    ],
    ids=["this stack's", "for machines", "first-party"],
)
def test_who_keeps_nothing_open(
    live_tenant: LiveTenant, client: ManagementClient, stack: str, more: dict[str, Any]
) -> None:
    promotion = resource("ConnectionPromotion")
    state = opened(client, promotion)
    body = {"name": "Theirs", "client_metadata": {"tpa_stack": stack}, **WEB, **more}
    stated = {key: value for key, value in body.items() if value is not None}
    live_tenant.api.create("/clients", stated)
    assert promotion.delete(client, state, URN) == ()
    assert not live_tenant.connection("customers")["is_domain_connection"]


@pytest.mark.parametrize("ours", [True, False])
def test_an_agent_has_no_tags_so_the_program_names_its_own(
    live_tenant: LiveTenant, client: ManagementClient, ours: bool
) -> None:
    live_tenant.api("PATCH", "/tenants/settings", {"client_id_metadata_document_supported": True})
    live_tenant.api("POST", "/clients/cimd/register", {"external_client_id": DOCUMENT})
    promotion = resource("ConnectionPromotion")
    state = opened(client, promotion, ownClients=[DOCUMENT] if ours else [])
    notes = promotion.delete(client, state, URN)
    assert bool(notes) is not ours
    assert live_tenant.connection("customers")["is_domain_connection"] is not ours


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("ConnectionPromotion", {"connection": "customers"}),
        ("OrganizationAccess", {"organization": "northwind"}),
        ("OrganizationConnection", {"organization": "northwind", "connection": "customers"}),
        ("ErrorPageSetting", {"page": {"url": "https://e.test"}}),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_one_program_has_one_owner(
    live_tenant: LiveTenant,
    client: ManagementClient,
    kind: str,
    inputs: dict[str, Any],
    preview: bool,
) -> None:
    one = resource(kind)
    checked: Any = one.check(inputs)
    one.create(client, checked, preview=preview, urn="urn:pulumi:dev::p::t::first")
    live_tenant.forget_log()
    with pytest.raises(OwnedTwice, match="'first' of this program has this") as caught:
        one.create(client, checked, preview=preview, urn="urn:pulumi:dev::p::t::second")
    assert "once" in caught.value.fix
    assert live_tenant.writes() == []


def test_an_older_program_with_two_owners_loses_one(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    """Both are in the state, each with what it found; the program names the second alone."""
    first = opened(client, resource("ConnectionPromotion"))
    run = resource("ConnectionPromotion")
    run.claim(first.id, "urn:pulumi:dev::project::t::second")
    (note,) = run.delete(client, first, URN)
    assert note == "connection 'customers' stays as it is: 'second' has it too"
    assert live_tenant.connection("customers")["is_domain_connection"]
