"""What Auth0 checks between a grant and a token, by its rules; and which checks are unknown."""

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
from tpa.access.effective import AccessRow
from tpa.tenant.objects import Api, Connection, read_organization
from tpa.tenant.snapshot import Unknown

MACHINE_GRANT = {"subject_type": "client"}


def denied(found: AccessRow) -> list[str]:
    return [each.check for each in found.checks if each.passed is False]


def said(found: AccessRow, check: str) -> str:
    (what,) = (each.what for each in found.checks if each.check == check)
    return what


def test_a_matching_tenant_passes_every_check(files: Files) -> None:
    found = row(live(files.load()))
    assert (found.usable, found.unknown_checks, denied(found)) == (True, (), [])
    assert [each.check for each in found.checks] == ["api_policy", "connection", "organization"]


def test_cg_15_an_api_that_denies_all_decides(files: Files) -> None:
    apis = {ORDERS: api(user="deny_all")}
    found = row(live(files.load(), apis=apis))
    assert found.usable is False
    assert found.decided_by.by == "api_policy"
    assert str(found.decided_by.place) == f"API {ORDERS} in the tenant"
    assert found.granted_by.startswith("stacks/applications/portal.yaml:")


def test_cg_15_the_policy_for_client_access_does_not_deny_user_access(files: Files) -> None:
    assert row(live(files.load(), apis={ORDERS: api(client="deny_all")})).usable is True


def test_cg_15_a_strict_application_needs_a_grant_despite_allow_all(files: Files) -> None:
    view = live(files.load(), apis={ORDERS: api(user="allow_all")})
    found = row(view)
    assert found.source == "application"
    assert "a strict application needs a grant anyway" in said(found, "api_policy")


def test_cg_14_an_api_without_a_policy_has_the_defaults(files: Files) -> None:
    bare = Api(frozenset({"read:orders"}))
    found = row(live(files.load(), apis={ORDERS: bare}))
    assert "is allow_all" in said(found, "api_policy")
    files.portal(grants=[MACHINE])
    found = row(
        live(files.load(), apis={ORDERS: bare}, grants=(grant(**MACHINE_GRANT),)), subject="client"
    )
    assert "is require_client_grant" in said(found, "api_policy")


def test_an_unknown_policy_does_not_pass(files: Files) -> None:
    found = row(live(files.load(), apis={ORDERS: api(user="ask_a_friend")}))
    assert (found.usable, found.unknown_checks) == (None, ("api_policy",))


def test_cg_11_auth0s_own_apis_are_denied(files: Files) -> None:
    own = Api(frozenset(), NEEDS_GRANT, system=True)
    assert denied(row(live(files.load(), apis={ORDERS: own}))) == ["api"]


def test_section_8_auth0s_own_apis_may_be_open_to_permissive_applications(files: Files) -> None:
    """The pages that close them to third parties are about strict ones."""
    own, legacy = Api(frozenset(), NEEDS_GRANT, system=True), client(mode="permissive")
    found = row(live(files.load(), apis={ORDERS: own}, clients=(legacy,)))
    assert (found.usable, found.unknown_checks) == (None, ("api",))
    assert "does not say" in said(found, "api")


@pytest.mark.parametrize("whose", ["tpc_1", ""])
def test_an_unknown_subject_type_is_shown_as_itself(files: Files, whose: str) -> None:
    """An application's grant of that type, and a default permission."""
    unknown = grant("cgr_5", client_id=whose, subject_type="anonymous_user")
    view = live(files.load(), grants=(grant(), default(), unknown))
    found = row(view, subject="anonymous_user")
    assert (found.usable, denied(found)) == (None, [])
    assert "anonymous_user" in said(found, "subject_type")
    assert {each.check for each in found.checks} == {"subject_type"}
    assert row(view).usable is True


def test_an_unknown_security_mode_is_neither_strict_nor_permissive(files: Files) -> None:
    later = client(mode="balanced")
    found = row(live(files.load(), clients=(later,), apis={ORDERS: api(user="allow_all")}))
    assert (found.usable, denied(found)) == (None, [])
    assert {"security_mode", "api_policy"} == set(found.unknown_checks)


def test_an_organization_with_an_unknown_access_is_shown_with_it(files: Files) -> None:
    later = read_organization({"id": "org_2", "third_party_client_access": "invited"})
    found = row(live(files.load(), organizations={"acme": later}))
    assert "not known: acme (invited)" in said(found, "organization")


def test_an_unknown_organization_usage_is_unknown(files: Files) -> None:
    files.portal(grants=[MACHINE])
    machine = grant(**MACHINE_GRANT, organization_usage="invite")
    found = row(live(files.load(), grants=(machine,)), subject="client")
    assert (found.usable, found.unknown_checks) == (None, ("organization",))
    assert "invite" in said(found, "organization")


def test_an_api_that_was_deleted_is_denied(files: Files) -> None:
    assert denied(row(live(files.load(), apis={}))) == ["api"]


def test_without_the_grant_type_access_is_denied(files: Files) -> None:
    changed = client(values={("grant_types",): ("client_credentials",)})
    found = row(live(files.load(), clients=(changed,)))
    assert found.decided_by.by == "grant_type"
    assert str(found.decided_by.place) == "application tpc_1 in the tenant"


