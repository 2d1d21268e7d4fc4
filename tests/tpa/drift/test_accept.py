"""What `--accept` writes into the files, for every kind of difference."""

from pathlib import Path

import pytest

from tests.tpa.drift.running import TODAY, accepted
from tests.tpa.drift.scenario import ORDERS, USER_GRANT, Change, in_sync
from tpa.tenant.objects import Grant, Organization, RateLimitPolicy


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (
            lambda s: s.grant(USER_GRANT, scopes=("write:orders", "read:orders")),
            ["-     scopes: [read:orders]", "+     scopes: [write:orders, read:orders]"],
        ),
        (
            lambda s: s.grant(USER_GRANT, all_scopes=True, scopes=()),
            [
                "-     scopes: [read:orders]",
                "+     allow_all_scopes: true",
                f"+     allow_all_scopes_reason: {TODAY}",
            ],
        ),
        (
            lambda s: s.grant(USER_GRANT, details=("payment",)),
            ["+     authorization_details_types: [payment]"],
        ),
        (
            lambda s: s.grant(USER_GRANT),
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
            lambda s: s.tenant(grants=(*s.snapshot.grants, Grant("c", "", ORDERS, "user", ()))),
            ["+   - api: orders", "+     subject_type: user", "+     scopes: []"],
        ),
        (
            lambda s: s.tenant(
                grants=(
                    *s.snapshot.grants,
                    Grant("c", "tpc_widget", ORDERS, "user", ("read:orders",)),
                )
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
            lambda s: s.tenant(rate_limits={**s.snapshot.rate_limits, **_policy("log", 5)}),
            [
                "- rate_limit: {action: block, limit: 100}",
                "+ rate_limit: {action: log, limit: 5}",
            ],
        ),
        (
            lambda s: s.replaced(s.view.managed["widget"]),
            ["- environments:", "-   dev: {}", "+ environments: {}"],
        ),
        (
            lambda s: s.replaced(s.view.managed["helper"]),
            ["- environments: {dev: {}}", "+ environments: {}"],
        ),
        (
            lambda s: s.links(connections=frozenset()),
            [
                "-   north: {name: northwind, connections: [people]}",
                "+   north: {name: northwind, connections: []}",
            ],
        ),
    ],
)
def test_each_object_is_written_on_its_line(
    tmp_path: Path, change: Change, changed: list[str]
) -> None:
    """What is no longer stated is pending until an update has removed it."""
    found, refused, changed_by = accepted(tmp_path, change(in_sync(tmp_path)))
    assert (found, refused) == (changed, {})
    assert set(changed_by.values()) <= {"files"}


def _policy(action: str, limit: int) -> dict[str, RateLimitPolicy]:
    return {"third_party_clients": RateLimitPolicy("rlp_1", action, limit)}


def test_an_organization_that_blocks_third_parties_is_declared_so(tmp_path: Path) -> None:
    """Its connection is pending: the next update removes the link."""
    blocked = in_sync(tmp_path).tenant(
        organizations={"northwind": Organization("org_1", admits=False)}
    )
    found, _, changed_by = accepted(tmp_path, blocked)
    assert "admits_third_parties: false" in found[1]
    assert changed_by == {"organizations/northwind/connections/customers": "files"}


def test_an_api_that_is_in_no_file_is_added_with_a_key_and_its_scopes(tmp_path: Path) -> None:
    new = Grant("c", "tpc_portal", "https://new.test/v1", "user", ("do:it",))
    scenario = in_sync(tmp_path)
    found, _, changed_by = accepted(
        tmp_path, scenario.tenant(grants=(*scenario.snapshot.grants, new))
    )
    assert found[:3] == [
        "+   new-v1:",
        "+     audience: https://new.test/v1",
        "+     scopes: [do:it]",
    ]
    assert changed_by == {}


STAGING = """\
tenant: embedded
embedded_port: 8442
connections: {people: customers}
organizations: {north: {name: north, connections: [people]}}
"""


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
        ({"client_metadata/plan": "x: y"}, ["-   plan: gold", "+   plan: 'x: y'"]),
        ({"client_metadata/a%2Fb": "y"}, ["+   a/b: y"]),
        ({"client_metadata/a:b": "y"}, ["+   a:b: y"]),
        ({"refresh_token/leeway": 5}, ["-   leeway: 3", "+   leeway: 5"]),
        (
            {"refresh_token/rotation_type": "rotating"},
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
    found, refused, changed_by = accepted(tmp_path, in_sync(tmp_path).client("portal", **changes))
    assert (found, refused, changed_by) == (changed, {}, {})


def test_a_new_refresh_token_block_does_not_turn_refresh_tokens_on(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("widget", **{"refresh_token/leeway": 5})
    found, _, changed_by = accepted(tmp_path, drifted)
    assert found == ["+ grant_types: [authorization_code]", "+ refresh_token:", "+   leeway: 5"]
    assert changed_by == {}


def test_a_removed_metadata_entry_is_removed_from_its_file(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("portal", **{"client_metadata/plan": None})
    found, _, changed_by = accepted(tmp_path, drifted)
    assert found == ["- client_metadata:", "-   plan: gold", "+ client_metadata: {}"]
    assert changed_by == {}


def test_a_shared_application_gets_its_callbacks_under_the_environment(tmp_path: Path) -> None:
    """A callback of one tenant must not get into another."""
    drifted = in_sync(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    (tmp_path / "stacks/staging.yaml").write_text(STAGING, encoding="utf-8")
    widget = tmp_path / "stacks/applications/widget.yaml"
    widget.write_text(f"{widget.read_text('utf-8')}  staging: {{}}\n", encoding="utf-8")
    found, _, changed_by = accepted(tmp_path, drifted)
    assert found[-2:] == ["+     callbacks: [https://dev.blossom.test/cb]", "+   staging: {}"]
    assert changed_by == {}


def test_an_application_of_one_environment_gets_its_callbacks_for_all(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    found, _, _ = accepted(tmp_path, drifted)
    assert found == [
        "- callbacks: [https://blossom.test/cb]",
        "+ callbacks: [https://dev.blossom.test/cb]",
    ]
