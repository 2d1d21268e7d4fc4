"""Effective access of files and tenant compared, and the line that decides each row."""

from typing import Any

import pytest

from tests.tpa.matching_tenant import (
    MACHINE,
    ORDERS,
    PRODUCTS,
    api,
    client,
    default,
    grant,
    live,
    offline,
    row,
    statuses,
    stranger,
)
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.access.effective import access_rows, unmanaged_defaults
from tpa.tenant.objects import Api

EVERY = {"allow_all_scopes": True, "allow_all_scopes_reason": "it runs the shop"}


def test_rows_of_the_files_name_the_line_of_each_grant(files: Files) -> None:
    view = offline(files.load())
    assert statuses(access_rows(view)) == [
        ("portal", "catalog", "user", ""),
        ("portal", "orders", "user", ""),
    ]
    own, shared = row(view), row(view, audience=PRODUCTS)
    assert (own.decided_by.by, shared.decided_by.by) == ("grant", "default")
    assert own.granted_by.startswith("stacks/applications/portal.yaml:")
    assert shared.granted_by.startswith("stacks/apis.yaml:")


def test_a_matching_tenant_is_the_same_by_the_same_lines(files: Files) -> None:
    catalog = files.load()
    view = live(catalog)
    assert [found.status for found in access_rows(view)] == ["same", "same"]
    assert row(view).decided_by == row(offline(catalog)).decided_by


@pytest.mark.parametrize(
    ("scopes", "gained", "lost"),
    [
        (("read:orders", "write:orders"), ("write:orders",), ()),
        ((), (), ("read:orders",)),
        (("write:orders",), ("write:orders",), ("read:orders",)),
    ],
)
def test_other_scopes_differ_and_the_tenants_grant_decides(
    files: Files, scopes: tuple[str, ...], gained: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    found = row(live(files.load(), grants=(grant(scopes=scopes), default())))
    assert (found.status, found.gained, found.lost) == ("differs", gained, lost)
    assert str(found.decided_by.place) == "grant cgr_1 in the tenant"


def test_every_scope_instead_of_some_loses_nothing(files: Files) -> None:
    wide = grant(scopes=(), all_scopes=True)
    found = row(live(files.load(), grants=(wide, default())))
    assert (found.gained, found.lost) == (("every scope",), ())


def test_some_scopes_instead_of_every_one_gain_nothing(files: Files) -> None:
    files.portal(grants=[{"api": "orders", "subject_type": "user", **EVERY}])
    found = row(live(files.load()))
    assert (found.status, found.gained, found.lost) == ("differs", (), ("every scope",))


def test_the_order_of_scopes_does_not_matter(files: Files) -> None:
    files.apis(apis={"orders": {"audience": ORDERS, "scopes": ["a", "b"]}}, default_permissions=[])
    files.portal(grants=[{"api": "orders", "subject_type": "user", "scopes": ["a", "b"]}])
    assert row(live(files.load(), grants=(grant(scopes=("b", "a")),))).status == "same"


def test_a_deleted_grant_is_missing_whatever_the_checks_say(files: Files) -> None:
    found = row(live(files.load(), grants=(default(),), connections={}))
    assert (found.status, found.usable, found.decided_by.by) == ("missing", False, "grant")


def test_cg_06_a_default_does_not_hide_a_deleted_grant(files: Files) -> None:
    """The scopes are the same, the reason is another."""
    same = default("cgr_2", audience=ORDERS, scopes=("read:orders",))
    found = row(live(files.load(), grants=(same, default())))
    assert (found.status, found.source, found.changed) == ("differs", "default", ("source",))


def test_cg_06_an_unmanaged_grant_replaces_the_default(files: Files) -> None:
    extra = grant("cgr_2", audience=PRODUCTS, scopes=())
    found = row(live(files.load(), grants=(grant(), default(), extra)), audience=PRODUCTS)
    assert (found.status, found.scopes, found.lost) == ("differs", (), ("read:products",))
    assert str(found.decided_by.place) == "grant cgr_2 in the tenant"


def test_cg_04_a_grant_replaces_the_default_of_its_subject_type_only(files: Files) -> None:
    own = grant("cgr_2", audience=PRODUCTS, subject_type="client")
    view = live(files.load(), grants=(grant(), default(), own))
    assert row(view, audience=PRODUCTS).status == "same"
    assert row(view, audience=PRODUCTS, subject="client").status == "unmanaged"


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"organization_usage": "require"}, "organization_usage"),
        ({"organization_usage": "allow"}, "organization_usage"),
    ],
)
def test_client_access_that_is_usable_elsewhere_differs(
    files: Files, changes: dict[str, Any], changed: str
) -> None:
    files.portal(grants=[MACHINE])
    own = grant(subject_type="client", **changes)
    found = row(live(files.load(), grants=(own, default())), subject="client")
    assert (found.status, found.changed) == ("differs", (changed,))
    usual = grant(subject_type="client", organization_usage="deny")
    assert row(live(files.load(), grants=(usual, default())), subject="client").status == "same"


