"""Whatever a file holds, reading it ends in a document or in one problem."""

import pytest

from auth0_third_party.rules import Path
from tests.tpa.files.conftest import Project
from tpa.files import measure as reading
from tpa.files.documents import Document, located, read_document
from tpa.files.problems import Problem


@pytest.mark.parametrize("deep", ["a: " + "[" * 200_000, "a:\n" + "- " * 100_000, "{" * 100_000])
def test_nesting_without_end_is_a_problem(project: Project, deep: str) -> None:
    project.write("stacks/applications/portal.yaml", deep)
    found = project.problem()
    assert found.file == "stacks/applications/portal.yaml"
    assert found.what.startswith("is not valid YAML")


@pytest.mark.parametrize("fast", [True, False])
def test_both_readers_say_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    if not fast:
        monkeypatch.setattr(reading, "DEPTH", 0)
    file = project.root / "stacks/dev.yaml"
    project.write(
        "stacks/dev.yaml", "\ufeffa: [x, {b: 2026-01-02}]\n# é\nc: yes\nd:\n  e: |\n    f\n"
    )
    found = read_document(project.root, file)
    assert isinstance(found, Document)
    assert found.data["c"] is True
    assert found.data["d"] == {"e": "f\n"}
    assert found.lines == {
        (): 1,
        ("a",): 1,
        ("a", 0): 1,
        ("a", 1): 1,
        ("a", 1, "b"): 1,
        ("c",): 3,
        ("d",): 4,
        ("d", "e"): 5,
    }
    project.write("stacks/dev.yaml", "a: b: c")
    wrong = read_document(project.root, file)
    assert isinstance(wrong, Problem)
    assert wrong.what == "is not valid YAML: mapping values are not allowed here"


FILE = """\
tenant: embedded
connections:
  customers: customers-db
  social.google: google-oauth2

organizations:
  north: { connections: [customers] }
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("tenant",), 1),
        (("connections", "customers"), 3),
        (("connections", "google"), 2),  # where it would stand
        (("connections", "social.google"), 4),
        (("organizations", "north", "connections", 0), 7),
        (("organizations", "north", "connections", 7, "more"), 7),
        (("nowhere",), 0),
        ((), 0),
    ],
)
def test_the_line_of_a_field(project: Project, path: Path, line: int) -> None:
    project.write("stacks/dev.yaml", FILE)
    (found,) = located(project.root, [Problem("stacks/dev.yaml", 0, path, "what", rule="FILE-06")])
    assert found.line == line


def test_a_line_that_is_known_stays(project: Project) -> None:
    told = (
        Problem("stacks/dev.yaml", 9, ("tenant",), "what", rule="FILE-06"),
        Problem("gone.yaml", 0, ("x",), "what", rule="FILE-06"),
    )
    assert located(project.root, told) == told
