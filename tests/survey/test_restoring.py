"""The way back: which request carries what, what the engine has to make, and what is left."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.holdings import AGENT, CLIENT, CREDENTIALS, GRANT, RATE_LIMIT, Held, Holdings
from preflight.objects import Connection, Grant, Organization, RateLimitPolicy
from survey.restoring import Ground, Restoration, restoration
from survey.set_back import PLANS
from tests.survey.values import Bend, Sides, settled

ORDERS = "https://orders.test"
MINE = "cgr_portal_orders_user"
MACHINE = "cgr_portal_orders_client"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::project::{kind}::{name}"


def held(kind: str, name: str, identity: str = "x", parent: str = "") -> Held:
    return Held(urn(kind, name), kind, identity, urn("component", parent) if parent else "")


HELD = Holdings(
    (
        held(CLIENT, "portal-client", "tpc_portal", "portal"),
        held(CREDENTIALS, "portal-credentials", parent="portal"),
        held(GRANT, "portal-grant-orders-user", parent="portal"),
        held(GRANT, "portal-grant-orders-client", parent="portal"),
        held(CLIENT, "portal-two-client", "tpc_two", "portal-two"),
        held(AGENT, "helper-client", "tpc_helper", "helper"),
        held(GRANT, "helper-grant-orders-user", parent="helper"),
        held(GRANT, "default-permissions-catalog-user", parent="default-permissions"),
        held(RATE_LIMIT, "rate-limits-portal", parent="rate-limits"),
        held(RATE_LIMIT, "rate-limits-third-parties", parent="rate-limits"),
    )
)


def plan(sides: Sides, ahead: tuple[str, ...] = ()) -> Restoration:
    chosen = list(sides.differences().values())
    return restoration(Ground(sides.view, sides.last, HELD, ahead), chosen, PLANS)


def names(urns: list[str]) -> list[str]:
    return [each.rpartition("::")[2] for each in urns]


SETTINGS = "/tenants/settings"
PORTAL = "/clients/tpc_portal"


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"name": "Other"}, {"name": "Portal"}),
        ({"callbacks": ()}, {"callbacks": ["https://dev.acme.test/cb"]}),
        (
            {"redirection_policy": "allow_always"},
            {"redirection_policy": "open_redirect_protection"},
        ),
        (
            {"token_endpoint_auth_method": "client_secret_basic"},
            {"token_endpoint_auth_method": "client_secret_post"},
        ),
        (
            {"access_token_lifetime": 60},
            {"jwt_configuration": {"lifetime_in_seconds": 3600, "alg": "RS256"}},
        ),
        ({"client_metadata.plan": None}, {"client_metadata": {"plan": "gold"}}),
        (
            {"client_metadata.plan": "x", "client_metadata.a/b": "y"},
            {"client_metadata": {"plan": "gold", "a/b": None}},
        ),
        (
            {"refresh_token.leeway": 9, "refresh_token.token_lifetime": "unlimited"},
            {
                "refresh_token": {
                    "rotation_type": "non-rotating",
                    "expiration_type": "expiring",
                    "leeway": 3,
                    "token_lifetime": 2592000,
                    "idle_token_lifetime": 1296000,
                    "infinite_token_lifetime": False,
                    "infinite_idle_token_lifetime": False,
                }
            },
        ),
    ],
)
def test_an_application_gets_back_the_properties_that_differ_and_no_other(
    tmp_path: Path, changes: dict[str, Any], body: Mapping[str, Any]
) -> None:
    found = plan(settled(tmp_path).client("portal", **changes))
    (write,) = found.writes
    assert (write.method, write.path, write.body) == ("PATCH", PORTAL, body)
    assert len(write.settles) == len(changes)
    assert found.left == {}


def test_a_block_that_is_written_whole_keeps_what_was_not_chosen(tmp_path: Path) -> None:
    bent = settled(tmp_path).client(
        "portal", **{"refresh_token.leeway": 9, "refresh_token.idle_token_lifetime": 77}
    )
    chosen = [bent.differences()["applications/portal/refresh_token.leeway"]]
    found = restoration(Ground(bent.view, bent.last, HELD), chosen, PLANS)
    block = found.writes[0].body["refresh_token"]
    assert (block["leeway"], block["idle_token_lifetime"]) == (3, 77)


def test_the_marks_come_back_and_one_that_was_never_ours_goes(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    old = sides.view.ours["portal"]
    found = plan(sides.replaced(old, replace(old, mark=("", ""), owner="")))
    marks = {"tpa_application": "portal", "tpa_stack": "project/dev", "tpa_owner": "Acme"}
    assert found.writes[0].body == {"client_metadata": marks}


@pytest.mark.parametrize(
    ("bend", "method", "path", "body"),
    [
        (
            lambda s: s.grant(MACHINE, scopes=("read:orders",)),
            "PATCH",
            f"/client-grants/{MACHINE}",
            {"scope": ["write:orders", "read:orders"]},  # in the order of the file
        ),
        (
            lambda s: s.grant(MINE, all_scopes=True, scopes=()),
            "PATCH",
            f"/client-grants/{MINE}",
            {"allow_all_scopes": False, "scope": ["read:orders"]},
        ),
        (
            lambda s: s.grant(MINE, details=("payment",)),
            "PATCH",
            f"/client-grants/{MINE}",
            {"authorization_details_types": []},
        ),
        (
            lambda s: s.grant(MINE, any_organization=True),
            "PATCH",
            f"/client-grants/{MINE}",
            {"allow_any_organization": False},
        ),
        (
            lambda s: s.grant(MACHINE, organization_usage="require"),
            "PATCH",
            f"/client-grants/{MACHINE}",
            {"organization_usage": "allow"},
        ),
        (
            lambda s: s.links(grants=frozenset()),
            "POST",
            "/organizations/org_1/client-grants",
            {"grant_id": MACHINE},
        ),
        (
            lambda s: s.links(grants=frozenset({MACHINE, MINE})),
            "DELETE",
            f"/organizations/org_1/client-grants/{MINE}",
            {},
        ),
        (
            lambda s: s.look(
                grants=(*s.seen.grants, Grant("cgr_x", "tpc_widget", ORDERS, "user", ()))
            ),
            "DELETE",
            "/client-grants/cgr_x",
            {},
        ),
        (
            lambda s: s.look(grants=(*s.seen.grants, Grant("cgr_y", "", ORDERS, "user", ()))),
            "DELETE",
            "/client-grants/cgr_y",
            {},
        ),
        (
            lambda s: s.look(connections={"customers": Connection("con_1")}),
            "PATCH",
            "/connections/con_1",
            {"is_domain_connection": True},
        ),
        (
            lambda s: s.look(organizations={"northwind": Organization("org_1", admits=False)}),
            "PATCH",
            "/organizations/org_1",
            {"third_party_client_access": "allow"},
        ),
        (
            lambda s: s.links(connections=frozenset()),
            "POST",
            "/organizations/org_1/enabled_connections",
            {"connection_id": "con_1", "assign_membership_on_login": False, "show_as_button": True},
        ),
        (
            lambda s: s.settings(flags={"use_scope_descriptions_for_consent": True}),
            "PATCH",
            SETTINGS,
            {"flags": {"enable_dynamic_client_registration": True}},
        ),
        (
            lambda s: s.settings(error_page={"url": "https://acme.test/failed", "html": "<p>"}),
            "PATCH",
            SETTINGS,
            {"error_page": {"html": ""}},
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "PATCH",
            SETTINGS,
            {"client_id_metadata_document_supported": True},
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "client_id:tpc_portal": RateLimitPolicy("rlp_2", "block", 1),
                }
            ),
            "PATCH",
            "/rate-limit-policies/rlp_2",
            {"configuration": {"action": "log", "limit": 10}},
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "client_id:tpc_widget": RateLimitPolicy("rlp_3", "log", 1),
                }
            ),
            "DELETE",
            "/rate-limit-policies/rlp_3",
            {},
        ),
    ],
)
def test_each_thing_is_set_back_by_one_request(
    tmp_path: Path, bend: Bend, method: str, path: str, body: Mapping[str, Any]
) -> None:
    found = plan(bend(settled(tmp_path)))
    (write,) = found.writes
    assert (write.method, write.path, write.body) == (method, path, body)
    assert (found.left, found.refreshed, found.replaced) == ({}, [], [])


def test_settings_go_in_one_request_and_doors_open_last(tmp_path: Path) -> None:
    bent = settled(tmp_path).settings(flags={}, client_id_metadata_document_supported=False)
    bent = bent.look(connections={"customers": Connection("con_1")}).grant(MINE, scopes=())
    found = plan(bent.client("portal", name="x"))
    assert [write.path for write in found.writes] == [
        PORTAL,
        f"/client-grants/{MINE}",
        "/connections/con_1",
        SETTINGS,
    ]
    assert found.writes[-1].body == {
        "flags": {
            "enable_dynamic_client_registration": True,
            "use_scope_descriptions_for_consent": True,
        },
        "client_id_metadata_document_supported": True,
    }


def test_a_client_that_is_gone_comes_back_with_all_that_hung_on_it_and_no_more(
    tmp_path: Path,
) -> None:
    """Another application's name begins with the same letters."""
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.ours["portal"]).look(rate_limits={}))
    assert found.reborn == ["portal"]
    assert names(found.refreshed) == [
        "portal-client",
        "portal-credentials",
        "portal-grant-orders-user",
        "portal-grant-orders-client",
    ]
    assert "rate-limits-portal" in names(found.replaced)


