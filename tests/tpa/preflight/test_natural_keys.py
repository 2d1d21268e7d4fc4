"""Objects that already exist: in the state under another name, of others, of interrupted runs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from auth0_third_party.model.client import declared_values
from auth0_third_party.rules import Path
from tests.public_keys import rsa_key
from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, errors, imports, snapshot, warnings
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    GRANT,
    ORGANIZATION_ACCESS,
    PROVIDER,
    RATE_LIMIT,
    StateResource,
    StateResources,
)
from tpa.preflight.context import PreflightContext
from tpa.tenant.objects import Client, Grant, Organization, RateLimitPolicy
from tpa.tenant.snapshot import TenantSnapshot

URN = "urn:pulumi:dev::project::"
ORDERS = "https://orders.example.com"
PARENT = StateResource(
    f"{URN}auth0-third-party:index:ThirdPartyApplication::portal", "auth0-third-party:index:T"
)
AUTH0 = StateResource(f"{URN}{PROVIDER}::auth0", PROVIDER, "1")
OURS = Client("tpc_7", "Portal", third_party=True, mode="strict", tag=("portal", STACK))


def as_declared(files: Files, changes: Mapping[Path, object] | None = None) -> Client:
    """A client with our tags as an update makes it, with changes."""
    values = declared_values(files.load().applications["portal"])
    return replace(OURS, values={**values, **(changes or {})})


def held(kind: str, name: str, identity: str) -> StateResource:
    return StateResource(f"{URN}{kind}::{name}", kind, identity)


PORTAL = held(CLIENT, "portal-client", "tpc_7")


def grant(*scopes: str, **changes: Any) -> Grant:
    return Grant(**{"id": "cgr_1", "client_id": "tpc_7", "audience": ORDERS, "subject_type": "user",
                    "scopes": scopes, **changes})  # fmt: skip


def context(files: Files, seen: TenantSnapshot, *resources: StateResource) -> PreflightContext:
    return PreflightContext(files.load(), DOMAIN, seen, STACK, StateResources(resources))


def only_error(files: Files, seen: TenantSnapshot, *resources: StateResource) -> str:
    (problem,) = errors(files.load(), seen, StateResources(resources))
    return str(problem)


def test_a_wider_grant_is_refused_with_the_command_that_imports_it(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    text = only_error(files, seen, PORTAL, PARENT, AUTH0)
    assert "gain read:orders and lose write:orders" in text
    command = f"pulumi import {GRANT} portal-grant-orders-user cgr_1 --parent 'parent={PARENT.urn}'"
    assert command in text
    assert imports(context(files, seen, PORTAL, PARENT, AUTH0), GRANT) == {}


def test_without_its_parent_in_the_state_the_fix_is_in_the_file(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    text = only_error(files, seen, PORTAL)
    assert "declare what it has first (scopes: [write:orders])" in text


def test_all_scopes_are_more_than_a_list(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant(all_scopes=True),))
    assert "lose every scope but read:orders" in only_error(files, seen, PORTAL)


def test_a_grant_with_the_same_permissions_is_imported(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("read:orders"),))
    found = context(files, seen, PORTAL)
    assert imports(found, GRANT) == {"portal-grant-orders-user": "cgr_1"}
    assert errors(files.load(), seen, found.held) == []
    assert any("imports it" in w.what for w in warnings(files.load(), seen, found.held))


def test_a_grant_in_the_state_may_be_changed(files: Files) -> None:
    own = held(GRANT, "portal-grant-orders-user", "cgr_1")
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    assert errors(files.load(), seen, StateResources((PORTAL, own))) == []
    assert imports(context(files, seen, PORTAL, own), GRANT) == {}


def test_a_grant_in_the_state_under_another_name(files: Files) -> None:
    other = held(GRANT, "portal-grant-sales-user", "cgr_1")
    seen = snapshot(clients=(OURS,), grants=(grant("read:orders"),))
    text = only_error(files, seen, PORTAL, other)
    assert f"pulumi state rename '{other.urn}' portal-grant-orders-user --stack dev --yes" in text
    assert imports(context(files, seen, PORTAL, other), GRANT) == {}


def test_a_grant_that_was_replaced_by_hand(files: Files) -> None:
    """The state has one that was deleted; the live one was created outside Pulumi."""
    gone = held(GRANT, "portal-grant-orders-user", "cgr_0")
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    assert "pulumi refresh --stack dev --yes && pulumi import" in only_error(
        files, seen, PORTAL, PARENT, AUTH0, gone
    )


def test_without_the_state_nothing_is_reported(files: Files) -> None:
    seen = snapshot(clients=(OURS,), grants=(grant("write:orders"),))
    assert errors(files.load(), seen) == []


def test_an_orphan_is_imported(files: Files) -> None:
    seen = snapshot(clients=(as_declared(files),))
    assert imports(context(files, seen), CLIENT) == {"portal-client": "tpc_7"}
    assert errors(files.load(), seen, StateResources()) == []
    (found, *_) = warnings(files.load(), seen, StateResources())
    assert "tpc_7 was created by a run that was interrupted" in found.what
    assert "knows its secret: delete it" in found.fix


@pytest.mark.parametrize("keys", [False, True])
def test_an_orphan_without_its_credentials_is_imported(files: Files, *, keys: bool) -> None:
    """The run ended between the client and the resource that says how it authenticates."""
    method = {"token_endpoint_auth_method": "client_secret_basic"}
    files.portal(**({"keys": [{"name": "k", "pem": rsa_key()}]} if keys else method))
    early: dict[Path, object] = {
        ("token_endpoint_auth_method",): "client_secret_post",
        ("keys",): 0,
    }
    assert errors(files.load(), snapshot(clients=(as_declared(files, early),))) == []


@pytest.mark.parametrize(
    ("path", "live", "told"),
    [
        ("callbacks", ("https://acme.test/cb", "https://evil.test/cb"), "https://evil.test/cb"),
        ("web_origins", ("https://evil.test",), "web_origins is [https://evil.test]"),
        ("keys", 1, "keys is '1' instead of '0'"),
        ("token_endpoint_auth_method", "private_key_jwt", "is 'private_key_jwt'"),
        ("name", "Partner", "name is 'Partner' instead of 'Portal'"),
    ],
)
def test_a_client_with_copied_tags_is_not_taken_over(
    files: Files, path: str, live: object, told: str
) -> None:
    """Whoever made it may know its secret."""
    seen = snapshot(clients=(as_declared(files, {(path,): live}),))
    text = only_error(files, seen)
    assert told in text
    assert "tags can be copied" in text
    assert "rotate its secret" in text
    assert "adopt: {portal: tpc_7}" in text


def test_two_orphans_are_named(files: Files) -> None:
    second = Client("tpc_8", "Portal", third_party=True, mode="strict", tag=OURS.tag)
    seen = snapshot(clients=(OURS, second))
    assert "2 times, and the state does not have it: tpc_7, tpc_8" in only_error(files, seen)
    assert imports(context(files, seen), CLIENT) == {}


def test_a_duplicate_of_what_is_in_the_state(files: Files) -> None:
    second = Client("tpc_8", "Portal", third_party=True, mode="strict", tag=OURS.tag)
    seen = snapshot(clients=(OURS, second))
    assert errors(files.load(), seen, StateResources((PORTAL,))) == []
    texts = [found.what for found in warnings(files.load(), seen, StateResources((PORTAL,)))]
    assert "the state has tpc_7, and the tenant also has tpc_8" in texts


@pytest.mark.parametrize("tag", [("portal", "project/prod"), ("other", STACK), ("", "")])
def test_applications_of_others_are_never_imported(files: Files, tag: tuple[str, str]) -> None:
    other = Client("tpc_7", "Portal", third_party=True, mode="strict", tag=tag)
    assert imports(context(files, snapshot(clients=(other,))), CLIENT) == {}


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (
            {"third_party": True, "mode": "permissive"},
            "strict here, and tpc_7 was created permissive",
        ),
        ({"third_party": False, "mode": ""}, "is a first-party application"),
    ],
)
def test_mode_and_ownership_lead_to_a_twin(
    files: Files, live: dict[str, Any], expected: str
) -> None:
    seen = snapshot(clients=(Client("tpc_7", "Portal", tag=OURS.tag, **live),))
    for resources in ((PORTAL,), ()):
        text = only_error(files, seen, *resources)
        assert expected in text
        assert "tpa twin portal" in text


def test_an_application_under_another_key(files: Files) -> None:
    old = held(CLIENT, "shop-client", "tpc_1")
    old_grant = held(GRANT, "shop-grant-orders-user", "cgr_1")
    live = Client("tpc_1", "Portal", third_party=True, mode="strict")
    text = only_error(files, snapshot(clients=(live,)), old, old_grant)
    assert "has 'Portal' as shop: tpc_1 would be deleted" in text
    assert f"'{old.urn}' portal-client" in text
    assert f"'{old_grant.urn}' portal-grant-orders-user" in text


def test_an_organization_under_another_key(files: Files) -> None:
    files.dev(organizations={"north": {"name": "northwind"}})
    old = held(ORGANIZATION_ACCESS, "organization-nw-access", "org_1")
    text = only_error(files, snapshot(organizations={"northwind": Organization("org_1")}), old)
    assert "organization-north-access would adopt org_1" in text


def test_an_agent_under_another_key(files: Files) -> None:
    url = "https://agent.test/client.json"
    owner = {"organization": "A", "contact": "a@agent.test"}
    files.write("stacks/agents/helper.yaml", {"document": url, "owner": owner})
    files.live("helper")
    live = Client("tpc_a", "Agent", third_party=True, mode="strict", document=url)
    other = held(AGENT, "assistant-client", "tpc_a")
    assert "helper-client would adopt tpc_a" in only_error(files, snapshot(clients=(live,)), other)
    texts = [w.what for w in warnings(files.load(), snapshot(clients=(live,)), StateResources())]
    assert f"{url} is already registered (tpc_a); this run imports it" in texts


@pytest.mark.parametrize(("limit", "imported"), [(5, True), (6, False)])
def test_a_rate_limit_that_exists_already(
    files: Files,
    limit: int,
    imported: bool,
) -> None:
    files.write("stacks/tenant.yaml", {"rate_limit": {"limit": 5}})
    files.portal(rate_limit={"limit": 5})
    own, everyone = RateLimitPolicy("rlp_1", "block", limit), RateLimitPolicy("rlp_2", "block", 5)
    policies = {"client_id:tpc_7": own, "third_party_clients": everyone}
    seen = snapshot(clients=(OURS,), rate_limits=policies)
    found = imports(context(files, seen, PORTAL), RATE_LIMIT)
    assert found == {
        **({"portal-rate-limit": "rlp_1"} if imported else {}),
        "third-party-rate-limit-policy": "rlp_2",
    }
    found_errors = errors(files.load(), seen, StateResources((PORTAL,)))
    assert [(p.file, p.field) for p in found_errors] == (
        [] if imported else [("stacks/applications/portal.yaml", "rate_limit")]
    )


@pytest.mark.parametrize(("identity", "imported"), [("rlp_old", True), ("rlp_1", False)])
def test_a_rate_limit_that_a_killed_run_made_anew(
    files: Files, identity: str, imported: bool
) -> None:
    """The state still has the one that it deleted first; Auth0 would refuse a second one."""
    files.portal(rate_limit={"limit": 5})
    own = {"client_id:tpc_7": RateLimitPolicy("rlp_1", "block", 5)}
    seen = snapshot(clients=(OURS,), rate_limits=own)
    old = held(RATE_LIMIT, "portal-rate-limit", identity)
    found = imports(context(files, seen, PORTAL, old), RATE_LIMIT)
    assert found == ({"portal-rate-limit": "rlp_1"} if imported else {})
