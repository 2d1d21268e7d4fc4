"""Pages name what exists, and the README names all that there is."""

import ast
import re
import shlex
from pathlib import Path

import pytest

import auth0_third_party
from tpa.cli.app import command
from tpa.verbs import VERBS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [
    README,
    ROOT / "CONTRIBUTING.md",
    *(
        ROOT / folder / "README.md"
        for folder in ("components", "emulator", "examples", "toolchain")
    ),
    *sorted((ROOT / "docs").glob("*.md")),
]
NOT_OURS = {"build", "dist"}
TEST_FILES = [
    file
    for folder in ("tests", "emulator/tests", "toolchain/tests")
    for file in (ROOT / folder).rglob("test_*.py")
]
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in TEST_FILES)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_tests_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert {name for name in named if f"def {name}(" not in TESTS} == set()
    files = set(re.findall(r"`(?:[\w/]*/)?(test_\w+\.py)`", text))
    assert files - {file.name for file in TEST_FILES} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "reference.md"], ids=name_of
)
def test_the_commands_of_a_page_exist(page: Path) -> None:
    """Those in blocks with all their words; those in sentences by their verb. The reference is
    generated, and its examples have a test of their own.
    """
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"^(?:\S*/)?tpa ([^\n]*)$", text, re.MULTILINE):
        verb, *arguments = shlex.split(line, comments=True)
        command(verb).make_context(verb, arguments)
    named = set(re.findall(r"`(?:\.venv/bin/)?tpa (\w+)", text))
    assert named - VERBS.keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_targets_of_a_page_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^|\$\()make (?:-s )?([a-z]+)", text, re.MULTILINE))
    assert named - targets == set()


def test_the_files_that_contributing_names_exist() -> None:
    """Paths in the library and the tool may begin with the package's name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.-]+/[\w./-]*)`", text))
    assert len(named) > 10
    places = (ROOT, ROOT / "components")
    assert {path for path in named if not any((place / path).exists() for place in places)} == set()


def test_the_readme_names_all_folders_and_pages() -> None:
    text = README.read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([^)#]+)", text))
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert {name for name in folders if not name.endswith(".egg-info")} - NOT_OURS - linked == set()
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - linked == set()


def test_the_readme_names_all_features_and_commands_of_the_tool() -> None:
    text = README.read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| \[`tpa/`\].*$", text, re.MULTILINE)
    features = {file.parent.name for file in (ROOT / "tpa").glob("*/__init__.py")}
    assert set(re.findall(r"`(\w+)`", row)) == features
    table = text[text.index("| command |") : text.index("## Five rooms")]
    words = set(re.findall(r"(?:`tpa |`)(\w+)", table))
    assert set(VERBS) - words == set()


def test_the_features_page_names_components_that_exist() -> None:
    text = (ROOT / "docs/features.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z][a-z]\w+)`", text))
    assert named - set(auth0_third_party.__all__) == set()


def test_every_test_that_the_page_of_causes_names_exists() -> None:
    page = (ROOT / "docs/causes.md").read_text(encoding="utf-8")
    named = re.findall(r"`(?:tests/)?(?:e2e/)?([\w/]+\.py)::(\w+)`", page)
    assert len(named) > 25
    for file, name in named:
        places = (ROOT / "tests" / file, ROOT / "tests/e2e" / file)
        (found,) = [place for place in places if place.exists()]
        body = ast.parse(found.read_text(encoding="utf-8")).body
        assert name in {node.name for node in body if isinstance(node, ast.FunctionDef)}, name
    rows = re.findall(r"^\| (\d+) \|", page, re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, 17))
