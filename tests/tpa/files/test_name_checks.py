"""Names of resources that two places of the files would share."""

from typing import Any

import pytest

from tests.tpa.files.conftest import PORTAL, Project

NORTH = {"name": "north", "connections": ["customers"]}
CLIENT = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
LIMIT = {"action": "log", "limit": 10}


def apis(*keys: str) -> dict[str, Any]:
    return {
        "apis": {
            key: {"audience": f"https://{key}.test", "scopes": ["read:orders"]} for key in keys
        },
        "default_permissions": [],
    }


def grant(api: str) -> dict[str, Any]:
    return {"api": api, "subject_type": "user", "scopes": ["read:orders"]}


def test_grants_of_two_applications(project: Project) -> None:
    project.write("stacks/apis.yaml", apis("orders", "grant-orders"))
    project.portal(grants=[grant("grant-orders")])
    project.write("stacks/applications/portal-grant.yaml", {**PORTAL, "grants": [grant("orders")]})
    found = project.problem()
    assert (found.file, found.field) == ("stacks/applications/portal-grant.yaml", "grants[0]")
    assert "portal-grant-grant-orders-user" in found.what
    assert "stacks/applications/portal.yaml: grants[0]" in found.what
    project.portal(environments={})
    assert project.load().applications


def test_connections_of_two_organizations(project: Project) -> None:
    west = {"name": "west", "connections": ["others"]}
    project.dev(
        connections={"customers": "east-db", "others": "db"},
        organizations={"north": NORTH, "north-east": west},
    )
    found = project.problem()
    assert (found.file, found.field) == (
        "stacks/dev.yaml",
        "organizations.north-east.connections[0]",
    )
    assert "organization-north-east-db" in found.what


@pytest.mark.parametrize("called", ["customers.db", "Customers-DB"])
def test_connections_whose_names_differ_in_signs(project: Project, called: str) -> None:
    both = {"name": "north", "connections": ["customers", "others"]}
    project.dev(
        connections={"customers": "customers-db", "others": called}, organizations={"north": both}
    )
    assert project.problem().field == "organizations.north.connections[1]"


def test_organizations_of_one_grant(project: Project) -> None:
    project.dev(organizations={"north": {"name": "a_b"}, "south": {"name": "a-b"}})
    project.portal(grants=[*PORTAL["grants"], {**CLIENT, "organizations": ["north", "south"]}])
    assert project.problem().field == "grants[1].organizations[1]"


def test_one_organization_under_two_keys(project: Project) -> None:
    project.dev(organizations={"north": {"name": "acme"}, "south": {"name": "acme"}})
    found = project.problem()
    assert (found.file, found.field) == ("stacks/dev.yaml", "organizations.south.name")


def test_rate_limits_of_an_application_and_of_all(project: Project) -> None:
    """Whatever an application is called, its rate limit has another name than that of all."""
    project.write("stacks/tenant.yaml", {"rate_limit": LIMIT})
    keys = [
        "third-party",
        "third-parties",
        "third-party-rate-limit",
        "third-party-rate-limit-policy",
    ]
    for key in keys:
        project.write(f"stacks/applications/{key}.yaml", {**PORTAL, "rate_limit": LIMIT})
    assert project.load()


def test_one_mistake_is_reported_once(project: Project) -> None:
    """A permission that is listed twice has a message of its own."""
    project.portal(grants=[*PORTAL["grants"], *PORTAL["grants"]])
    assert "is granted twice" in project.problem().what
