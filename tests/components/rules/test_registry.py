"""Every rule that is named anywhere is in the registry; each has a reason and a source."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from auth0_third_party.rules import Violation
from auth0_third_party.rules.registry import families, rules

ROOT = Path(__file__).parents[3]
FOLDERS = ("components", "stacks", "tpa", "emulator", "tests", "docs", "examples", "pipelines")
KINDS = (".py", ".md", ".yaml", ".html", ".js")
IGNORED = ("build", "rules.md")
BROKEN = re.compile(r"(?:(?:Violation|problem|_needs|_violation)\(\s*|\brule=)\"([A-Z-]+\d\d)\"")
"""Where code makes a finding."""
ID = re.compile(r"\b[A-Z]{1,6}(?:-CREATE)?-\d{2}\b(?!-)")
TEST_NAME = re.compile(r"\btest_([a-z]{1,5}(?:_create)?)_(\d\d)(?!\d)")
RANGE = re.compile(r"\b([A-Z]+(?:-CREATE)?)-(\d{2}) to (?:\1-)?(\d{2})\b")
TICKETS = {"OPS-12"}
"""Ids of a user's ticket system, in examples."""


def named_in(text: str) -> set[str]:
    """The ids in a text, in names of tests (`test_cg_07_…`), and between `MG-06 to MG-08`."""
    between = {
        f"{family}-{number:02}"
        for family, first, last in RANGE.findall(text)
        for number in range(int(first), int(last) + 1)
    }
    names = {f"{f.upper().replace('_', '-')}-{number}" for f, number in TEST_NAME.findall(text)}
    return {*ID.findall(text), *names, *between} - TICKETS


def files() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in KINDS and not {*file.parts, file.name}.intersection(IGNORED):
                yield file


@cache
def named() -> Mapping[str, str]:
    """Each id, and the first file that names it."""
    found: dict[str, str] = {}
    for file in files():
        if file != Path(__file__):
            for rule in sorted(named_in(file.read_text(encoding="utf-8"))):
                found.setdefault(rule, file.relative_to(ROOT).as_posix())
    return found


def test_every_rule_that_is_named_exists() -> None:
    unknown = {rule: file for rule, file in named().items() if rule not in rules()}
    assert unknown == {}
    assert len(named()) > 150


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("as CG-07 says, and TP-CREATE-15.", {"CG-07", "TP-CREATE-15"}),
        ("(MG-06 to MG-08, MG-20)", {"MG-06", "MG-07", "MG-08", "MG-20"}),
        ("ZZ-01 is in no registry", {"ZZ-01"}),
        ("def test_tp_create_13_only_three(", {"TP-CREATE-13"}),
        ("on 2026-10-23 in UTF-8, sha256-AB, OPS-12", set()),
    ],
)
def test_ids_are_found_in_texts(text: str, ids: set[str]) -> None:
    assert named_in(text) == ids


def test_findings_name_rules_that_have_a_severity() -> None:
    """The others are facts about the API, and no finding is about them."""
    code = [file for file in files() if file.suffix == ".py" and "tests" not in file.parts]
    broken = {rule for file in code for rule in BROKEN.findall(file.read_text(encoding="utf-8"))}
    assert len(broken) > 60
    assert {rule for rule in broken if rules()[rule].severity == "none"} == set()


def test_rules_are_complete() -> None:
    assert {rule.family for rule in rules().values()} == set(families())
    for rule in rules().values():
        assert rule.title
        assert rule.why
        assert not rule.title.endswith(".")
        assert not rule.why.endswith(".")
        page = urlsplit(rule.source)
        assert page.scheme == "https" or (ROOT / page.path).is_file()


def test_a_violation_has_the_reason_of_its_rule_unless_it_has_its_own() -> None:
    assert Violation("CG-05", (), "what", "fix").why == rules()["CG-05"].why
    assert Violation("CG-05", (), "what", "fix", "why").why == "why"
    with pytest.raises(KeyError):
        Violation("CG-99", (), "what", "fix")
