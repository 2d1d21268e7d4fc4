"""Bad files: one message each, with file, line, field, reason and remedy."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.tpa.files.conftest import DEV, PORTAL, Project
from tpa.files.problems import Problem

PortalProblem = Callable[..., Problem]
PORTAL_FILE = "stacks/applications/portal.yaml"


def test_a_sound_project_loads(project: Project) -> None:
    catalog = project.load()
    assert catalog.connections == ("customers-db",)
    assert catalog.applications["portal"].grants[0].audience == "https://orders.test"


def test_the_environment_replaces_what_it_may(project: Project) -> None:
    project.dev(audiences={"orders": "https://orders.dev.test"})
    project.live("portal", callbacks=["https://dev.acme.test/cb"])
    portal = project.load().applications["portal"]
    assert portal.callbacks == ("https://dev.acme.test/cb",)
    assert portal.grants[0].audience == "https://orders.dev.test"


def test_what_may_differ_is_a_closed_list(project: Project) -> None:
    project.live("portal", grants=[], scopes=["write:orders"])
    told = {each.field: each for each in project.problems()}
    assert told["environments.dev.grants"].rule == "ENV-15"
    assert "only connections, callbacks, " in told["environments.dev.grants"].fix
    assert told["environments.dev.scopes"].what == "unknown field"


def test_the_digest_is_of_the_definition_alone(project: Project) -> None:
    before = project.load().record.digests["portal"]
    project.live("portal", callbacks=["https://dev.acme.test/cb"])
    assert project.load().record.digests["portal"] == before
    project.portal(description="new")
    assert project.load().record.digests["portal"] != before


def test_unreadable_yaml(project: Project) -> None:
    project.write(PORTAL_FILE, "name: [unclosed\napp_type: spa\n")
    found = project.problem()
    assert (found.file, found.line) == (PORTAL_FILE, 2)
    assert "not valid YAML" in found.what


def test_a_field_that_is_listed_twice(project: Project) -> None:
    project.write("stacks/dev.yaml", "tenant: embedded\ntenant: embedded\n")
    assert (project.problem().field, project.problem().line) == ("tenant", 2)


def test_an_empty_file(project: Project) -> None:
    project.write(PORTAL_FILE, "")
    assert "not a mapping" in project.problem().what


def test_an_unknown_field_names_the_nearest(portal_problem: PortalProblem) -> None:
    found = portal_problem(calbacks=["https://acme.test/cb"])
    assert (found.file, found.field) == (PORTAL_FILE, "calbacks")
    assert "'callbacks'" in found.fix
    assert found.line > 0


def test_an_unknown_field_in_a_grant(portal_problem: PortalProblem) -> None:
    grant = {"api": "orders", "subject_type": "user", "scopes": [], "scope": ["read:orders"]}
    found = portal_problem(grants=[*PORTAL["grants"], grant])
    assert found.field == "grants[1].scope"
    assert "'scopes'" in found.fix


def test_a_wrong_app_type(portal_problem: PortalProblem) -> None:
    found = portal_problem(app_type="regularweb")
    assert found.field == "app_type"
    assert "'regular_web'" in found.fix


def test_an_unknown_api(portal_problem: PortalProblem) -> None:
    found = portal_problem(grants=[{"api": "order", "subject_type": "user", "scopes": []}])
    assert (found.field, "'orders'" in found.fix) == ("grants[0].api", True)


def test_an_unknown_scope(portal_problem: PortalProblem) -> None:
    grants = [{"api": "orders", "subject_type": "user", "scopes": ["read:order"]}]
    found = portal_problem(grants=grants)
    assert (found.field, "'read:orders'" in found.fix) == ("grants[0].scopes[0]", True)


def test_an_unknown_connection(portal_problem: PortalProblem) -> None:
    found = portal_problem(connections=["customer"])
    assert (found.field, "'customers'" in found.fix) == ("connections[0]", True)


def test_an_unknown_environment(project: Project) -> None:
    assert "'dev'" in project.problem("dve").fix


def test_an_application_is_live_in_an_environment_that_has_no_file(project: Project) -> None:
    project.live("portal", environment="dve")
    found = project.problem()
    assert (found.file, found.field) == (PORTAL_FILE, "environments.dve")
    assert "did you mean 'dev'?" in found.fix


@pytest.mark.parametrize("old", [{"applications": {"portal": None}}, {"agents": []}])
def test_the_old_place_names_the_command_that_moves_it(
    project: Project, old: dict[str, Any]
) -> None:
    project.dev(**old)
    found = project.problem()
    assert (found.rule, found.field) == ("ENV-16", *old)
    assert found.fix.startswith("tpa migrate ")


def test_an_unknown_environment_to_advance_from(project: Project) -> None:
    project.dev(advances_from="prod")
    assert project.problem().field == "advances_from"


def test_two_keys_for_one_api(project: Project) -> None:
    project.dev(audiences={"catalog": "https://orders.test"})
    assert "same audience" in project.problem().what


def test_no_callback_anywhere(portal_problem: PortalProblem) -> None:
    assert "no callbacks" in portal_problem(callbacks=[]).what


def test_no_connection_anywhere(portal_problem: PortalProblem) -> None:
    assert "no connection" in portal_problem(connections=[]).what


def test_no_access_at_all(project: Project) -> None:
    project.apis(default_permissions=[])
    project.portal(grants=[])
    found = project.problem()
    assert (found.file, found.field) == (PORTAL_FILE, "grants")


def test_a_file_name_that_is_no_key(project: Project) -> None:
    project.write("stacks/applications/My_App.yaml", PORTAL)
    assert "My_App.yaml" in project.problem().what


def test_all_problems_of_a_run_at_once(project: Project) -> None:
    project.portal(
        owner={"organization": "Acme"},
        callbacks=["https://*.acme.test/cb"],
        grants=[
            {"api": "orders", "subject_type": "usr", "scopes": []},
            {"api": "ordrs", "subject_type": "user", "scopes": []},
        ],
        grant_types=["implicit", "authorization_code"],
    )
    project.live("portal", environment="nowhere")
    project.dev(connection={})
    fields = {(found.file, found.field) for found in project.problems()}
    assert fields == {
        (PORTAL_FILE, "owner"),
        (PORTAL_FILE, "callbacks[0]"),
        (PORTAL_FILE, "grants[0].subject_type"),
        (PORTAL_FILE, "grants[1].api"),
        (PORTAL_FILE, "grant_types[0]"),
        (PORTAL_FILE, "environments.nowhere"),
        ("stacks/dev.yaml", "connection"),
    }


@pytest.mark.parametrize("bad", [{"name": 5}, {"grants": "orders"}, {"callbacks": None}])
def test_a_wrong_shape_is_one_line(project: Project, bad: dict[str, Any]) -> None:
    project.portal(**bad)
    (field,) = bad
    assert field in {found.field for found in project.problems()}
    assert all("\n" not in found.what for found in project.problems())


def test_problems_read_as_file_line_field(project: Project) -> None:
    project.write("stacks/dev.yaml", {**DEV, "tenan": "x"})
    text = str(project.problem())
    assert text.startswith("stacks/dev.yaml:")
    assert "tenan: unknown field" in text
    assert "    fix: did you mean 'tenant'?" in text


@pytest.mark.parametrize(
    "text",
    [
        "a: \x00",
        "name: !foo bar",
        "? [a, b]\n: c",
        "x: 2024-99-99",
        "a: &x {b: *x}",
        "- a",
        "\t- a",
    ],
)
def test_whatever_is_in_a_file_is_one_message(project: Project, text: str) -> None:
    project.write(PORTAL_FILE, text)
    assert project.problem().file == PORTAL_FILE
