"""Whose grant, application, agent, policy or link is it, and what a cut-off run left."""

from typing import Any

import pytest

from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, errors, snapshot, warnings
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    GRANT,
    ORGANIZATION_ACCESS,
    PROVIDER,
    StateResource,
    StateResources,
)
from tpa.preflight.counterparts import adopted_clients
from tpa.preflight.inspection import Inspection
from tpa.preflight.natural_keys import adopted_grants
from tpa.preflight.rate_limits import adopted_rate_limits
from tpa.tenant.objects import Client, Grant, Organization, RateLimitPolicy
from tpa.tenant.snapshot import Snapshot

URN = "urn:pulumi:dev::project::"
ORDERS = "https://orders.example.com"
PARENT = StateResource(
    f"{URN}auth0-third-party:index:ThirdPartyApplication::portal", "auth0-third-party:index:T"
)
AUTH0 = StateResource(f"{URN}{PROVIDER}::auth0", PROVIDER, "1")
OURS = Client("tpc_7", "Portal", third_party=True, mode="strict", tag=("portal", STACK))


def held(kind: str, name: str, identity: str) -> StateResource:
    return StateResource(f"{URN}{kind}::{name}", kind, identity)


PORTAL = held(CLIENT, "portal-client", "tpc_7")


def grant(*scopes: str, **changes: Any) -> Grant:
    return Grant(**{"id": "cgr_1", "client_id": "tpc_7", "audience": ORDERS, "subject_type": "user",
                    "scopes": scopes, **changes})  # fmt: skip


def inspection(files: Files, seen: Snapshot, *resources: StateResource) -> Inspection:
    return Inspection(files.load(), DOMAIN, seen, STACK, StateResources(resources))


def said(files: Files, seen: Snapshot, *resources: StateResource) -> str:
    (problem,) = errors(files.load(), seen, StateResources(resources))
    return str(problem)


def test_a_wider_grant_is_refused_with_the_command_that_imports_it(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    text = said(files, seen, PORTAL, PARENT, AUTH0)
    assert "gain read:orders and lose write:orders" in text
    command = f"pulumi import {GRANT} portal-grant-orders-user cgr_1 --parent 'parent={PARENT.urn}'"
    assert command in text
    assert adopted_grants(inspection(files, seen, PORTAL, PARENT, AUTH0)) == {}


def test_without_its_parent_in_the_state_the_file_comes_first(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    text = said(files, seen, PORTAL)
    assert "state what it has first (scopes: [write:orders])" in text


def test_all_scopes_are_more_than_a_list(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant(all_scopes=True),))
    assert "lose every scope but read:orders" in said(files, seen, PORTAL)


def test_a_grant_that_says_the_same_is_taken_over(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("read:orders"),))
    found = inspection(files, seen, PORTAL)
    assert adopted_grants(found) == {"portal-grant-orders-user": "cgr_1"}
    assert errors(files.load(), seen, found.held) == []
    assert any("takes it over" in w.what for w in warnings(files.load(), seen, found.held))


def test_a_grant_of_the_state_is_its_own(files: Files) -> None:
    own = held(GRANT, "portal-grant-orders-user", "cgr_1")
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    assert errors(files.load(), seen, StateResources((PORTAL, own))) == []
    assert adopted_grants(inspection(files, seen, PORTAL, own)) == {}


def test_a_grant_of_the_state_by_another_name(files: Files) -> None:
    other = held(GRANT, "portal-grant-sales-user", "cgr_1")
    seen = snapshot(clients=(OURS,), grants=(grant("read:orders"),))
    text = said(files, seen, PORTAL, other)
    assert f"pulumi state rename '{other.urn}' portal-grant-orders-user --stack dev --yes" in text
    assert adopted_grants(inspection(files, seen, PORTAL, other)) == {}


def test_a_grant_that_was_made_anew_by_hand(files: Files) -> None:
    """The state holds one that is gone; the one that is there is somebody else's."""
    gone = held(GRANT, "portal-grant-orders-user", "cgr_0")
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    assert "pulumi refresh --stack dev --yes && pulumi import" in said(
        files, seen, PORTAL, PARENT, AUTH0, gone
    )


