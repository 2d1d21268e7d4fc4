"""Values of a wrong shape, told in the words of who writes YAML."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.files.conftest import APIS, Project
from tpa.files.problems import FORMS, Problem

SCHEMAS = Path(__file__).parents[3] / "stacks/schemas"
REASON = r"\S"
"""For editors alone; the message of a missing reason is a validator's own."""


@pytest.mark.parametrize(
    ("field", "value", "what", "fix"),
    [
        ("description", "x" * 141, "is too long, 141 characters: ", "use 140 characters at most"),
        ("description", 5, "is not text: 5", "put quotes around it"),
        ("name", None, "has no value", "write one, or remove the line"),
        ("name", "", "is empty", "write it, or remove the line"),
        ("name", "<b>", "has < or > in it: '<b>'", "remove them"),
        ("logo_uri", "http://x.test", "is not an https address: 'http://x.test'", "https://"),
        ("callbacks", "https://acme.test/cb", "is not a list: 'https://acme.test/cb'", "- value"),
        ("connections", "customers", "is not a list: 'customers'", "- value"),
        ("owner", "Acme", "is not a mapping: 'Acme'", "'field: value' lines"),
        ("client_metadata", ["a"], "is not a mapping", "'field: value' lines"),
        ("environments", ["dev", "prod"], "is not a mapping", "environments: {dev: {}, prod: {}}"),
        ("environments", "dev", "is not a mapping: 'dev'", "write environments: {dev: {}}"),
        ("environments", [{"dev": {}}], "is not a mapping", "write environments: {dev: {}}"),
        ("access_token_lifetime", "long", "is not a whole number: 'long'", "write digits"),
        ("access_token_lifetime", 0, "is too small: 0", "use 1 or more"),
        ("access_token_lifetime", 2_592_001, "is too large: 2592001", "use 2592000 or less"),
        ("require_proof_of_possession", "so", "is neither true nor false: 'so'", "true or false"),
    ],
)
def test_a_wrong_shape(
    portal_problem: Callable[..., Problem], field: str, value: Any, what: str, fix: str
) -> None:
    found = portal_problem(**{field: value})
    assert found.field == field
    assert found.what.startswith(what)
    assert fix in found.fix


def test_a_list_whose_one_item_is_wrong_is_not_called_missing(project: Project) -> None:
    project.live("portal", callbacks=[5], connections=[None])
    fields = [problem.field for problem in project.problems()]
    assert fields == ["environments.dev.callbacks[0]", "environments.dev.connections[0]"]


def test_what_is_named_and_could_not_be_read_is_not_called_missing(project: Project) -> None:
    """One mistake is told once, where it stands."""
    project.apis(apis={**APIS["apis"], "orders": {"scopes": ["read:orders"]}})
    project.dev(connections={"customers": None}, embedded_port=80)
    fields = [problem.field for problem in project.problems()]
    assert fields == ["apis.orders", "connections.customers", "embedded_port"]


def test_a_tenant_that_is_none(project: Project) -> None:
    project.dev(tenant="https://acme.auth0.com/")
    assert project.problem().what == "is not a tenant: 'https://acme.auth0.com/'"


def test_every_pattern_has_a_message() -> None:
    stated = {
        node["pattern"]
        for file in SCHEMAS.glob("*.json")
        for node in _nodes(json.loads(file.read_text("utf-8")))
        if isinstance(node.get("pattern"), str)
    }
    assert stated - {REASON} == set(FORMS)


def _nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for item in value for node in _nodes(item)]
    return [value, *_nodes(list(value.values()))] if isinstance(value, dict) else []
