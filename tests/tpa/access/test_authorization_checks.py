"""What stands between a grant and a token, by the vendor's rules; and what nobody could look at."""

from typing import Any

import pytest

from tests.tpa.matching_tenant import (
    MACHINE,
    NEEDS_GRANT,
    ORDERS,
    PRODUCTS,
    api,
    client,
    default,
    grant,
    live,
    offline,
    row,
)
from tests.tpa.preflight.conftest import Files
from tpa.access.rows import Row
from tpa.tenant.objects import Api, Connection
from tpa.tenant.snapshot import Unknown

MACHINE_GRANT = {"subject_type": "client"}


def closed(found: Row) -> list[str]:
    return [gate.gate for gate in found.gates if gate.open is False]


def said(found: Row, gate: str) -> str:
    (what,) = (each.what for each in found.gates if each.gate == gate)
    return what


def test_a_tenant_as_in_the_files_opens_every_gate(files: Files) -> None:
    found = row(live(files.load()))
    assert (found.usable, found.unsure, closed(found)) == (True, (), [])
    assert [gate.gate for gate in found.gates] == ["api_policy", "connection", "organization"]


def test_cg_15_an_api_that_denies_all_decides(files: Files) -> None:
    apis = {ORDERS: api(user="deny_all")}
    found = row(live(files.load(), apis=apis))
    assert found.usable is False
    assert found.decided_by.by == "api_policy"
    assert found.decided_by.place == f"API {ORDERS} in the tenant"
    assert found.granted_by.startswith("stacks/applications/portal.yaml:")


def test_cg_15_the_policy_for_applications_closes_nothing_for_users(files: Files) -> None:
    assert row(live(files.load(), apis={ORDERS: api(client="deny_all")})).usable is True


def test_cg_15_allow_all_spares_a_strict_application_no_grant(files: Files) -> None:
    view = live(files.load(), apis={ORDERS: api(user="allow_all")})
    found = row(view)
    assert found.source == "application"
    assert "a strict application needs a grant all the same" in said(found, "api_policy")


def test_cg_14_an_api_that_states_no_policy_has_the_defaults(files: Files) -> None:
    bare = Api(frozenset({"read:orders"}))
    found = row(live(files.load(), apis={ORDERS: bare}))
    assert "is allow_all" in said(found, "api_policy")
    files.portal(grants=[MACHINE])
    found = row(
        live(files.load(), apis={ORDERS: bare}, grants=(grant(**MACHINE_GRANT),)), subject="client"
    )
    assert "is require_client_grant" in said(found, "api_policy")


def test_a_policy_that_nobody_knows_is_not_taken_for_an_open_one(files: Files) -> None:
    found = row(live(files.load(), apis={ORDERS: api(user="ask_a_friend")}))
    assert (found.usable, found.unsure) == (None, ("api_policy",))


def test_cg_11_auth0s_own_apis_are_closed(files: Files) -> None:
    own = Api(frozenset(), NEEDS_GRANT, system=True)
    assert closed(row(live(files.load(), apis={ORDERS: own}))) == ["api"]


def test_an_api_that_is_gone_closes(files: Files) -> None:
    assert closed(row(live(files.load(), apis={}))) == ["api"]


def test_a_grant_type_that_somebody_took_away_closes(files: Files) -> None:
    bent = client(facets={"grant_types": ("client_credentials",)})
    found = row(live(files.load(), clients=(bent,)))
    assert found.decided_by.by == "flow"
    assert found.decided_by.place == "application tpc_1 in the tenant"


def test_without_a_list_of_grant_types_nobody_knows(files: Files) -> None:
    found = row(live(files.load(), clients=(client(facets={"grant_types": None}),)))
    assert (found.usable, found.unsure) == (None, ("flow",))


@pytest.mark.parametrize("flow", ["implicit", "urn:ietf:params:oauth:grant-type:device_code"])
def test_section_8_a_permissive_application_has_more_flows_for_users(
    files: Files, flow: str
) -> None:
    legacy = client(mode="permissive", facets={"grant_types": (flow,)})
    assert row(live(files.load(), clients=(legacy,))).usable is True
    strict = client(facets={"grant_types": (flow,)})
    assert closed(row(live(files.load(), clients=(strict,)))) == ["flow"]


def test_dc_01_without_a_promoted_connection_nobody_signs_in(files: Files) -> None:
    demoted = {"customers": Connection("con_1")}
    found = row(live(files.load(), connections=demoted))
    assert (found.usable, found.decided_by.by) == (False, "connection")


