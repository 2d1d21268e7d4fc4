"""The page of causes names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/causes.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(?:tests/)?(?:e2e/)?([\w/]+\.py)::(\w+)`", PAGE)


def test_every_named_test_exists() -> None:
    assert len(NAMED) > 25
    for file, name in NAMED:
        places = (ROOT / "tests" / file, ROOT / "tests/e2e" / file)
        (found,) = [place for place in places if place.exists()]
        body = ast.parse(found.read_text(encoding="utf-8")).body
        assert name in {node.name for node in body if isinstance(node, ast.FunctionDef)}, name


def test_every_cause_has_a_row() -> None:
    rows = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, 17))
