"""The report as CSV: what it has, and texts that a spreadsheet would take for a formula."""

import csv
import io
from dataclasses import replace

import pytest

from tests.tpa.report import samples
from tests.tpa.report.samples import card, report, row
from tpa.report.model import Credential, Report
from tpa.report.table import ACCESS, APPLICATION, FORMULA, as_csv, is_table


def lines(shown: Report) -> list[dict[str, str]]:
    text = as_csv(shown)
    assert text.startswith("\ufeff")
    assert is_table(text)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_line_for_each_api_and_one_for_an_application_without() -> None:
    alone = card("b", keys=(), secret=Credential("client secret", ""), last_used="2026-11-20")
    found = lines(report(rows=(row(blocked="no flow"),), applications=(card(), alone)))
    assert [set(line) for line in found] == [{*APPLICATION, *ACCESS}] * 2
    assert [(line["application"], line["api"]) for line in found] == [
        ("b", ""),
        ("portal", "orders"),
    ]
    assert (found[0]["credentials"], found[0]["credentials_made"]) == ("client secret", "unknown")
    assert found[0]["last_token"] == "2026-11-20"
    expected = {"access": "user access", "scopes": "read:orders", "blocked": "no flow"}
    assert expected.items() <= found[1].items()
    assert found[1]["decided_by"] == "stacks/applications/portal.yaml:7"


def test_findings_have_their_remedy() -> None:
    (line,) = (each for each in lines(samples.everything()) if each["application"] == "fleet-view")
    assert line["findings"].startswith("warning: the address is at a host that has no DNS record")
    assert line["findings"].endswith("(TP-CREATE-19); fix: ask the partner, or remove the address")


@pytest.mark.parametrize("start", FORMULA)
def test_no_cell_is_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("https://evil.example","x")'
    hostile = replace(
        report(), rows=(row(text, name=text, api=text, scopes=(text,), blocked=text),)
    )
    hostile = replace(hostile, applications=(card(text, owner=text, callbacks=(f"  {text}",)),))
    for line in lines(hostile):
        for value in line.values():
            assert not value.lstrip().startswith(FORMULA), value


def test_hostile_texts_stay_in_their_cells() -> None:
    found = lines(samples.hostile())
    assert len(found) == len(samples.HOSTILE)
    assert all(None not in line and None not in line.values() for line in found)
