"""Lines for what was found without a look at the files."""

import pytest

from auth0_third_party.rules import Path
from tests.tpa.files.conftest import Project
from tpa.files.documents import located
from tpa.files.problems import Problem

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
