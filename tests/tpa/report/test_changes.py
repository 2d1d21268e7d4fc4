"""The data of a page is read back, and the next page says what changed, but not what is unknown."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tpa.report import samples
from tests.tpa.report.samples import card, report, row
from tpa.files.problems import Problem
from tpa.report.changes import (
    VALUES,
    PageData,
    changes_since,
    embedded,
    page_data,
    read_page_data,
)
from tpa.report.model import KEYS, Card, Credential, Report
from tpa.report.render import render
from tpa.tenant.snapshot import Unknown

PROBLEM = Problem(
    "stacks/dev.yaml", 3, ("settings",), "look at this", severity="warning", rule="FILE-06"
)
START = '<script type="application/json" id="tpa-report">'


def changes(before: Report, after: Report) -> tuple[str, ...]:
    earlier = read_page_data(render(before, None))
    assert earlier is not None
    return changes_since(earlier, after)


def one_card(**changed: Any) -> Report:
    return report(applications=(card(**changed),))


@pytest.mark.parametrize("name", ["report", "everything", "hostile"])
def test_a_page_is_read_back(name: str) -> None:
    made = getattr(samples, name)()
    assert read_page_data(render(made, None)) == page_data(made)
    assert changes(made, made) == ()


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=40))
def test_any_text_is_read_back(text: str) -> None:
    made = report(environment=text, rows=(row(name=text, api=text, scopes=(text,)),))
    assert read_page_data(render(made, None)) == page_data(made)


def test_the_data_is_the_same_each_time_and_can_not_end_its_script() -> None:
    data = embedded(samples.hostile())
    assert data == embedded(samples.hostile())
    inner = data.removeprefix(START).removesuffix("</script>")
    assert set("<>&\u2028\u2029") & set(inner) == set()
    assert inner.isascii()
    assert json.loads(inner)["environment"] == "<script>alert(1)</script>"


def test_the_data_has_what_is_compared_and_nothing_else() -> None:
    data = json.loads(embedded(report()).removeprefix(START).removesuffix("</script>"))
    assert set(data) == set(PageData.model_fields)
    assert set(VALUES) <= {field.name for field in fields(Card)}
    assert "why" not in embedded(report(findings=(replace(PROBLEM, why="secret"),)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>",
        START,
        f"{START}</script>",
        f"{START}{{}}</script>",
        f"{START}null</script>",
        f"{START}{'[' * 100_000}</script>",
        f"{START}{'9' * 10_000}</script>",
        f"{START}{{</script>",
        "\x00\ud800" + START,
        render(report(), None).replace('"version":2', '"version":1'),
        render(report(), None).replace('"format":"tpa-report"', '"format":"other"'),
        render(report(), None).replace('"live":true', '"live":[]'),
        render(report(), None).replace('"live":true,', ""),
        render(report(), None).replace('"live":true', '"live":true,"more":1'),
        render(report(), None).replace(START, "<script>"),
        render(report(), None).partition('"live"')[0],
    ],
    ids=lambda text: f"{len(text)} characters",
)
def test_what_is_no_report_is_none(text: str) -> None:
    assert read_page_data(text) is None


def test_a_page_says_what_it_was_compared_with() -> None:
    assert "There is no earlier page to compare with" in render(report(), None)
    earlier = read_page_data(render(replace(report(), made_at="2026-11-20T10:00:00Z"), None))
    same = render(report(), earlier)
    assert "Nothing has changed since the page of 2026-11-20 10:00 UTC" in same
    other = render(one_card(owner="<b>"), earlier)
    assert "Compared with the page of 2026-11-20 10:00 UTC (1)" in other
    assert "portal: owner &lt;b&gt;, before: Portal Inc." in other


def test_an_application_is_new_or_gone() -> None:
    both = report(
        applications=(card(), card("fleet")), rows=(row(), row("fleet", blocked="no flow"))
    )
    assert changes(report(), both) == (
        "fleet (Fleet) is new",
        "fleet: may call orders (user access): read:orders, blocked: no flow",
    )
    assert changes(both, report()) == ("fleet (Fleet) is gone",)


def test_a_file_adopts_an_application() -> None:
    outside = report(
        applications=(replace(card(client_id="tpc_1"), key=""),),
        rows=(row("tpc_1", status="unmanaged"),),
    )
    adopted = one_card(client_id="tpc_1")
    assert changes(outside, adopted) == (
        "portal: orders (user access): as in the files, before: in no file",
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"scopes": ("read:orders", "a", "b")}, "orders (user access): gains a, b"),
        ({"scopes": ("a", "b")}, {"scopes": ("b",)}, "orders (user access): loses a"),
        ({}, {"all_scopes": True}, "orders (user access): gains every scope"),
        ({"all_scopes": True}, {}, "orders (user access): is limited to read:orders"),
        ({}, {"blocked": "no flow"}, "orders (user access): blocked now: no flow"),
        ({"blocked": "x"}, {}, "orders (user access): no longer blocked, before: x"),
        (
            {"blocked": "x"},
            {"blocked": "y"},
            "orders (user access): blocked for another reason: y, before: x",
        ),
        (
            {},
            {"status": "missing"},
            "orders (user access): blocked now: not in the tenant",
        ),
    ],
)
def test_access_changes(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    old, new = report(rows=(row(**before),)), report(rows=(row(**after),))
    assert changes(old, new) == (f"portal: {said}",)


def test_access_is_compared_by_api_and_subject_type() -> None:
    client = report(rows=(row(subject_type="client"),))
    assert changes(report(), client) == (
        "portal: may call orders (client access): read:orders",
        "portal: may no longer call orders (user access): read:orders",
    )
    none = report(rows=(row(scopes=()),))
    assert changes(report(rows=()), none) == ("portal: may call orders (user access): no scope",)


def test_an_unknown_status_is_no_change() -> None:
    assert changes(report(), report(rows=(row(status="unknown"),))) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"owner": "Other"}, "owner Other, before: Portal Inc."),
        ({"client_id": ""}, "client id none, before: tpc_portal"),
        ({"security_mode": "permissive"}, "security mode permissive, before: strict"),
        ({"authentication": "a secret"}, "authentication a secret, before: a key of its own"),
        (
            {"callbacks": ("https://new.example",)},
            "redirect URIs: new https://new.example; gone https://portal.example/callback",
        ),
        ({"origins": ("https://o.example",)}, "origins: new https://o.example"),
        ({"connections": ()}, "connections: gone customers"),
        ({"organizations": ("acme",)}, "organizations: new acme"),
        ({"keys": ()}, "keys: gone main"),
        ({"keys": (Credential("main", "2026-11-20T00:00:00Z"),)}, "key main was replaced"),
        (
            {"findings": (PROBLEM,)},
            "new finding: look at this (warning, stacks/dev.yaml: settings)",
        ),
    ],
)
def test_an_application_changes(changed: dict[str, Any], said: str) -> None:
    assert changes(report(), one_card(**changed)) == (f"portal: {said}",)


def test_a_key_of_unknown_age_is_not_compared() -> None:
    assert changes(report(), one_card(keys=(Credential("main", ""),))) == ()


def test_findings_are_new_or_settled_and_may_move() -> None:
    found, moved = report(findings=(PROBLEM,)), report(findings=(replace(PROBLEM, line=9),))
    shown = "look at this (warning, stacks/dev.yaml: settings)"
    assert changes(report(), found) == (f"new finding: {shown}",)
    assert changes(found, report()) == (f"settled: {shown}",)
    assert changes(found, moved) == ()


@pytest.mark.parametrize(
    ("field", "lacking", "changed"),
    [
        ("organizations", "read:organizations", {"organizations": ("acme",)}),
        ("connections", "read:connections", {"connections": ()}),
        ("keys", "read:client_keys", {"keys": ()}),
    ],
)
def test_what_was_unknown_is_not_compared(
    field: str, lacking: str, changed: dict[str, Any]
) -> None:
    part = KEYS if field == "keys" else field
    unread = replace(report(), unknown=(Unknown(part, lacking),))
    known_now = f"{field}: known now, unknown on the earlier page: not compared"
    unknown_now = f"{field}: unknown now, known on the earlier page: not compared"
    assert changes(unread, one_card(**changed)) == (known_now,)
    assert changes(one_card(**changed), unread) == (unknown_now,)
    assert changes(unread, replace(one_card(**changed), unknown=unread.unknown)) == ()
    assert len(changes(report(), one_card(**changed))) == 1


def test_access_that_was_unknown_is_not_lost() -> None:
    unread = report(rows=(), unknown=(Unknown("grants", "read:client_grants"),))
    assert changes(report(), unread) == (
        "access: unknown now, known on the earlier page: not compared",
        "organizations: unknown now, known on the earlier page: not compared",
    )


def test_applications_that_were_unknown_are_not_gone() -> None:
    unread = report(rows=(), applications=(), unknown=(Unknown("applications", "read:clients"),))
    assert changes(report(), unread) == (
        "access: unknown now, known on the earlier page: not compared",
        "applications: unknown now, known on the earlier page: not compared",
    )
    assert changes(unread, report()) == (
        "access: known now, unknown on the earlier page: not compared",
        "applications: known now, unknown on the earlier page: not compared",
    )
    files = replace(unread, applications=(card(client_id=""),))
    assert changes(report(unknown=unread.unknown), files) == ()


def test_pages_of_different_things_are_not_compared() -> None:
    other = report(environment="dev", applications=())
    assert changes(other, report()) == (
        "the earlier page is of dev on acme.eu.auth0.com: not compared",
    )
    files = report(live=False, applications=())
    assert changes(files, report()) == (
        "the earlier page shows only the files, this one the tenant: not compared",
    )
    assert changes(report(), files) == (
        "the earlier page shows the tenant, this one only the files: not compared",
    )