def test_without_a_list_of_grant_types_it_is_unknown(files: Files) -> None:
    found = row(live(files.load(), clients=(client(values={("grant_types",): None}),)))
    assert (found.usable, found.unknown_checks) == (None, ("grant_type",))


@pytest.mark.parametrize("grant_type", ["implicit", "urn:ietf:params:oauth:grant-type:device_code"])
def test_section_8_a_permissive_application_has_more_grant_types_for_user_access(
    files: Files, grant_type: str
) -> None:
    legacy = client(mode="permissive", values={("grant_types",): (grant_type,)})
    assert row(live(files.load(), clients=(legacy,))).usable is True
    strict = client(values={("grant_types",): (grant_type,)})
    assert denied(row(live(files.load(), clients=(strict,)))) == ["grant_type"]


def test_dc_01_without_a_promoted_connection_no_user_can_sign_in(files: Files) -> None:
    demoted = {"customers": Connection("con_1")}
    found = row(live(files.load(), connections=demoted))
    assert (found.usable, found.decided_by.by) == (False, "connection")


def test_dc_01_any_promoted_connection_serves_every_application(files: Files) -> None:
    others = {"customers": Connection("con_1"), "google": Connection("con_2", promoted=True)}
    found = row(live(files.load(), connections=others))
    assert found.usable is True
    assert said(found, "connection") == "its users can sign in with google, not with customers"


def test_dc_01_users_of_an_agent_sign_in_with_what_others_have_promoted(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    files.write(
        "stacks/agents/helper.yaml", {"document": "https://agent.test/c.json", "owner": owner}
    )
    files.live("helper")
    found = row(offline(files.load()), "helper", PRODUCTS)
    assert said(found, "connection") == "its users sign in with customers"
    files.portal(environments={})
    assert denied(row(offline(files.load()), "helper", PRODUCTS)) == ["connection"]


@pytest.mark.parametrize("change", [{"rules": ("add-roles",)}, {"classic_login": True}])
def test_rt_15_rules_and_the_classic_page_deny_strict_sign_in_only(
    files: Files, change: dict[str, Any]
) -> None:
    assert row(live(files.load(), **change)).decided_by.by == "sign_in"
    legacy = client(mode="permissive")
    assert row(live(files.load(), clients=(legacy,), **change)).usable is True


def test_rt_13_a_hook_breaks_client_access_of_a_strict_application(files: Files) -> None:
    files.portal(grants=[MACHINE])
    seen: dict[str, Any] = {"grants": (grant(**MACHINE_GRANT),), "hooks": ("scopes",)}
    assert denied(row(live(files.load(), **seen), subject="client")) == ["sign_in"]
    legacy = client(mode="permissive")
    assert denied(row(live(files.load(), clients=(legacy,), **seen), subject="client")) == []


def test_org_02_organizations_deny_nothing_outside_of_them(files: Files) -> None:
    found = row(live(files.load(), organizations={}))
    assert found.usable is True
    assert said(found, "organization").endswith("members of: no organization")


def test_org_08_organizations_do_not_apply_to_a_permissive_application(files: Files) -> None:
    found = row(live(files.load(), clients=(client(mode="permissive"),)))
    assert "organization" not in [each.check for each in found.checks]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ("", "usable outside of organizations only"),
        ("allow", "usable outside of organizations, and"),
        ("require", "usable only in the organizations it is linked to"),
    ],
)
def test_cg_13_where_tokens_of_client_access_are_usable(
    files: Files, usage: str, expected: str
) -> None:
    files.portal(grants=[MACHINE])
    live_grant = grant(organization_usage=usage, **MACHINE_GRANT)
    found = row(live(files.load(), grants=(live_grant,)), subject="client")
    assert said(found, "organization").startswith(expected)


@pytest.mark.parametrize(
    ("changes", "checks"),
    [
        ({"missing_scopes": ("read:resource_servers",), "apis": {}}, ("api_policy",)),
        ({"missing_scopes": ("read:connections",), "connections": {}}, ("connection",)),
        ({"unknown_parts": (Unknown("Rules", "read:rules"),)}, ("sign_in",)),
        ({"unknown_parts": (Unknown("the login experience", "read:prompts"),)}, ("sign_in",)),
        (
            {"unknown_parts": (Unknown("organizations", ""),), "organizations": {}},
            ("organization",),
        ),
    ],
)
def test_an_unknown_check_neither_passes_nor_denies(
    files: Files, changes: dict[str, Any], checks: tuple[str, ...]
) -> None:
    found = row(live(files.load(), **changes))
    assert (found.usable, found.unknown_checks, denied(found)) == (None, checks, [])
    assert found.status == "same"


def test_a_denial_counts_whatever_is_unknown(files: Files) -> None:
    found = row(
        live(
            files.load(),
            apis={ORDERS: api(user="deny_all")},
            unknown_parts=(Unknown("Rules", "read:rules"),),
        )
    )
    assert (found.usable, found.decided_by.by) == (False, "api_policy")


def test_x_27_whether_a_default_applies_to_a_permissive_application_is_unknown(
    files: Files,
) -> None:
    legacy = (client(mode="permissive"),)
    found = row(live(files.load(), clients=legacy, grants=(default(),)), audience=PRODUCTS)
    assert (found.usable, found.unknown_checks) == (None, ("default",))