def test_dc_01_any_promoted_connection_serves_every_application(files: Files) -> None:
    others = {"customers": Connection("con_1"), "google": Connection("con_2", promoted=True)}
    found = row(live(files.load(), connections=others))
    assert found.usable is True
    assert said(found, "connection") == "its users can sign in by google, not by customers"


def test_dc_01_in_the_files_an_agent_signs_in_by_what_others_promote(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    files._write("agents/helper", {"document": "https://agent.test/c.json", "owner": owner})
    files.dev(agents=["helper"])
    found = row(offline(files.load()), "helper", PRODUCTS)
    assert said(found, "connection") == "its users sign in by customers"
    files.dev(agents=["helper"], applications={})
    assert closed(row(offline(files.load()), "helper", PRODUCTS)) == ["connection"]


@pytest.mark.parametrize("change", [{"rules": ("add-roles",)}, {"classic_login": True}])
def test_rt_15_rules_and_the_classic_page_close_strict_sign_in_alone(
    files: Files, change: dict[str, Any]
) -> None:
    assert row(live(files.load(), **change)).decided_by.by == "login"
    legacy = client(mode="permissive")
    assert row(live(files.load(), clients=(legacy,), **change)).usable is True


def test_rt_13_a_hook_breaks_a_strict_machine(files: Files) -> None:
    files.portal(grants=[MACHINE])
    seen: dict[str, Any] = {"grants": (grant(**MACHINE_GRANT),), "hooks": ("scopes",)}
    assert closed(row(live(files.load(), **seen), subject="client")) == ["login"]
    legacy = client(mode="permissive")
    assert closed(row(live(files.load(), clients=(legacy,), **seen), subject="client")) == []


def test_org_02_organizations_close_nothing_outside_of_them(files: Files) -> None:
    found = row(live(files.load(), organizations={}))
    assert found.usable is True
    assert said(found, "organization").endswith("members of: no organization")


def test_org_08_organizations_mean_nothing_to_a_permissive_application(files: Files) -> None:
    found = row(live(files.load(), clients=(client(mode="permissive"),)))
    assert "organization" not in [gate.gate for gate in found.gates]


@pytest.mark.parametrize(
    ("usage", "words"),
    [("", "good outside of organizations only"), ("allow", "good outside of organizations, and"),
     ("require", "good only in the organizations it is linked to")],
)  # fmt: skip
def test_cg_13_where_the_tokens_of_a_machine_are_good(files: Files, usage: str, words: str) -> None:
    files.portal(grants=[MACHINE])
    live_grant = grant(organization_usage=usage, **MACHINE_GRANT)
    found = row(live(files.load(), grants=(live_grant,)), subject="client")
    assert said(found, "organization").startswith(words)


@pytest.mark.parametrize(
    ("unseen", "gates"),
    [
        ({"missing_scopes": ("read:resource_servers",), "apis": {}}, ("api_policy",)),
        ({"missing_scopes": ("read:connections",), "connections": {}}, ("connection",)),
        ({"unknown_parts": (Unknown("Rules", "read:rules"),)}, ("login",)),
        ({"unknown_parts": (Unknown("the login experience", "read:prompts"),)}, ("login",)),
        (
            {"unknown_parts": (Unknown("organizations", ""),), "organizations": {}},
            ("organization",),
        ),
    ],
)
def test_what_nobody_could_look_at_is_neither_open_nor_closed(
    files: Files, unseen: dict[str, Any], gates: tuple[str, ...]
) -> None:
    found = row(live(files.load(), **unseen))
    assert (found.usable, found.unsure, closed(found)) == (None, gates, [])
    assert found.status == "same"


def test_a_closed_gate_stays_closed_whatever_is_unknown(files: Files) -> None:
    found = row(
        live(
            files.load(),
            apis={ORDERS: api(user="deny_all")},
            unknown_parts=(Unknown("Rules", "read:rules"),),
        )
    )
    assert (found.usable, found.decided_by.by) == (False, "api_policy")


def test_x_27_whether_a_default_reaches_a_permissive_application_is_a_question(
    files: Files,
) -> None:
    legacy = (client(mode="permissive"),)
    found = row(live(files.load(), clients=legacy, grants=(default(),)), audience=PRODUCTS)
    assert (found.usable, found.unsure) == (None, ("default",))
