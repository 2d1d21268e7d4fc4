"""Every rule that a docstring names has a test that breaks it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auth0_emulator.http.api import OPERATIONS
from auth0_emulator.oauth.management_api import MANAGEMENT_SCOPES

PACKAGE = Path(__file__).parents[1] / "auth0_emulator"
_RULE = re.compile(r"\b(TP-CREATE|CG|DC|DCR|CIMD|ORG|ORP|RT|MIG|LP|MG)-(\d\d)\b")


def claimed() -> Iterator[str]:
    """Rule ids in docstrings and comments of the package."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for family, number in _RULE.findall(file.read_text()):
            yield f"{family}-{number}"


def named_in_tests() -> set[str]:
    """Rule ids in the names of tests and of their cases."""
    text = "\n".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    found = set()
    for names in re.findall(
        r"(?:test_|\")((?:tp_create|cg|dc|dcr|cimd|org|orp|rt|mig|lp|mg)_\d\d\w*)", text
    ):
        family = ""
        for part in re.findall(r"tp_create|cg|dcr|dc|cimd|org|orp|rt|mig|lp|mg|\d\d", names):
            if part.isdigit():
                found.add(f"{family}-{part}")
            else:
                family = part.upper().replace("_", "-")
    return found


def test_every_claimed_rule_is_broken_by_a_test() -> None:
    rules = set(claimed())
    assert len(rules) > 90
    assert sorted(rules - named_in_tests()) == []


def test_every_operation_has_scopes_that_exist() -> None:
    for operation in OPERATIONS:
        assert operation.scopes
        assert set(operation.scopes) <= set(MANAGEMENT_SCOPES)


def test_no_operation_is_listed_twice() -> None:
    counted = Counter((one.method, one.path) for one in OPERATIONS)
    assert [key for key, count in counted.items() if count > 1] == []
    assert len(counted) > 90
