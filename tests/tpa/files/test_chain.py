"""Walk order from the files, and the faults that a chain can have."""

import pytest

from tests.tpa.files.conftest import DEV, PORTAL, Project
from tpa.files.environment import apply_order, circle_through

REGIONS = {
    "dev": None,
    "staging-eu": "dev",
    "staging-us": "dev",
    "prod-eu": "staging-eu",
    "prod-us": "staging-us",
    "other-brand": None,
}


def test_waves_follow_the_links() -> None:
    assert apply_order(REGIONS).waves == (
        ("dev", "other-brand"),
        ("staging-eu", "staging-us"),
        ("prod-eu", "prod-us"),
    )
    assert apply_order(REGIONS).unreachable == ()


def test_a_circle_and_what_hangs_behind_it_are_never_reached() -> None:
    links = {"dev": None, "a": "b", "b": "a", "behind": "a", "lost": "nowhere"}
    assert apply_order(links).waves == (("dev",),)
    assert apply_order(links).unreachable == ("a", "b", "behind", "lost")
    assert circle_through(links, "a") == ["a", "b", "a"]
    assert circle_through(links, "behind") == ()


def test_a_thousand_environments_in_one_chain() -> None:
    links: dict[str, str | None] = {"e0": None}
    links.update({f"e{number}": f"e{number - 1}" for number in range(1, 1000)})
    assert len(apply_order(links).waves) == 1000


def test_a_circle_is_reported_with_its_members(project: Project) -> None:
    project.dev(advances_from="prod")
    project.write("stacks/prod.yaml", {**DEV, "embedded_port": 8443, "advances_from": "dev"})
    problem = project.problem()
    assert "dev -> prod -> dev" in problem.what
    assert problem.field == "advances_from"
    assert problem.line > 0


@pytest.mark.parametrize("reason", ["", "  ", None, 7])
def test_an_override_needs_a_reason(project: Project, reason: object) -> None:
    project.dev(advances_from="prod", advance_anyway={"portal": reason})
    project.write("stacks/prod.yaml", {**DEV, "embedded_port": 8443})
    problem = project.problem()
    assert problem.field == "advance_anyway.portal"
    assert "a written reason is missing" in problem.what


def test_an_override_of_nothing(project: Project) -> None:
    project.dev(advance_anyway={"portal": "urgent"})
    assert "overrides nothing" in project.problem().what


def test_an_override_for_an_unknown_application(project: Project) -> None:
    project.write("stacks/prod.yaml", {**DEV, "embedded_port": 8443})
    project.dev(advances_from="prod", advance_anyway={"portl": "urgent"})
    assert "did you mean 'portal'?" in project.problem().fix


def test_an_adopted_application_is_live_here(project: Project) -> None:
    project.dev(adopt={"portl": "tpc_1"})
    problem = project.problem()
    assert problem.field == "adopt.portl"
    assert "did you mean 'portal'?" in problem.fix


def test_one_application_is_not_adopted_twice(project: Project) -> None:
    """By two keys it would be two resources, of which one would be deleted again."""
    widget = {**PORTAL, "name": "Widget"}
    project.write("stacks/applications/widget.yaml", widget)
    project.dev(adopt={"portal": "tpc_1", "widget": "tpc_1"})
    assert project.problem().field == "adopt.widget"


@pytest.mark.parametrize(
    "backend",
    [
        "file://state",
        "s3://state?region=eu-central-1",
        "postgres://deployer@db.test:5432/pulumi?sslmode=require",
        "https://api.pulumi.com",
    ],
)
def test_backends_that_may_be_named(project: Project, backend: str) -> None:
    project.dev(backend=backend)
    assert project.load().environment.backend == backend


@pytest.mark.parametrize(
    "backend",
    [
        "postgres://deployer:hunter2@db.test/pulumi",
        "postgres://deployer%3Ahunter2@db.test/pulumi",
        "postgres://deployer:p/hunter2@db.test/pulumi",
        "postgres://db.test/pulumi?user=a&password=hunter2",
        "postgres://db.test/pulumi?sslpassword=hunter2",
        "https://hunter2@state.test",
        "azblob://state?sig=hunter2",
        "s3://state?secret_access_key=hunter2",
    ],
)
def test_a_backend_never_holds_a_password(project: Project, backend: str) -> None:
    project.dev(backend=backend)
    problem = project.problem()
    assert "password" in problem.what
    assert "hunter2" not in str(problem)


def test_a_backend_of_another_kind(project: Project) -> None:
    project.dev(backend="ftp://state.test")
    assert "not the address of a state backend" in project.problem().what


def test_two_embedded_tenants_on_one_port(project: Project) -> None:
    project.write("stacks/qa.yaml", DEV)
    found = project.problem("qa")
    assert (found.file, found.field) == ("stacks/qa.yaml", "embedded_port")
    assert "8441 is the port of dev too" in found.what
    project.write("stacks/qa.yaml", {**DEV, "tenant": "acme.eu.auth0.com"})
    assert project.load("dev").environment.embedded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme.eu.auth0.com", "acme.eu.auth0.com"),
        ("acme.eu.auth0.com:443", "acme.eu.auth0.com"),
        ("embedded", "localhost:8441"),
        ("127.0.0.1:8441", "embedded"),
    ],
)
def test_two_environments_on_one_tenant(project: Project, one: str, other: str) -> None:
    """A change of one would be undone by the other, and destroying one delete what both need."""
    project.dev(tenant=one)
    project.write("stacks/qa.yaml", {**DEV, "tenant": other})
    for name, beside in (("dev", "qa"), ("qa", "dev")):
        found = project.problem(name)
        assert (found.file, found.field, found.rule) == (f"stacks/{name}.yaml", "tenant", "ENV-12")
        assert f"is the tenant of stacks/{beside}.yaml too" in found.what
    project.write("stacks/qa.yaml", {**DEV, "tenant": "other.eu.auth0.com"})
    assert project.load("dev").name == "dev"
