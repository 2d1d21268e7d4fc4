"""What was changed outside Pulumi: the text, and the application it belongs to."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.scenario import (
    ADDED_DEFAULT,
    Change,
    Scenario,
    edited,
    in_sync,
    more,
    scenario_of,
    write,
)
from tpa.comparison.differences import changed_outside
from tpa.files.declaration import declaration_in
from tpa.files.problems import Problem
from tpa.tenant.objects import Connection

EVIL = "https://evil.example/cb"
STATED = "https://dev.acme.test/cb"


def found(sides: Scenario) -> dict[str, tuple[Problem, ...]]:
    return changed_outside(sides.view, sides.last)


def finding(sides: Scenario, key: str = "portal") -> str:
    """The one finding that there is, of this application."""
    ((whose, (only,)),) = found(sides).items()
    assert (whose, only.severity) == (key, "warning")
    return only.what


def test_nothing_was_changed(tmp_path: Path) -> None:
    assert found(in_sync(tmp_path)) == {}


def test_a_finding_has_the_line_that_declares_it(tmp_path: Path) -> None:
    ((only,),) = found(in_sync(tmp_path).client("portal", callbacks=(STATED, EVIL))).values()
    assert (only.file, only.field) == (
        "stacks/applications/portal.yaml",
        "applications/portal/callbacks",
    )
    lines = (tmp_path / only.file).read_text(encoding="utf-8").splitlines()
    assert "callbacks: " in lines[only.line - 1]
    assert "tpa drift -e dev" in only.fix


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ((STATED, EVIL), f"the tenant has {EVIL}, which the files do not have"),
        ((), f"the files have {STATED}, which the tenant does not have"),
        (
            (EVIL,),
            f"the tenant has {EVIL}, which the files do not have;"
            f" the files have {STATED}, which the tenant does not have",
        ),
    ],
)
def test_of_lists_only_the_difference_is_shown(
    tmp_path: Path, live: tuple[str, ...], expected: str
) -> None:
    changed = in_sync(tmp_path).client("portal", callbacks=live)
    assert finding(changed) == f"changed outside Pulumi: callbacks: {expected}"


@pytest.mark.parametrize(
    ("bend", "key", "expected"),
    [
        (
            lambda s: s.client("portal", name="Other"),
            "portal",
            "name: the tenant has Other, the files have Portal",
        ),
        (
            lambda s: s.client("portal", **{"client_metadata/plan": None}),
            "portal",
            "client_metadata/plan: not in the tenant, the files have gold",
        ),
        (
            lambda s: s.client("widget", **{"client_metadata/api%2Fkey": "s3cr3t-value"}),
            "widget",
            "client_metadata/api%2Fkey: the tenant has (looks like a secret), not in the files",
        ),
        (
            lambda s: s.replaced(s.view.managed["widget"]),
            "widget",
            "the application: not in the tenant, the files have live",
        ),
        (
            lambda s: s.replaced(s.view.managed["helper"]),
            "helper",
            "the agent: not in the tenant, the files have live",
        ),
        (
            lambda s: s.grant("cgr_helper_orders_user", scopes=("read:orders", "write:orders")),
            "helper",
            "grants/orders/user: the tenant has write:orders, which the files do not have",
        ),
        (
            lambda s: s.grant("cgr_helper_orders_user", all_scopes=True),
            "helper",
            "grants/orders/user: the tenant has every scope, the files have read:orders",
        ),
        (
            lambda s: s.tenant(grants=(*s.snapshot.grants, ADDED_DEFAULT)),
            "",
            "default_permissions/orders/user: the tenant has",
        ),
        (
            lambda s: s.tenant(connections={"customers": Connection("con_1")}),
            "",
            "connections/customers: not in the tenant, the files have promoted",
        ),
    ],
)
def test_each_finding_belongs_to_its_application(
    tmp_path: Path, bend: Change, key: str, expected: str
) -> None:
    assert finding(bend(in_sync(tmp_path)), key).startswith(f"changed outside Pulumi: {expected}")


def test_what_is_ignored_is_no_finding(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/name: partners word it}\n"
    catalog = write(tmp_path, **more("dev", rule))
    sides = scenario_of(catalog, declaration_in(catalog.record), catalog)
    assert found(sides.client("portal", name="Other")) == {}
    assert finding(sides.client("portal", description="x")).startswith(
        "changed outside Pulumi: description"
    )


def test_a_pending_change_is_no_finding_a_change_of_both_is(tmp_path: Path) -> None:
    before = write(tmp_path)
    after = write(tmp_path, **edited("applications/portal", "leeway: 3", "leeway: 4"))
    sides = scenario_of(after, declaration_in(before.record), before)
    assert found(sides) == {}
    both = finding(sides.client("portal", **{"refresh_token/leeway": 5}))
    expected = "refresh_token/leeway: the tenant has 5, the files have 4"
    assert both == f"changed outside Pulumi and in the files: {expected}"


def test_what_is_unknown_is_no_finding(tmp_path: Path) -> None:
    changed = in_sync(tmp_path).client("portal", name="Other")
    assert changed.view.snapshot is not None
    unread = replace(changed.view.snapshot, missing_scopes=("read:clients",), clients=())
    assert found(Scenario(replace(changed.view, snapshot=unread), changed.last)) == {}
