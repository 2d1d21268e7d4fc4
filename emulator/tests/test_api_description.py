"""Generated requests never get a 5xx, and bodies and scopes are those of Auth0's description.

Auth0's description is looked for next to the repository and is not part of it.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth0_emulator.http.api import OPERATIONS
from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.routing import Operation
from auth0_emulator.schema import Schema
from auth0_emulator.testing import ManagementApi

AUTH0 = Path(__file__).resolve().parents[3] / "shared" / "facts" / "management-api-subset.json"
MORE = AUTH0.with_name("management-api-supplement.json")
QUERY = ("page", "per_page", "take", "from", "fields", "include_fields", "include_totals")
# For a long run: FUZZ_EXAMPLES=50 pytest emulator/tests/test_api_description.py
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))


def described() -> dict[str, Any]:
    """The emulator's operations as an OpenAPI document."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        names = re.findall(r"{(\w+)}", operation.path)
        parameters = [
            {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
            for name in names
        ]
        if operation.method == "GET":
            parameters += [{"in": "query", "name": q, "schema": {"type": "string"}} for q in QUERY]
        one: dict[str, Any] = {"parameters": parameters, "responses": {"200": {"description": ""}}}
        if operation.body is not None:
            content = {"application/json": {"schema": operation.body.schema}}
            one["requestBody"] = {"required": True, "content": content}
        paths.setdefault(operation.path, {})[operation.method.lower()] = one
    info = {"title": "Auth0 emulator", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths}


SCHEMA = schemathesis.openapi.from_dict(described())


def known_ids(api: ManagementApi) -> dict[str, list[str]]:
    """Ids that exist, by the first segment of a path."""
    found = {
        path: [item["id"] for item in api("GET", f"/{path}").json()]
        for path in ("connections", "resource-servers", "client-grants")
    }
    partner = api.create_third_party()["client_id"]
    organization = api.create("/organizations", {"name": "fuzzed"})["id"]
    return found | {"clients": [partner], "organizations": [organization]}


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[tuple[ManagementApi, dict[str, list[str]]]]:
    api = in_process(new_tenant())
    yield api, known_ids(api)
    api.client.close()


MODES = {mode.value: mode for mode in schemathesis.GenerationMode}
# A request with nothing but a string in its path can't be invalid.
CASES = [
    pytest.param(one, mode, id=f"{one.method} {one.path} {mode}")
    for one in OPERATIONS
    for mode in MODES
    if mode == "positive" or one.method == "GET" or one.body is not None
]


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_no_request_gets_a_5xx(
    fuzzed: tuple[ManagementApi, dict[str, list[str]]], operation: Operation, mode: str
) -> None:
    """An exception in the application would be raised here."""
    api, ids = fuzzed
    known = ids.get(operation.segments[0], ["x"])
    described = SCHEMA[operation.path][operation.method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        described.as_strategy(generation_mode=MODES[mode]),
        st.none() | st.sampled_from(known),
    )
    def check(case: Any, known_id: str | None) -> None:
        path = case.formatted_path
        if known_id is not None and "{id}" in operation.path:
            prefix, _, rest = operation.path.partition("{id}")
            path = prefix + known_id + re.sub(r"{\w+}", "x", rest)
        body = case.body if operation.body is not None else None
        content = body if isinstance(body, bytes) else _encoded(body)
        query = {k: v for k, v in (case.query or {}).items() if isinstance(v, str)}
        answer = api.client.request(
            operation.method, f"/api/v2{path}", params=_sendable(query), content=content
        )
        assert answer.status_code < 500, answer.text

    check()


def _encoded(body: Any) -> bytes | None:
    try:
        return json.dumps(body).encode()
    except TypeError:
        return None  # nothing to send


def _sendable(query: dict[str, str]) -> dict[str, str]:
    return {k: v.encode("utf-8", "replace").decode() for k, v in query.items()}


# Where bodies differ from Auth0's description, and why.
ADDED = {
    "cross_app_access_requesting_app": "documented for connections (DC-08)",
    "cross_app_access_resource_app": "recorded later than the description (DC-08)",
    "country_codes": "sent by newer providers",
    "is_app_entitlement_active": "ORG-07",
    **dict.fromkeys(
        (
            "session_lifetime_in_minutes",
            "idle_session_lifetime_in_minutes",
            "ephemeral_session_lifetime_in_minutes",
            "idle_ephemeral_session_lifetime_in_minutes",
        ),
        "always sent by deploy-cli",
    ),
}


@pytest.mark.skipif(not AUTH0.exists(), reason=f"no description at {AUTH0}")
def test_bodies_and_scopes_are_those_of_the_description() -> None:
    auth0, more = (json.loads(file.read_text()) for file in (AUTH0, MORE))
    schemas = auth0["components"]["schemas"] | more["components"]["schemas"]
    extra = more["info"]["x-extra-request-properties"]
    paths = {_shape(path): item for path, item in (auth0["paths"] | more["paths"]).items()}
    ours = {(_shape(one.path), one.method.lower()): one for one in OPERATIONS}
    wrong = []
    for path, item in paths.items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            one = ours.get((path, method))
            if one is None:
                wrong.append(f"{method} {path} is missing")
                continue
            wrong += _scope_differences(one, item[method])
            content = item[method].get("requestBody", {}).get("content", {})
            if one.body is not None and "anyOf" not in one.body.schema:
                theirs = content["application/json"]["schema"]
                wrong += _body_differences(one.body.schema, theirs, schemas, extra, one.path)
    assert wrong == []


def _shape(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def _scope_differences(one: Operation, theirs: dict[str, Any]) -> Iterator[str]:
    for way in theirs.get("security", []):
        wanted = set(way.get("oAuth2ClientCredentials", one.scopes))
        if wanted != set(one.scopes):
            yield f"{one.method} {one.path} scopes {wanted ^ set(one.scopes)}"


def _body_differences(
    ours: Schema, theirs: Schema, schemas: Schema, extra: Schema, place: str
) -> Iterator[str]:
    name = theirs.get("$ref", "").rpartition("/")[2]
    theirs = schemas[name] if name else theirs
    options = [one for one in theirs.get("oneOf", theirs.get("anyOf", ())) if one != {}]
    if options:
        return
    properties = theirs.get("properties", {}) | extra.get(name, {})
    mine = ours.get("properties", {})
    closed = ours.get("additionalProperties", True) is False
    if closed != (theirs.get("additionalProperties", True) is False):
        yield f"{place} is closed: {closed}"
    if closed and (missing := set(properties) - set(mine)):
        yield f"{place} lacks {missing}"
    if closed and (added := set(mine) - set(properties) - set(ADDED)):
        yield f"{place} adds {added}"
    if set(ours.get("required", ())) != set(theirs.get("required", ())):
        yield f"{place} requires {ours.get('required')}"
    for key in mine.keys() & properties.keys():
        yield from _body_differences(mine[key], properties[key], schemas, extra, f"{place}.{key}")
    if "items" in ours and "items" in theirs:
        yield from _body_differences(ours["items"], theirs["items"], schemas, extra, f"{place}[]")
