"""Schemas say of a file's shape what the loader says; the shipped files keep them."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from tpa.files.schemas import FILES, FOLDER, schema, schemas

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "stacks").rglob("*.yaml"))
VALUES: tuple[Any, ...] = (None, "x", 7, 7.5, ["x"], [None], {}, {"x": 1}, {"Not A Key": {}}, [{}])


def named(file: Path) -> str:
    """The schema that the file's first line names."""
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    place = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / place).resolve().parent == ROOT / FOLDER
    return Path(place).stem


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Any:
    return Draft202012Validator(schema(name))


def valid(name: str, data: Any) -> bool:
    return bool(validator(name).is_valid(data))


def loads(name: str, data: Any) -> bool:
    try:
        FILES[name][1].model_validate(data)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_they_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_the_committed_ones_are_fresh() -> None:
    committed = {file.name: file.read_text("utf-8") for file in (ROOT / FOLDER).iterdir()}
    assert committed == schemas(), "run: tpa schema"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_shipped_file_keeps_the_schema_that_it_names(file: Path) -> None:
    found = [e.message for e in Draft202012Validator(schema(named(file))).iter_errors(read(file))]
    assert found == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_misspelt_field_does_not(file: Path) -> None:
    name, data = named(file), read(file)
    for path, found in walk(data):
        if isinstance(found, dict) and not free(name, path):
            assert not valid(name, put(data, (*path, "misspelt"), 1)), path


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_schema_refuses_the_loader_refuses_too(file: Path) -> None:
    """And the other way round: another value at any place is good for both or for none."""
    name, data = named(file), read(file)
    for path, _ in walk(data):
        for value in VALUES:
            changed = put(data, path, value)
            assert valid(name, changed) == loads(name, changed), (path, value)


def test_every_field_is_explained() -> None:
    for name in FILES:
        made = schema(name)
        for model in (made, *made.get("$defs", {}).values()):
            if "properties" in model:
                assert model["additionalProperties"] is False
                assert model["description"]
                bare = [
                    f for f, content in model["properties"].items() if "description" not in content
                ]
                assert bare == [], model["title"]


def test_examples_are_valid() -> None:
    """As far as a value by itself can tell."""
    for name in FILES:
        made = schema(name)
        for model in (made, *made.get("$defs", {}).values()):
            for content in model.get("properties", {}).values():
                field = {**content, "$defs": made.get("$defs", {})}
                for example in content.get("examples", ()):
                    assert Draft202012Validator(field).is_valid(example), example


def walk(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value in it, with its path."""
    yield path, data
    if isinstance(data, dict | list):
        for part, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from walk(value, (*path, part))


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at one place."""
    if not path:
        return value
    copy = json.loads(json.dumps(data))
    place = copy
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return copy


def free(name: str, path: tuple[Any, ...]) -> bool:
    """Whether the keys there are of the user's choice."""
    places = {"environment": ("audiences", "connections", "organizations")}
    return path in {("apis",), *((place,) for place in places.get(name, ()))}
