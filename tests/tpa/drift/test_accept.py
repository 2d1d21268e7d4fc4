"""Where things that moved outside of an application are written, line by line."""

from pathlib import Path

import pytest

from tests.tpa.drift.accepted import TODAY, accepted
from tests.tpa.drift.paths import MINE, ORDERS
from tests.tpa.drift.values import Bend, settled
from tpa.tenant.objects import Grant, Organization, RateLimitPolicy


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
                "+ rate_limit: {action: log, limit: 5}",
            ],
        ),
        (lambda s: s.replaced(s.view.managed["widget"]), ["-   widget:"]),
        (lambda s: s.replaced(s.view.managed["helper"]), ["- agents: [helper]", "+ agents: []"]),
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
