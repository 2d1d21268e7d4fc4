"""Mistakes that are easily made, and that passed or were told as something else."""

from typing import Any

import pytest

from tests.tpa.files.conftest import APIS, DEV, PORTAL, Project
from tpa.files.warnings import file_warnings

REAL = {**DEV, "tenant": "acme.eu.auth0.com", "embedded_port": None, "advances_from": "dev"}
LOCAL = "http://localhost:3000/cb"


@pytest.mark.parametrize("name", ["con", "aux", "nul", "prn", "com1", "lpt9"])
def test_names_of_devices(project: Project, name: str) -> None:
    project.write(f"stacks/applications/{name}.yaml", PORTAL)
    found = project.problem()
    assert (found.file, found.rule) == (f"stacks/applications/{name}.yaml", "FILE-08")
    assert found.what == f"'{name}' is the name of a device on Windows"


@pytest.mark.parametrize("name", ["console", "com", "com10", "nul-api"])
def test_names_that_only_begin_so(project: Project, name: str) -> None:
    project.write(f"stacks/applications/{name}.yaml", PORTAL)
    assert project.load()


def test_an_environment_of_such_a_name(project: Project) -> None:
    project.write("stacks/aux.yaml", {**DEV, "embedded_port": 8442})
    assert project.problem("aux").rule == "FILE-08"


@pytest.mark.parametrize("tenant", ["acme.eu.auth0.com.", ".auth0.com", "a..auth0.com", "Acme.x"])
def test_what_is_no_domain_of_a_tenant(project: Project, tenant: str) -> None:
    project.dev(tenant=tenant)
    assert project.problem().field == "tenant"


@pytest.mark.parametrize(
    ("tenant", "warned"),
    [
        ("login.acme.example", True),
        ("auth0.com.acme.example", True),
        ("acme.eu.auth0.com", False),
        ("acme.pus.auth0app.com", False),
        ("localhost:8441", False),
        ("embedded", False),
    ],
)
def test_a_custom_domain(project: Project, tenant: str, warned: bool) -> None:
    project.dev(tenant=tenant)
    found = [problem for problem in file_warnings(project.load()) if problem.rule == "ENV-14"]
    assert [problem.field for problem in found] == ["tenant"] * warned


@pytest.mark.parametrize("app_type", ["regular_web", "spa"])
def test_a_scheme_of_its_own_is_for_apps_on_devices(project: Project, app_type: str) -> None:
    project.portal(app_type=app_type, callbacks=["com.acme.app:/cb"])
    assert "custom schemes are for app_type native" in project.problem().fix


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "“Portal”"}, "name"),
        ({"name": "‘Portal’"}, "name"),
        ({"name": "„Portal“"}, "name"),
        ({"callbacks": ["“https://acme.test/cb”"]}, "callbacks[0]"),
        ({"allowed_origins": ["https://acme.test”"]}, "allowed_origins[0]"),
    ],
)
def test_quotes_of_a_word_processor(project: Project, change: dict[str, Any], field: str) -> None:
    project.portal(**change)
    found = project.problem()
    assert found.field == field
    assert "curly quote" in found.what
    assert "' and \"" in found.what + found.fix


@pytest.mark.parametrize("name", ["O’Brien", "Acme “Pro” Portal", "Portal “Pro”"])
def test_quotes_in_a_name_are_its_own(project: Project, name: str) -> None:
    project.portal(name=name)
    assert project.load().applications["portal"].name == name


@pytest.mark.parametrize("field", ["callbacks", "allowed_origins", "web_origins"])
def test_an_address_twice(project: Project, field: str) -> None:
    project.portal(**{field: ["https://acme.test", "https://b.test", "https://acme.test"]})
    found = project.problem()
    assert found.field == f"{field}[2]"
    assert found.what == "'https://acme.test' is listed twice"


def test_an_address_twice_in_an_environment(project: Project) -> None:
    project.live("portal", callbacks=["https://a.test/cb"] * 2)
    assert project.problem().field == "environments.dev.callbacks[1]"


def test_other_items_twice(project: Project) -> None:
    twice = ["customers"] * 2
    project.portal(connections=twice, grant_types=["authorization_code"] * 2)
    project.apis(apis={**APIS["apis"], "a": {"audience": "https://a.test", "scopes": ["x", "x"]}})
    assert {problem.field: problem.what for problem in project.problems()} == {
        "connections[1]": "'customers' is listed twice",
        "grant_types[1]": "'authorization_code' is listed twice",
        "apis.a.scopes[1]": "'x' is listed twice",
    }
    project.portal()
    project.apis()
    project.live("portal", connections=twice)
    assert project.problem().field == "environments.dev.connections[1]"


def test_a_limit_of_nothing(project: Project) -> None:
    project.portal(rate_limit={"limit": 0})
    found = project.problem()
    assert (found.field, found.what) == ("rate_limit.limit", "is too small: 0")


@pytest.mark.parametrize(
    ("text", "line"),
    [("apis:\n\tcrm: x\n", 2), ("apis:\n  crm: x\n\tb: y\n", 3), ("a:\n  - b\n \t- c: d: e\n", 3)],
)
def test_a_tab_is_called_one(project: Project, text: str, line: int) -> None:
    project.write("stacks/apis.yaml", text)
    found = project.problem()
    assert (found.what, found.line) == ("is indented by a tab", line)
    assert "blanks" in found.fix


@pytest.mark.parametrize("text", ["a: b: c\n", "a: |\n  x\n  \ty\nb: [\nc: }\n"])
def test_another_fault_beside_a_tab_is_not_it(project: Project, text: str) -> None:
    project.write("stacks/apis.yaml", text)
    assert project.problem().what.startswith("is not valid YAML")


@pytest.mark.parametrize("app_type", ["spa", "regular_web"])
@pytest.mark.parametrize("uri", [LOCAL, "https://127.0.0.1/cb", "http://[::1]:3000/cb"])
def test_a_page_on_the_users_machine_in_the_last_environment(
    project: Project, app_type: str, uri: str
) -> None:
    project.write("stacks/prod.yaml", REAL)
    project.portal(app_type=app_type, callbacks=["https://acme.test/cb", uri])
    project.live("portal", environment="prod")
    found = project.problem("prod")
    assert (found.file, found.field) == ("stacks/applications/portal.yaml", "callbacks[1]")
    assert found.rule == "ENV-13"
    project.live("portal", environment="prod", callbacks=[uri])
    assert project.problem("prod").field == "environments.prod.callbacks[0]"
    assert project.load("dev")


def test_where_it_is_developed_it_is_fine(project: Project) -> None:
    project.portal(app_type="spa", callbacks=[LOCAL])
    project.write("stacks/prod.yaml", {**REAL, "tenant": "embedded", "embedded_port": 8443})
    project.write("stacks/staging.yaml", REAL)
    project.write(
        "stacks/last.yaml",
        {**REAL, "tenant": "last.eu.auth0.com", "advances_from": "staging"},
    )
    for environment in ("dev", "staging", "last", "prod"):
        assert project.load(environment)


def test_an_app_on_a_device_is_called_back_there(project: Project) -> None:
    project.portal(app_type="native", callbacks=["http://127.0.0.1/cb"])
    project.write("stacks/prod.yaml", REAL)
    assert project.load("prod")
