"""The descriptions against the published schema of the official plugin.

The schema is in no repository (`FACTS`); without it these tests skip.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pulumi_toolchain.auth0_plugin.fields import Field, Kind
from pulumi_toolchain.auth0_plugin.functions import as_data
from pulumi_toolchain.auth0_plugin.resource import Resource
from pulumi_toolchain.auth0_plugin.resources import RESOURCES, resource_of

from .stack import FACTS

SCHEMA = FACTS / "auth0-schema-subset.json"
Json = dict[str, Any]
_KINDS = {"string": {Kind.TEXT}, "boolean": {Kind.FLAG}, "object": {Kind.MAP}}
_KINDS |= {"integer": {Kind.NUMBER}, "number": {Kind.NUMBER}, "array": {Kind.LIST, Kind.SET}}
_NOT_DESCRIBED = (
    "addons",
    "tlsClientAuth",
    "selfSignedTlsClientAuth",
    "signedRequestObject",
)
"""Properties that the stand-in refuses."""

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=f"there is no {SCHEMA}")


@pytest.fixture(scope="module")
def schema() -> Json:
    loaded: Json = json.loads(SCHEMA.read_text())
    return loaded


def _type(schema: Json, described: Json) -> Json | None:
    reference = described.get("$ref")
    found: Json | None = schema["types"][reference.split("/types/")[1]] if reference else None
    return found


def _gaps(schema: Json, where: str, fields: Sequence[Field], described: Json) -> Iterator[str]:
    known = {each.name: each for each in fields}
    for name in sorted(known.keys() ^ described.keys()):
        yield f"{where}.{name}: {'missing' if name in described else 'unknown'}"
    for name in sorted(known.keys() & described.keys()):
        yield from _gap(schema, f"{where}.{name}", known[name], described[name])


def _gap(schema: Json, where: str, field: Field, described: Json) -> Iterator[str]:
    one = _type(schema, described)
    many = _type(schema, described.get("items", {}))
    nested = one or many
    if nested is None:
        if field.kind not in _KINDS[described["type"]]:
            yield f"{where}: is a {described['type']}, not a {field.kind.value}"
    elif field.kind is not (Kind.BLOCK if one else Kind.BLOCKS):
        yield f"{where}: is nested, not a {field.kind.value}"
    elif field.name not in _NOT_DESCRIBED:
        yield from _gaps(schema, where, field.fields, nested.get("properties", {}))
    if bool(described.get("secret")) != field.secret:
        yield f"{where}: secret is {described.get('secret')}"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.type)
def test_a_resource_has_the_schema_s_properties(schema: Json, resource: Resource) -> None:
    described = schema["resources"][resource.token]
    assert list(_gaps(schema, resource.type, resource.fields, described["properties"])) == []


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.type)
def test_inputs_replacements_and_computed_ones_are_the_schema_s(
    schema: Json, resource: Resource
) -> None:
    described = schema["resources"][resource.token]
    inputs, outputs = described["inputProperties"], set(described.get("required", []))
    assert {f.name for f in resource.fields if f.settable} == set(inputs)
    replacing = {name for name, each in inputs.items() if each.get("willReplaceOnChanges")}
    assert {f.name for f in resource.fields if f.replace} == replacing
    required = {f.name for f in resource.fields if f.required} - {"name"}
    assert required == set(described.get("requiredInputs", [])) - {"name"}
    assert {f.name for f in resource.fields if f.computed or f.required} == outputs - {
        f.name for f in resource.fields if f.name == "description"
    }


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("getClient", "client:Client"),
        ("getConnection", "connection:Connection"),
        ("getResourceServer", "resourceServer:ResourceServer"),
        ("getTenant", "tenant:Tenant"),
        ("getOrganization", "organization:Organization"),
    ],
)
def test_a_function_gives_what_the_schema_says(schema: Json, function: str, kind: str) -> None:
    data = as_data(resource_of(f"auth0:index/{kind}").fields, {})
    described = schema["functions"][f"auth0:index/{function}:{function}"]["outputs"]["properties"]
    assert data.keys() - described.keys() == set()
