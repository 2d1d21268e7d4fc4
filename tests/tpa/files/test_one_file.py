"""One partner, one file: two that claim a key, files that would not be read, what differs where."""

from typing import Any

import pytest

from tests.tpa.files.conftest import PORTAL, Project

FOLDER = "stacks/applications"
AGENT = {"document": "https://agent.test/c.json", "owner": PORTAL["owner"], "copy_of_document": ""}


@pytest.mark.parametrize(
    ("file", "content", "rule", "said"),
    [
        (f"{FOLDER}/portal.yml", PORTAL, "FILE-09", f"{FOLDER}/portal.yaml has the key 'portal'"),
        ("stacks/agents/portal.yaml", AGENT, "FILE-09", f"{FOLDER}/portal.yaml has the key"),
        (f"{FOLDER}/other.yml", PORTAL, "FILE-08", "is not read"),
        (f"{FOLDER}/other.YAML", PORTAL, "FILE-08", "is not read"),
        (f"{FOLDER}/acme/other.yaml", PORTAL, "FILE-08", "is not read: it is in a folder"),
        ("stacks/prod.yml", {}, "FILE-08", "is not read"),
    ],
)
def test_a_file_that_claims_a_key_or_would_not_be_read(
    project: Project, file: str, content: dict[str, Any], rule: str, said: str
) -> None:
    project.write(file, content)
    found = project.problem()
    assert (found.file, found.rule) == (file, rule)
    assert said in found.what


def test_a_file_is_live_nowhere(project: Project) -> None:
    project.portal(environments={})
    assert project.load().applications == {}


def test_what_differs_is_checked_for_each_environment(project: Project) -> None:
    """Before it reaches that environment, and together with what the file states for all."""
    project.dev(advances_from=None)
    project.write("stacks/prod.yaml", {"tenant": "acme.eu.auth0.com"})
    project.portal(token_endpoint_auth_method="client_secret_basic")
    project.live(
        "portal",
        environment="prod",
        callbacks=["http://acme.test/cb"],
        keys=[{"name": "a", "pem": "x"}],
    )
    found = {each.field for each in project.problems()}
    assert "environments.prod.callbacks[0]" in found
    assert "environments.prod.keys" in found


@pytest.mark.parametrize(
    ("excluded", "field"),
    [
        ({"applications": {"Portal": "theirs"}}, "excluded.applications.Portal"),
        ({"connections": {"customers-db": "theirs"}}, "excluded.connections.customers-db"),
        ({"apis": {"https://orders.test": "theirs"}}, "excluded.apis.https://orders.test"),
        ({"connections": {"other": ""}}, "excluded.connections.other"),
    ],
)
def test_what_is_excluded_is_in_no_file_and_has_a_reason(
    project: Project, excluded: dict[str, Any], field: str
) -> None:
    project.dev(excluded=excluded)
    assert project.problem().path == tuple(field.split(".", 2))
