"""Where each live difference is written in the files, line by line, and what has no words there."""

import difflib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog import load_catalog
from catalog.staging import Stage, staged
from preflight.objects import Connection, Grant, Organization, RateLimitPolicy
from survey.accepting import accept
from survey.drift import Difference
from survey.unexpressible import reason_of
from tests.survey.values import FILES, Bend, Sides, beside, settled

ORDERS = "https://orders.test"
MINE = "cgr_portal_orders_user"
MACHINE = "cgr_portal_orders_client"
TODAY = reason_of("found live")
STAGING = """\
tenant: embedded
embedded_port: 8442
connections: {people: customers}
applications: {widget: }
organizations: {north: {name: north, connections: [people]}}
"""


def lines(stage: Stage) -> list[str]:
    """What changed in all files: lines with - and +, without those between."""
    found = []
    for file in stage.changed:
        old = FILES[file.removeprefix("stacks/").removesuffix(".yaml")]
        now = (stage.read(file) or "").splitlines()
        compared = list(difflib.unified_diff(old.splitlines(), now, n=0, lineterm=""))[2:]
        found += [f"{line[0]} {line[1:]}" for line in compared if line[0] in "-+"]
    return found


def accepted(
    root: Path, sides: Sides, chosen: Iterable[Difference] | None = None
) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The changed lines, what was left, and who moved afterwards."""
    with staged(root) as stage:
        left = accept(stage, sides.view, chosen or sides.differences().values())
        catalog = load_catalog(stage.copy, "dev")
        after = Sides(replace(sides.view, catalog=catalog), sides.last)
        return lines(stage), left, after.owners()


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        (
            {"description": "Words"},
            [
                "- description: Orders  # shown to admins",
                "+ description: Words  # shown to admins",
            ],
        ),
        (
            {"callbacks": ("https://a.test/cb", "https://b.test/cb")},
            [
                "-     callbacks: [https://dev.acme.test/cb]",
                "+     callbacks: [https://a.test/cb, https://b.test/cb]",
            ],
        ),
        ({"web_origins": ("https://a.test",)}, ["+ web_origins: [https://a.test]"]),
        ({"client_metadata.plan": "x: y"}, ["-   plan: gold", "+   plan: 'x: y'"]),
        ({"client_metadata.a/b": "y"}, ["+   a/b: y"]),
        ({"client_metadata.a:b": "y"}, ["+   a:b: y"]),
        ({"refresh_token.leeway": 5}, ["-   leeway: 3", "+   leeway: 5"]),
        (
            {"refresh_token.rotation_type": "rotating"},
            ["+   rotation_type: rotating"],
        ),
        (
            {"token_endpoint_auth_method": "client_secret_basic"},
            ["+ token_endpoint_auth_method: client_secret_basic"],
        ),
        (
            {"redirection_policy": "allow_always"},
            ["+ redirection_policy: allow_always", f"+ redirection_policy_reason: {TODAY}"],
        ),
        ({"access_token_lifetime": 60}, ["+ access_token_lifetime: 60"]),
    ],
)
def test_a_property_is_written_on_its_line(
    tmp_path: Path, changes: dict[str, object], changed: list[str]
) -> None:
    found, left, owners = accepted(tmp_path, settled(tmp_path).client("portal", **changes))
    assert (found, left, owners) == (changed, {}, {})


def test_a_block_that_was_not_there_does_not_ask_for_refresh_tokens(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("widget", **{"refresh_token.leeway": 5})
    found, _, owners = accepted(tmp_path, bent)
    assert found == ["+ grant_types: [authorization_code]", "+ refresh_token:", "+   leeway: 5"]
    assert owners == {}


def test_a_text_that_is_gone_takes_its_line_with_it(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", **{"client_metadata.plan": None})
    found, _, owners = accepted(tmp_path, bent)
    assert found == ["- client_metadata:", "-   plan: gold", "+ client_metadata: {}"]
    assert owners == {}


def test_what_environments_share_is_written_where_this_one_may_differ(tmp_path: Path) -> None:
    """A callback of one tenant must not come to another with the application's own file."""
    bent = settled(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    (tmp_path / "stacks/staging.yaml").write_text(STAGING, encoding="utf-8")
    found, _, owners = accepted(tmp_path, bent)
    assert found == ["+     callbacks: [https://dev.blossom.test/cb]"]
    assert owners == {}


def test_alone_it_is_written_in_the_applications_file(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    found, _, _ = accepted(tmp_path, bent)
    assert found == [
        "- callbacks: [https://blossom.test/cb]",
        "+ callbacks: [https://dev.blossom.test/cb]",
    ]


@pytest.mark.parametrize(
    ("bend", "changed"),
    [
        (
            lambda s: s.grant(MINE, scopes=("write:orders", "read:orders")),
            ["-     scopes: [read:orders]", "+     scopes: [write:orders, read:orders]"],
        ),
        (
            lambda s: s.grant(MINE, all_scopes=True, scopes=()),
            [
                "-     scopes: [read:orders]",
                "+     allow_all_scopes: true",
                f"+     allow_all_scopes_reason: {TODAY}",
            ],
        ),
        (
            lambda s: s.grant(MINE, details=("payment",)),
            ["+     authorization_details_types: [payment]"],
        ),
        (
            lambda s: s.grant(MINE),
            ["-     subject_type: user", "-     scopes: [read:orders]", "-   - api: orders"],
        ),
        (
            lambda s: s.grant("cgr_helper_orders_user", scopes=("write:orders",)),
            [
                "-   - {api: orders, subject_type: user, scopes: [read:orders]}",
                "+   - {api: orders, subject_type: user, scopes: [write:orders]}",
            ],
        ),
        (
            lambda s: s.look(grants=(*s.seen.grants, Grant("c", "", ORDERS, "user", ()))),
            ["+   - api: orders", "+     subject_type: user", "+     scopes: []"],
        ),
        (
            lambda s: s.look(
                grants=(*s.seen.grants, Grant("c", "tpc_widget", ORDERS, "user", ("read:orders",)))
            ),
            [
                "+ grants:",
                "+   - api: orders",
                "+     subject_type: user",
                "+     scopes: [read:orders]",
            ],
        ),
        (
            lambda s: s.settings(flags={"enable_dynamic_client_registration": True}),
            ["- scope_descriptions_at_consent: true"],
        ),
        (
            lambda s: s.settings(error_page={"url": "https://b.test/", "show_log_link": True}),
            [
                "-   url: https://acme.test/failed",
                "+   url: https://b.test/",
                "+   show_log_link: true",
            ],
        ),
        (
            lambda s: s.settings(error_page={"html": "<p>"}),
            ["-   url: https://acme.test/failed", "+   html: <p>"],
        ),
        (
            lambda s: s.settings(error_page={}),
            ["- error_page:", "-   url: https://acme.test/failed"],
        ),
        (
            lambda s: s.look(rate_limits={**s.seen.rate_limits, **_policy("log", 5)}),
            [
                "- rate_limit: {action: block, limit: 100}",
                "+ rate_limit:",
                "+   action: log",
                "+   limit: 5",
            ],
        ),
        (lambda s: s.replaced(s.view.ours["widget"]), ["-   widget:"]),
        (lambda s: s.replaced(s.view.ours["helper"]), ["- agents: [helper]", "+ agents: []"]),
        (
            lambda s: s.links(connections=frozenset()),
            [
                "-   north: {name: northwind, connections: [people]}",
                "+   north: {name: northwind, connections: []}",
            ],
        ),
    ],
)
def test_each_thing_is_written_on_its_line(tmp_path: Path, bend: Bend, changed: list[str]) -> None:
    """Where a thing is not stated any more, what the update still has to take back is pending."""
    found, left, owners = accepted(tmp_path, bend(settled(tmp_path)))
    assert (found, left) == (changed, {})
    assert set(owners.values()) <= {"file"}


def _policy(action: str, limit: int) -> dict[str, RateLimitPolicy]:
    return {"third_party_clients": RateLimitPolicy("rlp_1", action, limit)}


def test_an_organization_that_closed_is_declared_closed(tmp_path: Path) -> None:
    """Its link of a connection is the plugin's to take away at the next update: pending."""
    shut = settled(tmp_path).look(organizations={"northwind": Organization("org_1", admits=False)})
    found, _, owners = accepted(tmp_path, shut)
    assert "admits_third_parties: false" in found[1]
    assert owners == {"organizations/northwind/connections/customers": "file"}


def test_an_api_in_no_file_gets_a_key_and_its_scopes(tmp_path: Path) -> None:
    new = Grant("c", "tpc_portal", "https://new.test/v1", "user", ("do:it",))
    sides = settled(tmp_path)
    found, _, owners = accepted(tmp_path, sides.look(grants=(*sides.seen.grants, new)))
    assert found[:3] == [
        "+   new-v1:",
        "+     audience: https://new.test/v1",
        "+     scopes: [do:it]",
    ]
    assert owners == {}


@pytest.mark.parametrize(
    ("bend", "path", "why"),
    [
        (lambda s: s.client("portal", keys=2), "applications/portal/keys", "ask the partner"),
        (
            lambda s: s.client("portal", security_mode="permissive"),
            "applications/portal/security_mode",
            "Auth0 fixes it",
        ),
        (
            lambda s: s.client("portal", token_endpoint_auth_method="private_key_jwt"),
            "applications/portal/token_endpoint_auth_method",
            "ask the partner",
        ),
        (
            lambda s: s.grant(MINE, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
            "restore it",
        ),
        (
            lambda s: s.grant(MACHINE, organization_usage="require"),
            "grants/portal/orders/client/organization_usage",
            "restore it",
        ),
        (
            lambda s: s.look(connections={"customers": Connection("con_1")}),
            "connections/customers",
            "take it out of the connections of helper, portal, widget",
        ),
        (
            lambda s: s.look(
                connections={**s.seen.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "name it in the connections",
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "tenant/client_id_metadata_documents",
            "agents",
        ),
        (lambda s: s.look(organizations={}), "organizations/northwind/third_parties", "by hand"),
    ],
)
def test_what_has_no_words_is_left_with_its_reason(
    tmp_path: Path, bend: Bend, path: str, why: str
) -> None:
    found, left, _ = accepted(tmp_path, bend(settled(tmp_path)))
    assert found == []
    assert why in left[path]


def test_a_file_that_only_a_person_can_edit_is_left_to_one(tmp_path: Path) -> None:
    catalog = settled(tmp_path).view.catalog
    file = tmp_path / "stacks/applications/portal.yaml"
    text = file.read_text("utf-8").replace("description: Orders", "description: &words Orders")
    file.write_text(text, encoding="utf-8")
    bent = beside(catalog, settled(tmp_path).last, catalog).client("portal", description="x")
    file.write_text(text + "logo_uri: *words\n", encoding="utf-8")
    with staged(tmp_path) as stage:
        left = accept(stage, bent.view, bent.differences().values())
        assert stage.changed == ()
    assert "edit it by hand" in left["applications/portal/description"]


def test_a_text_that_looks_like_a_secret_gets_into_no_file(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", **{"client_metadata.api_key": "k-1234567890"})
    changed, left, _ = accepted(tmp_path, bent)
    assert changed == []
    assert "looks like a secret" in left["applications/portal/client_metadata.api_key"]
