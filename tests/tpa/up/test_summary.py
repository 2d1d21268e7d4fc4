"""What a person reads after an update, and what a script gets."""

from collections.abc import Collection
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from tests.tpa.files.conftest import PORTAL, Project
from tpa.environments.stack_state import CLIENT, StateResource, StateResources
from tpa.up.summary import MOST_CARDS, changed_keys, show, summary, unfinished

OUTPUTS: dict[str, Any] = {
    "tenant": "localhost:8441",
    "applications": {
        "portal": {"client_id": "tpc_portal0000000000000000"},
        "widget": {"client_id": "tpc_widget0000000000000000"},
    },
}


def text(
    project: Project,
    steps: tuple[str, ...] = ("make up",),
    changed: Collection[str] = ("portal", "widget"),
) -> str:
    file = StringIO()
    console = Console(file=file, width=80, highlight=False)
    show(console, project.load(), OUTPUTS, changed, steps)
    return file.getvalue()


def card(project: Project, name: str) -> list[str]:
    """The lines about an application, with single spaces."""
    lines = [" ".join(line.split()) for line in text(project).splitlines()]
    start = next(index for index, line in enumerate(lines) if line.startswith(name))
    return lines[start : lines.index("", start)]


def test_the_headline_counts(project: Project) -> None:
    assert "dev: 2 partner applications on localhost:8441" in text(project)
    project.portal(environments={})
    assert "dev: 1 partner application on localhost:8441" in text(project)


def test_no_line_is_filled_up_with_blanks(project: Project) -> None:
    lines = text(project).splitlines()
    assert lines == [line.rstrip() for line in lines]


def test_an_application_with_all_that_it_may_do(project: Project) -> None:
    assert card(project, "Portal") == [
        "Portal regular web app of Acme",
        "client id tpc_portal0000000000000000",
        "sign-in by customers-db",
        "user access catalog read:products by default permissions",
        "orders read:orders",
    ]


def test_an_own_grant_is_not_called_a_default_one(project: Project) -> None:
    rows = card(project, "Widget")
    assert rows[0] == "Widget single-page app of Blossom"
    assert rows[-1] == "user access catalog read:products"


def test_what_an_application_does_as_itself_stands_apart(project: Project) -> None:
    own = {"api": "orders", "subject_type": "client", "scopes": ["read:orders", "write:orders"]}
    project.portal(grants=[*PORTAL["grants"], own])
    assert "client access orders read:orders write:orders" in card(project, "Portal")


def test_next_steps_are_not_broken_over_lines(project: Project) -> None:
    long = "run " + "x" * 120
    lines = text(project, ("make up", long)).splitlines()
    assert "Next: make up" in lines
    assert f"      {long}" in lines


@pytest.mark.parametrize("name", ["[bold]Portal", "Portal [/]", "Pörtal"])
def test_names_are_shown_as_they_are(project: Project, name: str) -> None:
    project.portal(name=name)
    assert name in text(project)


def test_the_json(project: Project) -> None:
    said = summary(project.load(), OUTPUTS)
    assert (said["environment"], said["tenant"]) == ("dev", "localhost:8441")
    assert list(said["applications"]) == ["portal", "widget"]
    assert said["applications"]["widget"] == {
        "client_id": "tpc_widget0000000000000000",
        "name": "Widget",
        "owner": "Blossom",
        "app_type": "spa",
        "connections": ["customers-db"],
        "access": [
            {
                "application": "widget",
                "api": "catalog",
                "audience": "https://catalog.test",
                "subject_type": "user",
                "scopes": ["read:products"],
                "all_scopes": False,
                "source": "application",
            }
        ],
    }


def test_the_json_before_anything_was_applied(project: Project) -> None:
    said = summary(project.load(), {})
    assert said["applications"]["portal"]["client_id"] == ""


def test_after_a_failure_it_says_what_was_created(project: Project) -> None:
    """A plan's limit ends a run half-way (MG-19)."""
    catalog = project.load()
    assert list(unfinished(catalog, StateResources())) == []  # nothing was done
    held = [StateResource(f"urn::{key}-client", CLIENT, "tpc_1") for key in ("portal", "widget")]
    assert list(unfinished(catalog, StateResources(tuple(held)))) == []
    first, second = unfinished(catalog, StateResources(tuple(held[:1])))
    assert first == "dev: created: portal; not created: widget"
    assert "limits.applications in stacks/dev.yaml" in second


def test_only_what_changed_is_shown(project: Project) -> None:
    lines = text(project, changed=("widget",)).splitlines()
    assert "  2 partner applications" not in lines
    assert [line for line in lines if line.startswith("  P")] == []
    assert "  1 unchanged; tpa access -e dev shows them" in lines


def test_where_nothing_changed_that_is_all(project: Project) -> None:
    assert text(project, (), ()).splitlines() == [
        "",
        "dev: 2 partner applications on localhost:8441, unchanged; tpa access -e dev shows them",
    ]


def test_hundreds_of_new_applications_are_counted(project: Project) -> None:
    keys = [f"partner-{number}" for number in range(500)]
    for key in keys:
        where = {"dev": {"callbacks": [f"https://{key}.test/cb"]}}
        project.write(f"stacks/applications/{key}.yaml", {**PORTAL, "environments": where})
    lines = text(project, changed=keys).splitlines()
    assert len([line for line in lines if line.lstrip().startswith("client id")]) == MOST_CARDS
    assert len(lines) < 80
    assert f"  {500 - MOST_CARDS} more changed, 2 unchanged; tpa access -e dev shows them" in lines


def test_what_an_update_changed_is_told_by_its_record(project: Project) -> None:
    record = project.load().record
    old = {"__advance": record.as_output()}
    assert changed_keys({}, old) == {"portal", "widget", "default_permissions"}
    assert changed_keys(old, old) == set()
    fewer = record.model_copy(
        update={"definitions": {k: v for k, v in record.definitions.items() if k.key != "widget"}}
    )
    assert changed_keys({"__advance": fewer.as_output()}, old) == {"widget"}
    newer = {"__advance": {"format": 99}, "applications": {"portal": {}}}
    assert changed_keys(newer, newer) == {"portal"}
