"""What was changed outside, in words, and with which application it is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.paths import DEFAULT
from tests.tpa.drift.values import Bend, Sides, beside, edited, more, settled, write
from tpa.drift.states import applied
from tpa.files.problems import Problem
from tpa.report.changed_outside import changed_outside
from tpa.tenant.objects import Connection

EVIL = "https://evil.example/cb"
STATED = "https://dev.acme.test/cb"


def found(sides: Sides) -> dict[str, tuple[Problem, ...]]:
    return changed_outside(sides.view, sides.last)


def told(sides: Sides, key: str = "portal") -> str:
    """The one finding that there is, of this application."""
    ((whose, (only,)),) = found(sides).items()
    assert (whose, only.severity) == (key, "warning")
    return only.what


def test_nothing_was_changed(tmp_path: Path) -> None:
    assert found(settled(tmp_path)) == {}


def test_it_stands_where_the_files_state_it(tmp_path: Path) -> None:
    ((only,),) = found(settled(tmp_path).client("portal", callbacks=(STATED, EVIL))).values()
    assert (only.file, only.field) == ("stacks/dev.yaml", "applications/portal/callbacks")
    lines = (tmp_path / only.file).read_text(encoding="utf-8").splitlines()
    assert "callbacks: " in lines[only.line - 1]
    assert "tpa drift -e dev" in only.fix


@pytest.mark.parametrize(
    ("live", "words"),
    [
        ((STATED, EVIL), f"the tenant has {EVIL}, which the files do not say"),
        ((), f"the files say {STATED}, which the tenant does not have"),
        (
            (EVIL,),
            f"the tenant has {EVIL}, which the files do not say;"
            f" the files say {STATED}, which the tenant does not have",
        ),
    ],
)
def test_of_lists_the_difference_is_told(tmp_path: Path, live: tuple[str, ...], words: str) -> None:
    bent = settled(tmp_path).client("portal", callbacks=live)
    assert told(bent) == f"changed outside: callbacks: {words}"


@pytest.mark.parametrize(
    ("bend", "key", "words"),
    [
        (
            lambda s: s.client("portal", name="Other"),
            "portal",
            "name: the tenant has Other, the files say Portal",
        ),
        (
            lambda s: s.client("portal", **{"client_metadata.plan": None}),
            "portal",
            "client_metadata.plan: not so in the tenant, the files say gold",
        ),
        (
            lambda s: s.client("widget", **{"client_metadata.api/key": "s3cr3t-value"}),
            "widget",
            "client_metadata.api/key: the tenant has (looks like a secret), the files say nothing",
        ),
        (
            lambda s: s.replaced(s.view.managed["widget"]),
            "widget",
            "the application: not so in the tenant, the files say live",
        ),
        (
            lambda s: s.replaced(s.view.managed["helper"]),
            "helper",
            "the agent: not so in the tenant, the files say live",
        ),
        (
            lambda s: s.grant("cgr_helper_orders_user", scopes=("read:orders", "write:orders")),
            "helper",
            "grants/orders/user: the tenant has write:orders, which the files do not say",
        ),
        (
            lambda s: s.grant("cgr_helper_orders_user", all_scopes=True),
            "helper",
            "grants/orders/user: the tenant has every scope, the files say read:orders",
        ),
        (
            lambda s: s.look(grants=(*s.seen.grants, DEFAULT)),
            "",
            "default_permissions/orders/user: the tenant has",
        ),
        (
            lambda s: s.look(connections={"customers": Connection("con_1")}),
            "",
            "connections/customers: not so in the tenant, the files say promoted",
        ),
    ],
)
def test_each_is_told_with_what_it_belongs_to(
    tmp_path: Path, bend: Bend, key: str, words: str
) -> None:
    assert told(bend(settled(tmp_path)), key).startswith(f"changed outside: {words}")


def test_what_is_ignored_is_no_finding(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/name: partners word it}\n"
    catalog = write(tmp_path, **more("dev", rule))
    sides = beside(catalog, applied(catalog.record), catalog)
    assert found(sides.client("portal", name="Other")) == {}
    assert told(sides.client("portal", description="x")).startswith("changed outside: description")


def test_what_the_files_alone_moved_is_no_finding_and_what_both_did_is(tmp_path: Path) -> None:
    before = write(tmp_path)
    after = write(tmp_path, **edited("applications/portal", "leeway: 3", "leeway: 4"))
    sides = beside(after, applied(before.record), before)
    assert found(sides) == {}
    both = told(sides.client("portal", **{"refresh_token.leeway": 5}))
    expected = "refresh_token.leeway: the tenant has 5, the files say 4"
    assert both == f"changed outside, and in the files: {expected}"


def test_what_could_not_be_read_was_not_changed(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", name="Other")
    assert bent.view.snapshot is not None
    blind = replace(bent.view.snapshot, missing_scopes=("read:clients",), clients=())
    assert found(Sides(replace(bent.view, snapshot=blind), bent.last)) == {}