def test_nobody_who_knows_the_state_says_nothing(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    assert errors(files.load(), seen) == []


def test_an_orphan_is_taken_over(files: Files) -> None:
    seen = snapshot(clients=(OURS,))
    assert adopted_clients(inspection(files, seen)) == {"portal-client": "tpc_7"}
    (found, *_) = warnings(files.load(), seen, StateResources())
    assert "tpc_7 was made by a run that was cut off" in found.what


def test_two_orphans_are_named(files: Files) -> None:
    second = Client("tpc_8", "Portal", third_party=True, mode="strict", tag=OURS.tag)
    seen = snapshot(clients=(OURS, second))
    assert "2 times, and the state none: tpc_7, tpc_8" in said(files, seen)
    assert adopted_clients(inspection(files, seen)) == {}


def test_a_double_of_what_the_state_holds(files: Files) -> None:
    second = Client("tpc_8", "Portal", third_party=True, mode="strict", tag=OURS.tag)
    seen = snapshot(clients=(OURS, second))
    assert errors(files.load(), seen, StateResources((PORTAL,))) == []
    texts = [found.what for found in warnings(files.load(), seen, StateResources((PORTAL,)))]
    assert "the state holds tpc_7, and the tenant has tpc_8 besides" in texts


@pytest.mark.parametrize("tag", [("portal", "project/prod"), ("other", STACK), ("", "")])
def test_applications_of_others_are_never_taken_over(files: Files, tag: tuple[str, str]) -> None:
    other = Client("tpc_7", "Portal", third_party=True, mode="strict", tag=tag)
    assert adopted_clients(inspection(files, snapshot(clients=(other,)))) == {}


@pytest.mark.parametrize(
    ("live", "words"),
    [
        ({"third_party": True, "mode": "permissive"}, "strict here, and tpc_7 was made permissive"),
        ({"third_party": False, "mode": ""}, "is a first-party application"),
    ],
)
def test_mode_and_ownership_lead_to_a_twin(files: Files, live: dict[str, Any], words: str) -> None:
    seen = snapshot(clients=(Client("tpc_7", "Portal", tag=OURS.tag, **live),))
    for resources in ((PORTAL,), ()):
        text = said(files, seen, *resources)
        assert words in text
        assert "tpa twin portal" in text


def test_an_application_under_another_key(files: Files) -> None:
    old = held(CLIENT, "shop-client", "tpc_1")
    old_grant = held(GRANT, "shop-grant-orders-user", "cgr_1")
    text = said(files, snapshot(), old, old_grant)
    assert "holds 'Portal' as shop: tpc_1 would be deleted" in text
    assert f"'{old.urn}' portal-client" in text
    assert f"'{old_grant.urn}' portal-grant-orders-user" in text


def test_an_organization_under_another_key(files: Files) -> None:
    files.dev(organizations={"north": {"name": "northwind"}})
    old = held(ORGANIZATION_ACCESS, "organization-nw-access", "org_1")
    text = said(files, snapshot(organizations={"northwind": Organization("org_1")}), old)
    assert "organization-north-access would take over org_1" in text


def test_an_agent_under_another_key(files: Files) -> None:
    url = "https://agent.test/client.json"
    owner = {"organization": "A", "contact": "a@agent.test"}
    files._write("agents/helper", {"document": url, "owner": owner})
    files.dev(agents=["helper"])
    live = Client("tpc_a", "Agent", third_party=True, mode="strict", document=url)
    other = held(AGENT, "assistant-client", "tpc_a")
    assert "helper-client would take over tpc_a" in said(files, snapshot(clients=(live,)), other)
    texts = [w.what for w in warnings(files.load(), snapshot(clients=(live,)), StateResources())]
    assert f"{url} is registered already (tpc_a); this run takes it over" in texts


@pytest.mark.parametrize(("limit", "adopted"), [(5, True), (6, False)])
def test_a_rate_limit_of_somebody_elses(
    files: Files,
    limit: int,
    adopted: bool,
) -> None:
    files._write("tenant", {"rate_limit": {"limit": 5}})
    files.portal(rate_limit={"limit": 5})
    own, everyone = RateLimitPolicy("rlp_1", "block", limit), RateLimitPolicy("rlp_2", "block", 5)
    policies = {"client_id:tpc_7": own, "third_party_clients": everyone}
    seen = snapshot(clients=(OURS,), rate_limits=policies)
    found = adopted_rate_limits(inspection(files, seen, PORTAL))
    assert found == {
        **({"portal-rate-limit": "rlp_1"} if adopted else {}),
        "third-party-rate-limit-policy": "rlp_2",
    }
    told = errors(files.load(), seen, StateResources((PORTAL,)))
    assert [(p.file, p.field) for p in told] == (
        [] if adopted else [("stacks/applications/portal.yaml", "rate_limit")]
    )