def test_a_policy_that_is_still_there_is_looked_at(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.ours["portal"]))
    assert names(found.refreshed)[-1] == "rate-limits-portal"
    assert found.replaced == []


def test_an_agent_that_is_gone_is_replaced_unread(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.ours["helper"]))
    assert names(found.replaced) == ["helper-client", "helper-grant-orders-user"]
    assert (found.refreshed, found.reborn) == ([], ["helper"])


@pytest.mark.parametrize(
    ("bend", "name"),
    [
        (lambda s: s.grant(MINE), "portal-grant-orders-user"),
        (lambda s: s.grant("cgr_default_catalog_user"), "default-permissions-catalog-user"),
        (lambda s: s.client("portal", keys=1), "portal-credentials"),
        (
            lambda s: s.client("portal", token_endpoint_auth_method="private_key_jwt"),
            "portal-credentials",
        ),
    ],
)
def test_what_has_an_id_of_its_own_is_left_to_the_engine(
    tmp_path: Path, bend: Bend, name: str
) -> None:
    found = plan(bend(settled(tmp_path)))
    assert (names(found.refreshed), found.writes) == ([name], [])


def test_nothing_is_made_anew_while_the_files_are_ahead(tmp_path: Path) -> None:
    """An update would write down definitions as applied that are not."""
    sides = settled(tmp_path).grant(MINE).client("widget", name="x")
    found = plan(sides, ahead=("portal",))
    assert found.refreshed == []
    assert "ahead of the last one (portal)" in found.left["grants/portal/orders/user"]
    assert [write.path for write in found.writes] == ["/clients/tpc_widget"]


def test_a_conflict_goes_back_to_what_the_last_update_left(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", name="live")
    (each,) = bent.differences().values()
    both = each.model_copy(update={"owner": "both", "declared": "file"})
    found = restoration(Ground(bent.view, bent.last, HELD), [both], PLANS)
    assert found.writes[0].body == {"name": "Portal"}


@pytest.mark.parametrize(
    ("bend", "path", "why"),
    [
        (
            lambda s: s.look(
                connections={**s.seen.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "maybe for others",
        ),
        (lambda s: s.look(connections={}), "connections/customers", "no such connection"),
        (
            lambda s: s.look(organizations={}),
            "organizations/northwind/third_parties",
            "no such organization",
        ),
        (
            lambda s: s.client("portal", security_mode="permissive"),
            "applications/portal/security_mode",
            "Auth0 fixes it",
        ),
        (
            lambda s: s.client("widget", keys=1),
            "applications/widget/keys",
            "does not hold it: make up ENV=dev",
        ),
    ],
)
def test_what_stays_is_told_with_its_reason(
    tmp_path: Path, bend: Bend, path: str, why: str
) -> None:
    found = plan(bend(settled(tmp_path)))
    assert why in found.left[path]
    assert found.empty
