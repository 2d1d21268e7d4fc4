"""The package's schema: fresh, complete, and of what there is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

import auth0_third_party
from auth0_third_party.model.application import (
    Application,
    ApplicationSettings,
    PublicKey,
    RefreshToken,
)
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.provider.construct import components
from auth0_third_party.provider.resources import resources
from auth0_third_party.provider.schema import schema

FILE = Path(__file__).parents[3] / "components/schema.json"
SCHEMA: dict[str, Any] = json.loads(schema())
PREFIX = "auth0-third-party:index:"


def test_the_committed_schema_is_fresh() -> None:
    """`make reference` writes it."""
    assert FILE.read_text(encoding="utf-8") == schema()


def test_all_that_a_program_can_import_is_in_it() -> None:
    public = [getattr(auth0_third_party, name) for name in auth0_third_party.__all__]
    classes = {c.__name__ for c in public if isinstance(c, type) and issubclass(c, pulumi.Resource)}
    assert classes - {"Provider"} == {name.removeprefix(PREFIX) for name in SCHEMA["resources"]}
    native = {resource.resource_type for resource in resources()}
    made = {f"{PREFIX}{name}" for name in components()}
    assert native | made == set(SCHEMA["resources"])
    assert native & made == set()


def test_type_tokens_are_no_near_twins() -> None:
    """A token that is the beginning of another would be taken for it."""
    names = sorted(name.removeprefix(PREFIX) for name in SCHEMA["resources"])
    plural = {name for name in names if name.removesuffix("s") in names and name.endswith("s")}
    assert plural == set()


def test_resources_say_whether_they_are_components() -> None:
    told = {name for name, one in SCHEMA["resources"].items() if one.get("isComponent")}
    assert told == {f"{PREFIX}{name}" for name in components()}


def undescribed(node: Any, path: str = "") -> Iterator[str]:
    for kind in ("inputProperties", "properties"):
        for name, described in node.get(kind, {}).items():
            if not described.get("description"):
                yield f"{path}.{name}"
            if "\n" in described.get("description", ""):
                yield f"{path}.{name} (more than one line)"


@pytest.mark.parametrize("section", ["resources", "types"])
def test_everything_is_described(section: str) -> None:
    for token, node in SCHEMA[section].items():
        assert node["description"], token
        assert [*undescribed(node, token)] == []


def test_what_is_required_and_what_is_secret() -> None:
    application = SCHEMA["resources"][f"{PREFIX}ThirdPartyApplication"]
    assert application["requiredInputs"] == ["appType", "name"]
    assert application["properties"]["clientSecret"]["secret"] is True
    registration = SCHEMA["resources"][f"{PREFIX}DynamicClientRegistration"]
    assert registration["requiredInputs"] == ["baseline"]
    grant = SCHEMA["types"][f"{PREFIX}ClientGrantArgs"]
    assert grant["required"] == ["audience", "subjectType"]


@pytest.mark.parametrize(
    ("arguments", "model", "without", "more"),
    [
        (
            auth0_third_party.ThirdPartyApplicationArgs,
            Application,
            {"security_mode", "connections"},
            set(),
        ),
        (auth0_third_party.ClientGrantArgs, ClientGrant, set(), set()),
        (auth0_third_party.DefaultPermissionArgs, DefaultPermission, set(), set()),
        (auth0_third_party.PublicKeyArgs, PublicKey, set(), set()),
        (
            auth0_third_party.RefreshTokenArgs,
            RefreshToken,
            set(),
            {"infinite_token_lifetime", "infinite_idle_token_lifetime"},
        ),
    ],
)
def test_arguments_and_model_have_the_same_fields(
    arguments: Any, model: Any, without: set[str], more: set[str]
) -> None:
    fields = set(model.model_fields) - without
    assert set(arguments.__annotations__) - more == fields


def test_a_partners_file_says_nothing_that_a_component_could_not() -> None:
    stated = set(ApplicationSettings.model_fields) - {"security_mode", "connections"}
    assert stated <= set(auth0_third_party.ThirdPartyApplicationArgs.__annotations__)