def test_cg_08_added_authorization_details_differ(files: Files) -> None:
    found = row(live(files.load(), grants=(grant(details=("payment",)), default())))
    assert found.changed == ("authorization_details_types",)


def test_an_unmanaged_application_is_named_by_its_client_id(files: Files) -> None:
    extra = grant("cgr_2", client_id="tpc_9", scopes=("write:orders",))
    view = live(files.load(), clients=(client(), stranger()), grants=(grant(), default(), extra))
    assert statuses(access_rows(view)) == [
        ("portal", "catalog", "user", "same"),
        ("portal", "orders", "user", "same"),
        ("tpc_9", "catalog", "user", "unmanaged"),
        ("tpc_9", "orders", "user", "unmanaged"),
    ]
    assert row(view, "tpc_9").name == "Stranger"


def test_an_application_that_is_no_longer_in_the_files_is_unmanaged(files: Files) -> None:
    gone = stranger("tpc_7", tag=("old", STACK))
    view = live(
        files.load(),
        {"tpc_7": "old", "tpc_1": "portal"},
        clients=(client(), gone),
        grants=(grant(), grant("cgr_7", client_id="tpc_7")),
    )
    assert row(view, "tpc_7").status == "unmanaged"


def test_an_agent_has_a_grant_and_the_default(files: Files) -> None:
    url = "https://agent.test/client.json"
    owner = {"organization": "A", "contact": "a@agent.test"}
    files.write(
        "stacks/agents/helper.yaml", {"document": url, "owner": owner, "grants": PORTAL["grants"]}
    )
    files.live("helper")
    agent = stranger("tpc_a", document=url)
    own = grant("cgr_a", client_id="tpc_a")
    view = live(files.load(), clients=(client(), agent), grants=(grant(), default(), own))
    assert {found.status for found in access_rows(view)} == {"same"}
    assert row(view, "helper").granted_by.startswith("stacks/agents/helper.yaml:")


def test_section_8_an_open_api_admits_a_permissive_application_without_a_grant(
    files: Files,
) -> None:
    apis = {
        ORDERS: api(),
        PRODUCTS: api(user="allow_all"),
        "https://system": Api(frozenset({"x"}), {"user": "allow_all"}, system=True),
    }
    legacy = stranger(mode="permissive")
    view = live(files.load(), apis=apis, clients=(client(), legacy), grants=(grant(),))
    (found,) = (each for each in access_rows(view) if each.application == "tpc_9")
    assert (found.source, found.audience, found.all_scopes) == ("api_policy", PRODUCTS, True)
    assert found.decided_by.by == "api_policy"


def test_section_8_under_such_a_policy_a_grant_does_not_narrow_access(files: Files) -> None:
    apis = {ORDERS: api(user="allow_all")}
    legacy = client(mode="permissive")
    found = row(live(files.load(), apis=apis, clients=(legacy,)))
    assert (found.status, found.source) == ("differs", "api_policy")
    assert (found.gained, found.lost) == (("every scope",), ())


def test_an_open_api_admits_no_strict_application(files: Files) -> None:
    view = live(files.load(), apis={ORDERS: api(user="allow_all")}, grants=())
    assert [found.status for found in access_rows(view)] == ["missing", "missing"]


@pytest.mark.parametrize("scope", ["read:clients", "read:client_grants"])
def test_without_applications_or_grants_nothing_is_compared(files: Files, scope: str) -> None:
    """Neither `missing` nor `same`: both would be guesses."""
    for grants in ((), (grant(),)):
        view = live(files.load(), missing_scopes=(scope,), clients=(), grants=grants)
        assert [found.status for found in access_rows(view)] == ["unknown", "unknown"]


def test_an_unmanaged_default_permission_is_found_even_unused(files: Files) -> None:
    extra = default("cgr_2", audience=ORDERS, subject_type="client")
    quiet = client(values={("grant_types",): ("authorization_code",)})
    view = live(files.load(), clients=(quiet,), grants=(grant(), default(), extra))
    assert [found.status for found in access_rows(view)] == ["same", "same"]
    assert unmanaged_defaults(view) == (extra,)


def test_an_application_without_known_grant_types_may_have_the_default(files: Files) -> None:
    odd = stranger(values={("grant_types",): None})
    view = live(files.load(), clients=(client(), odd))
    assert row(view, "tpc_9", PRODUCTS).usable is None
