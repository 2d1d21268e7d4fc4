"""Where partners are live moves out of the environments' files, with its comments."""

from pathlib import Path

import pytest
import yaml

from tests.tpa.files.conftest import DEV, PORTAL, Project
from tpa.errors import TpaError
from tpa.files.command import move
from tpa.files.editing import staged

OLD = """\
tenant: embedded
embedded_port: 8441
connections: {customers: customers-db}

# Live is what stands here.
applications:
  # The first one.
  portal: # of Acme
    # Tried by hand.
    callbacks: [https://dev.acme.test/cb] # one
      # and no other
  widget: # nothing differs

# Agents.
agents: [bot]

# The end.
protect: true
"""
PROD = {**DEV, "embedded_port": 8443, "advances_from": "dev"}
AGENT = {"document": "https://agent.test/c.json", "owner": PORTAL["owner"]}


@pytest.fixture
def old(project: Project) -> Project:
    plain = {name: value for name, value in PORTAL.items() if name != "environments"}
    project.write("stacks/applications/portal.yaml", plain)
    project.write("stacks/applications/widget.yaml", {**plain, "name": "Widget"})
    project.write("stacks/agents/bot.yaml", AGENT)
    project.write("stacks/dev.yaml", OLD)
    flow = "applications: {portal: {callbacks: [https://acme.test/x]}}\n"
    project.write("stacks/prod.yaml", yaml.safe_dump(PROD) + flow)
    return project


def moved(root: Path) -> None:
    with staged(root) as stage:
        move(stage)
        stage.save()


def test_everything_moves_with_its_comments(old: Project) -> None:
    moved(old.root)

    def read(file: str) -> str:
        return (old.root / f"stacks/{file}.yaml").read_text("utf-8")

    assert read("dev") == (
        "tenant: embedded\nembedded_port: 8441\nconnections: {customers: customers-db}\n\n"
        "# The end.\nprotect: true\n"
    )
    assert read("applications/portal").partition("environments:\n")[2] == (
        "  # The first one.\n"
        "  dev: # of Acme\n"
        "    # Tried by hand.\n"
        "    callbacks: [https://dev.acme.test/cb] # one\n"
        "      # and no other\n"
        "  prod:\n"
        "    callbacks: [https://acme.test/x]\n"
    )
    assert read("applications/widget").endswith("environments:\n  dev: {} # nothing differs\n")
    assert read("agents/bot").endswith("environments:\n  dev: {}\n")
    dev, prod = old.load(), old.load("prod")
    assert (set(dev.applications), set(dev.agents)) == ({"portal", "widget"}, {"bot"})
    assert prod.applications["portal"].callbacks == ("https://acme.test/x",)
    before = {file: file.read_bytes() for file in old.root.rglob("*.yaml")}
    moved(old.root)
    assert {file: file.read_bytes() for file in old.root.rglob("*.yaml")} == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stacks/prod.yaml": "applications: {gone: }\n"}, "no file stacks/applications/gone.yaml"),
        ({"stacks/prod.yaml": "applications: [portal]\n"}, "applications is no mapping"),
        (
            {"stacks/applications/widget.yaml": "environments: {dev: {callbacks: []}}\n"},
            "both say what differs in dev",
        ),
    ],
)
def test_what_is_not_clear_is_left_to_its_author(
    old: Project, change: dict[str, str], said: str
) -> None:
    for file, text in change.items():
        old.write(file, text)
    before = {file: file.read_bytes() for file in old.root.rglob("*.yaml")}
    with pytest.raises(TpaError, match=said):
        moved(old.root)
    assert {file: file.read_bytes() for file in old.root.rglob("*.yaml")} == before
