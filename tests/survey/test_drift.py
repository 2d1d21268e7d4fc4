"""Who moved: every kind of difference, on values."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from preflight.objects import Client, Connection, Grant, Organization, RateLimitPolicy
from survey.applied import Applied, applied
from survey.drift import differences, idle_rules, not_compared
from survey.links import CONNECTIONS, GRANTS
from tests.preflight.conftest import Files
from tests.survey.conftest import live
from tests.survey.values import STACK, Bend, Sides, beside, edited, more, settled, write

ORDERS = "https://orders.test"
MINE = "cgr_portal_orders_user"
FOREIGN = Grant("cgr_x", "tpc_portal", "https://new.test/v1", "user", ("do:it",))
DEFAULT = Grant("cgr_y", "", ORDERS, "user", ("read:orders",))


def test_a_tenant_that_has_what_the_files_say_differs_in_nothing(tmp_path: Path) -> None:
    assert settled(tmp_path).differences() == {}


@pytest.mark.parametrize(
    ("name", "live"),
    [
        ("name", "Other"),
        ("description", ""),
        ("logo_uri", "https://x.test/l.png"),
        ("app_type", "spa"),
        ("grant_types", ("authorization_code",)),
        ("token_endpoint_auth_method", "none"),
        ("keys", 1),
        ("require_proof_of_possession", True),
        ("access_token_lifetime", 60),
        ("signing_algorithm", "HS256"),
        ("callbacks", ("https://evil.test/cb",)),
        ("allowed_origins", ("https://evil.test",)),
        ("web_origins", ("https://evil.test",)),
        ("redirection_policy", "allow_always"),
        ("refresh_token.leeway", 9),
        ("refresh_token.rotation_type", "rotating"),
        ("refresh_token.token_lifetime", "unlimited"),
        ("client_metadata.plan", "silver"),
        ("client_metadata.plan", None),
        ("client_metadata.a.b:c", "new"),
    ],
)
def test_each_property_of_an_application_is_watched(
    tmp_path: Path, name: str, live: object
) -> None:
    found = settled(tmp_path).client("portal", **{name: live}).differences()
    (only,) = found.values()
    assert (only.path, only.owner, only.live) == (f"applications/portal/{name}", "outside", live)
    assert only.counts


def test_a_slash_in_the_name_of_a_text_is_no_step_of_a_path(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", **{"client_metadata.a/b": "x"})
    assert bent.owners() == {"applications/portal/client_metadata.a%2Fb": "outside"}


@pytest.mark.parametrize(
    ("bend", "path"),
    [
        (lambda s: s.grant(MINE), "grants/portal/orders/user"),
        (lambda s: s.grant(MINE, scopes=()), "grants/portal/orders/user"),
        (lambda s: s.grant(MINE, all_scopes=True), "grants/portal/orders/user"),
        (
            lambda s: s.grant(MINE, details=("payment",)),
            "grants/portal/orders/user/authorization_details_types",
        ),
        (
            lambda s: s.grant(MINE, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
        ),
        (
            lambda s: s.grant("cgr_portal_orders_client", organization_usage="require"),
            "grants/portal/orders/client/organization_usage",
        ),
        (
            lambda s: s.look(grants=(*s.seen.grants, FOREIGN)),
            "grants/portal/https%3A%2F%2Fnew.test%2Fv1/user",
        ),
        (lambda s: s.grant("cgr_helper_orders_user", scopes=()), "grants/helper/orders/user"),
        (lambda s: s.grant("cgr_default_catalog_user"), "default_permissions/catalog/user"),
        (lambda s: s.look(grants=(*s.seen.grants, DEFAULT)), "default_permissions/orders/user"),
        (lambda s: s.look(connections={"customers": Connection("con_1")}), "connections/customers"),
        (
            lambda s: s.look(
                connections={**s.seen.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
        ),
        (
            lambda s: s.look(organizations={"northwind": Organization("org_1", admits=False)}),
            "organizations/northwind/third_parties",
        ),
        (
            lambda s: s.links(connections=frozenset()),
            "organizations/northwind/connections/customers",
        ),
        (lambda s: s.links(grants=frozenset()), "grants/portal/orders/client/organizations"),
        (
            lambda s: s.settings(flags={"use_scope_descriptions_for_consent": True}),
            "tenant/dynamic_client_registration",
        ),
        (
            lambda s: s.settings(flags={"enable_dynamic_client_registration": True}),
            "tenant/scope_descriptions_at_consent",
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "tenant/client_id_metadata_documents",
        ),
        (
            lambda s: s.settings(error_page={"url": "https://evil.test/"}),
            "tenant/error_page/url",
        ),
        (
            lambda s: s.settings(
                error_page={"url": "https://acme.test/failed", "show_log_link": True}
            ),
            "tenant/error_page/show_log_link",
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "third_party_clients": RateLimitPolicy("rlp_1", "log", 100),
                }
            ),
            "tenant/rate_limit",
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "client_id:tpc_widget": RateLimitPolicy("rlp_3", "log", 1),
                }
            ),
            "applications/widget/rate_limit",
        ),
        (
            lambda s: s.replaced(s.view.ours["portal"], _marked(s, mark=("", ""))),
            "applications/portal/mark",
        ),
        (
            lambda s: s.replaced(s.view.ours["portal"], _marked(s, owner="Somebody")),
            "applications/portal/mark",
        ),
    ],
)
def test_each_thing_outside_an_application_is_watched(
    tmp_path: Path, bend: Bend, path: str
) -> None:
    assert bend(settled(tmp_path)).owners() == {path: "outside"}


def _marked(sides: Sides, **changes: Any) -> Client:
    return replace(sides.view.ours["portal"], **changes)


@pytest.mark.parametrize(("kind", "key"), [("applications", "portal"), ("agents", "helper")])
def test_what_hangs_on_a_client_that_is_gone_is_not_told_again(
    tmp_path: Path, kind: str, key: str
) -> None:
    sides = settled(tmp_path)
    gone = sides.replaced(sides.view.ours[key])
    lost = gone.look(grants=tuple(g for g in gone.seen.grants if g.client_id != f"tpc_{key}"))
    assert lost.owners() == {f"{kind}/{key}": "outside"}


def moved(root: Path, changes: dict[str, str]) -> Sides:
    """The files were changed since the last update."""
    before = write(root)
    return beside(write(root, **changes), applied(before.record), before)


PENDING = edited("applications/portal", "leeway: 3", "leeway: 4")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (PENDING, "applications/portal/refresh_token.leeway"),
        (edited("dev", "dev.acme.test", "new.acme.test"), "applications/portal/callbacks"),
        (edited("dev", "  widget:\n", ""), "applications/widget"),
        (edited("dev", "agents: [helper]\n", "agents: []\n"), "agents/helper"),
        (edited("tenant", "limit: 100", "limit: 9"), "tenant/rate_limit"),
        (edited("tenant", "scope_descriptions_at_consent: true\n", ""), "tenant/scope_desc"),
        (edited("dev", ", connections: [people]}", "}"), "organizations/northwind/connections"),
    ],
)
def test_a_file_that_moved_is_no_drift(tmp_path: Path, changes: dict[str, str], path: str) -> None:
    found = moved(tmp_path, changes).differences()
    assert {each.owner for each in found.values()} == {"file"}
    assert any(name.startswith(path) for name in found)
    assert not any(each.counts for each in found.values())


def test_a_file_and_the_tenant_that_both_moved_are_told_so(tmp_path: Path) -> None:
    bent = moved(tmp_path, PENDING).client("portal", **{"refresh_token.leeway": 5})
    (only,) = bent.differences().values()
    assert (only.declared, only.applied, only.live) == (4, 3, 5)
    assert only.owner == "both"
    assert only.counts


@pytest.mark.parametrize(
    "stated",
    [
        {"tenant": "rate_limit: {limit: 5}\n"},
        {"tenant": "error_page: {url: https://new.test/}\n"},
        {"tenant": "dynamic_client_registration: {}\n"},
    ],
)
def test_a_setting_that_was_never_ours_was_not_taken_from_us(
    tmp_path: Path, stated: dict[str, str]
) -> None:
    """The tenant has a value of its own, and a file begins to state one: only the file moved."""
    before = write(tmp_path, tenant="{}\n")
    sides = beside(write(tmp_path, **stated), applied(before.record), before)
    off = sides.settings(flags={})
    assert off.owners()
    assert set(off.owners().values()) == {"file"}


def test_a_setting_that_is_not_stated_any_more_is_the_tenants_once_it_moved(tmp_path: Path) -> None:
    changes = edited("tenant", "scope_descriptions_at_consent: true\n", "")
    sides = moved(tmp_path, changes)
    assert sides.owners() == {"tenant/scope_descriptions_at_consent": "file"}
    assert sides.settings(flags={"enable_dynamic_client_registration": True}).owners() == {}


def test_where_nothing_was_ever_applied_nothing_was_taken_from_us(tmp_path: Path) -> None:
    catalog = write(tmp_path)
    never = beside(catalog, Applied(), catalog)
    old = Grant("cgr_0", "", "https://catalog.test", "user", ())
    bent = never.look(clients=(), grants=(old, DEFAULT)).settings(flags={})
    owners = bent.owners()
    assert owners.pop("default_permissions/orders/user") == "outside"  # in no file, of nobody's
    assert set(owners.values()) == {"file"}


def test_an_application_that_no_update_knows_is_the_files_affair(tmp_path: Path) -> None:
    """It is live and adopted, or an orphan; unless the state holds it and its record is torn."""
    catalog = write(tmp_path)
    record = catalog.record
    known = {k: v for k, v in record.definitions.items() if k != "widget"}
    last = applied(record.model_copy(update={"definitions": known}))
    sides = beside(catalog, last, catalog).client("widget", description="live")
    assert sides.owners() == {"applications/widget/description": "both"}
    unheld = Sides(replace(sides.view, held={}), sides.last)
    assert unheld.owners() == {"applications/widget/description": "file"}


@pytest.mark.parametrize(
    ("lack", "bend", "silent"),
    [
        ({"missing_scopes": ("read:clients",)}, {"clients": ()}, "applications/ agents/ grants/"),
        ({"missing_scopes": ("read:client_grants",)}, {"grants": ()}, "grants/ default_"),
        ({"missing_scopes": ("read:connections",)}, {"connections": {}}, "connections/"),
        ({"unseen": (("organizations", "read:organizations"),)}, {"organizations": {}}, "organiz"),
        (
            {"unseen": (("open registration", "read:tenant_settings"),)},
            {"settings": None},
            "tenant/dynamic tenant/scope tenant/error tenant/client_id",
        ),
        (
            {"unseen": (("rate limits", "read:rate_limit_policies"),)},
            {"rate_limits": {}},
            "tenant/rate_limit applications/portal/rate_limit",
        ),
    ],
)
def test_of_what_could_not_be_read_nothing_is_guessed(
    tmp_path: Path, lack: dict[str, Any], bend: dict[str, Any], silent: str
) -> None:
    bent = settled(tmp_path).look(**bend)
    assert any(path.startswith(tuple(silent.split())) for path in bent.owners())
    blind = bent.look(**lack)
    assert [path for path in blind.owners() if path.startswith(tuple(silent.split()))] == []
    assert blind.view.unknown


@pytest.mark.parametrize(
    ("what", "bend"),
    [(CONNECTIONS, {"connections": None}), (GRANTS, {"grants": None})],
)
def test_of_links_that_could_not_be_read_nothing_is_guessed(
    tmp_path: Path, what: str, bend: dict[str, Any]
) -> None:
    bent = settled(tmp_path).links(**bend)
    assert len(bent.owners()) == 1
    assert bent.look(unseen=((what, "read:x"),)).owners() == {}


def test_a_rule_takes_a_difference_out_of_the_count_and_keeps_it_in_sight(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/description: partners word it, connections/x: never}\n"
    catalog = write(tmp_path, **more("dev", rule))
    sides = beside(catalog, applied(catalog.record), catalog)
    bent = sides.client("portal", description="x", name="y")
    found = bent.differences()
    assert found["applications/portal/description"].ignored == "partners word it"
    assert [path for path, each in found.items() if each.counts] == ["applications/portal/name"]
    assert idle_rules(bent.view, differences(bent.view, bent.last)) == ("connections/x",)


@pytest.mark.parametrize(
    ("bend", "line"),
    [
        (lambda s: s.client("portal", callbacks=()), "stacks/dev.yaml:7"),
        (lambda s: s.client("portal", description=""), "stacks/applications/portal.yaml:5"),
        (
            lambda s: s.client("portal", **{"client_metadata.plan": "x"}),
            "stacks/applications/portal.yaml:8",
        ),
        (
            lambda s: s.client("portal", **{"refresh_token.leeway": 1}),
            "stacks/applications/portal.yaml:10",
        ),
        (
            lambda s: s.client("portal", **{"refresh_token.rotation_type": "rotating"}),
            "stacks/applications/portal.yaml:9",
        ),
        (lambda s: s.grant("cgr_portal_orders_client"), "stacks/applications/portal.yaml:16"),
        (lambda s: s.grant("cgr_helper_orders_user"), "stacks/agents/helper.yaml:5"),
        (lambda s: s.grant("cgr_default_catalog_user"), "stacks/apis.yaml:5"),
        (lambda s: s.look(connections={}), "stacks/dev.yaml:4"),
        (
            lambda s: s.look(organizations={"northwind": Organization("org_1", admits=False)}),
            "stacks/dev.yaml:11",
        ),
        (lambda s: s.settings(error_page={"url": "https://evil.test"}), "stacks/tenant.yaml:4"),
        (lambda s: s.replaced(s.view.ours["widget"]), "stacks/dev.yaml:8"),
        (lambda s: s.replaced(s.view.ours["helper"]), "stacks/dev.yaml:9"),
    ],
)
def test_each_difference_names_the_line_that_states_it(
    tmp_path: Path, bend: Bend, line: str
) -> None:
    found = bend(settled(tmp_path)).differences().values()
    assert line in {each.file for each in found}


def test_a_mode_that_the_tenant_does_not_say_has_not_moved(tmp_path: Path) -> None:
    catalog = write(tmp_path, **more("dev", "permissive_eligible: true\n"))
    sides = beside(catalog, applied(catalog.record), catalog)
    assert sides.owners() == {}
    bent = sides.settings(dynamic_client_registration_security_mode="permissive")
    assert bent.owners() == {"tenant/dynamic_client_registration/security_mode": "outside"}


def test_our_own_client_counts_where_somebody_copied_its_mark(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    copy = Client("tpc_copy", "Fake", True, "strict", mark=("portal", STACK), facets={"name": "F"})
    assert sides.look(clients=(copy, *sides.seen.clients)).owners() == {}


def test_what_is_not_compared_is_said_where_it_is_there(files: Files) -> None:
    assert not_compared(live(files.load())) == ()
    files.dev(organizations={"north": {"name": "northwind"}})
    assert not_compared(live(files.load())) == ("links of organizations that no file names",)
