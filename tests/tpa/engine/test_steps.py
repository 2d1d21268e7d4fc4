"""What an event of the engine means for whoever approves it."""

from typing import Any

import pytest

from tpa.engine.steps import LONGEST, NOT_KNOWN, Value, step_in

COMPONENT = "auth0-third-party:index:ThirdPartyApplication"
CLIENT = "auth0:index/client:Client"
URN = f"urn:pulumi:dev::partners::{COMPONENT}${CLIENT}::portal-client"
SECRET = "not-to-be-shown"


def event(op: str, before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    old = None if before is None else {"custom": True, "inputs": before, "outputs": before}
    new = None if after is None else {"custom": True, "inputs": after}
    return {
        "op": op,
        "urn": URN,
        "type": CLIENT,
        "old": old,
        "new": new,
    } | more


def values(before: Any, after: Any, **more: Any) -> list[tuple[str, str, str]]:
    step = step_in(event("update", before, after, **more))
    assert step is not None
    return [(each.property, each.before, each.after) for each in step.values]


def test_an_update_has_the_old_and_the_new_value() -> None:
    step = step_in(event("update", {"name": "Portal", "same": 1}, {"name": "Gate", "same": 1}))
    assert step is not None
    assert (step.action, step.kind, step.name, step.sign) == (
        "update",
        "Client",
        "portal-client",
        "~",
    )
    assert step.values == (Value(property="name", before="Portal", after="Gate"),)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (["read", "write"], ["read", "cancel"], ("scopes", "read, write", "read, cancel")),
        (["read"], ["read", "write"], ("scopes", "read", "read, write")),
        ([*"abcdef"], [*"abcdef", "write"], ("scopes", "6 that stay", "write, 6 that stay")),
        ([*"abcdef"], [*"fedcba"], ("scopes", "a, b, c, d, e, f", "f, e, d, c, b, a")),
        (["a", "b"], ["b", "a"], ("scopes", "a, b", "b, a")),
        (None, ["read"], ("scopes", "", "read")),
        (3600, 60, ("scopes", "3600", "60")),
        (True, False, ("scopes", "yes", "no")),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ("scopes.b", "2", "3")),
        ("known", f"{NOT_KNOWN}/x", ("scopes", "known", "(known after the update)")),
    ],
)
def test_only_what_differs_is_told(before: Any, after: Any, told: tuple[str, ...]) -> None:
    assert values({"scopes": before}, {"scopes": after}) == [told]


def test_what_was_changed_in_the_tenant_is_told_too() -> None:
    """The inputs are the same then; the provider says what differs."""
    found = event("update", {"name": "Portal"}, {"name": "Portal"}, diffs=["name"])
    found["old"]["outputs"] = {"name": "By hand"}
    step = step_in(found)
    assert step is not None
    assert step.values == (Value(property="name", before="By hand", after="Portal"),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("anything", "[secret]"),
        ("clientSecret", SECRET),
        ("options", {"apiKey": SECRET}),
        ("body", "https://user:" + SECRET + "@host.test"),
        ("keys", [{"pem": "-----BEGIN RSA PRIVATE KEY----- " + SECRET}]),
    ],
)
def test_no_secret_is_told(name: str, value: Any) -> None:
    for step in (step_in(event("create", None, {name: value})), step_in(event("delete", value))):
        assert step is not None
        assert SECRET not in str(step)
    assert SECRET not in str(values({name: value}, {name: "other"}))
    assert SECRET not in str(values({name: "other"}, {name: value}))


def test_what_says_something_about_a_secret_is_told() -> None:
    name = "tokenEndpointAuthMethod"
    assert values({name: "none"}, {name: "client_secret_post"}) == [
        (name, "none", "client_secret_post")
    ]


def test_a_page_is_cut() -> None:
    ((_, before, after),) = values({"html": "x" * 9_000}, {"html": "y"})
    assert len(before) < LONGEST + 30
    assert before.endswith("(9,000 characters)")
    assert after == "y"


def test_of_a_new_resource_all_that_is_stated() -> None:
    step = step_in(
        event(
            "create",
            None,
            {"name": "Portal", "callbacks": [], "__defaults": ["a"], "before": {"a": 1}},
        )
    )
    assert step is not None
    assert step.values == (Value(property="name", after="Portal"),)


@pytest.mark.parametrize(
    "changed",
    [
        {"op": "same"},
        {"op": "create-replacement"},
        {"type": "pulumi:providers:auth0"},
        {"type": "auth0-third-party:index:Remembered"},
        {"new": {"custom": False}},
    ],
)
def test_what_changes_nothing_in_a_tenant_is_no_step(changed: dict[str, Any]) -> None:
    assert step_in(event("create", None, {"name": "Portal"}) | changed) is None
