"""Whatever a program declares, known or unknown: a preview of it does not fail."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_toolchain.auth0_plugin import inputs
from pulumi_toolchain.auth0_plugin.errors import PluginError
from pulumi_toolchain.auth0_plugin.fields import Field, Kind
from pulumi_toolchain.auth0_plugin.lifecycle import complete
from pulumi_toolchain.auth0_plugin.plan import changes, known_part, plan
from pulumi_toolchain.auth0_plugin.resource import Job, Resource
from pulumi_toolchain.auth0_plugin.resources import RESOURCES
from pulumi_toolchain.auth0_plugin.settings import Settings
from pulumi_toolchain.auth0_plugin.tenant import Tenant
from pulumi_toolchain.auth0_plugin.values import UNKNOWN, from_struct, to_struct, without_defaults

TENANT = Tenant(Settings("localhost:1", api_token="t"))
_WORDS = st.text(string.ascii_letters + " é<>&", max_size=8)


def _values(field: Field, unknown: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    words = st.sampled_from(field.choices) if field.choices else _WORDS
    plain: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TEXT: words,
        Kind.FLAG: st.booleans(),
        Kind.NUMBER: st.integers(0, 10**9) | st.sampled_from([0.5, 87.5]),
        Kind.LIST: st.lists(_WORDS | unknown, max_size=3),
        Kind.SET: st.lists(_WORDS | unknown, max_size=3, unique=True),
        Kind.MAP: st.dictionaries(_WORDS, _WORDS, max_size=3),
    }
    if field.kind is Kind.BLOCK:
        return programs(field.fields, unknown) | unknown
    if field.kind is Kind.BLOCKS:
        most = 1 if field.single else 3
        return st.lists(programs(field.fields, unknown) | unknown, max_size=most)
    return plain[field.kind] | unknown


def programs(
    fields: tuple[Field, ...], unknown: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the properties; a strategy is made when it is drawn, options have hundreds."""
    settable = [each for each in fields if each.settable]

    @st.composite
    def program(draw: st.DrawFn) -> dict[str, Any]:
        chosen = draw(st.lists(st.sampled_from(settable), max_size=6, unique_by=lambda f: f.name))
        return {each.name: draw(_values(each, unknown)) for each in chosen}

    return program() if settable else st.just({})


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.type)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_preview_of_anything(resource: Resource, data: st.DataObject) -> None:
    program = data.draw(programs(resource.fields, st.just(UNKNOWN)))
    checked = inputs.with_defaults(resource.fields, program, None)
    list(inputs.failures(resource.fields, without_defaults(checked), "r"))
    job = Job(resource, TENANT, "r", without_defaults(checked))
    job.planned = plan(resource.fields, job.config, None)
    try:
        resource.problems(job)
    except PluginError as error:
        pytest.fail(str(error))
    outputs = complete(resource, job.planned, UNKNOWN)
    assert from_struct(to_struct(outputs)).keys() >= {each.name for each in resource.fields}
    list(changes(resource.fields, known_part(resource.fields, job.planned), job.planned))
