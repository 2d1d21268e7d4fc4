"""Pages name tests, files and fields that exist."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from tpa.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND: Any = typer.main.get_command(app)
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tests_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert {name for name in named if f"def {name}(" not in TESTS} == set()
    files = set(re.findall(r"`(?:[\w/]*/)?(test_\w+\.py)`", text))
    known = {file.name for file in (ROOT / "tests").rglob("test_*.py")}
    assert files - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "reference.md"], ids=lambda page: page.name
)
def test_the_commands_of_a_page_exist(page: Path) -> None:
    """Those in blocks with all their words; those in sentences by their verb. The reference is
    generated, and its examples have a test of their own.
    """
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"^(?:\S*/)?tpa ([^\n]*)$", text, re.MULTILINE):
        verb, *arguments = shlex.split(line, comments=True)
        COMMAND.commands[verb].make_context(verb, arguments)
    named = set(re.findall(r"`(?:\.venv/bin/)?tpa (\w+)", text))
    assert named - COMMAND.commands.keys() == set()
