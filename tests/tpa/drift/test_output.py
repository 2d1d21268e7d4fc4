"""How values are shown: lists in a common order, and secrets redacted."""

import pytest

from tpa.comparison.differences import Difference, redacted
from tpa.comparison.facts import value_text
from tpa.drift.output import in_common_order

PORTAL = ("applications", "portal")


def difference(name: str, live: object) -> Difference:
    path = (*PORTAL, "client_metadata", name)
    return Difference(path, "outside", "old", "old", live, "stacks/dev.yaml")


@pytest.mark.parametrize("name", ["api_key", "client_secret", "Password", "refresh/token"])
def test_what_looks_like_a_secret_is_not_shown(name: str) -> None:
    shown = redacted(difference(name, "s3cr3t-value"))
    assert shown.live == "(looks like a secret)"
    assert shown.declared == "(looks like a secret)"


@pytest.mark.parametrize(
    ("name", "live"),
    [("plan", "gold-and-silver"), ("secretary", "a name"), ("api_key", None)],
)
def test_other_values_are_shown(name: str, live: object) -> None:
    assert redacted(difference(name, live)).live == live


def test_only_metadata_is_redacted() -> None:
    path = (*PORTAL, "token_endpoint_auth_method")
    own = Difference(path, "outside", "client_secret_post", None, "client_secret_basic", "")
    assert redacted(own) == own


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ((), "(empty)"),
        (("a", "b"), "a b"),
        ("", "(empty)"),
        (60, "60"),
        (True, "True"),
    ],
)
def test_the_text_of_each_kind_of_value(value: object, text: str) -> None:
    assert value_text(value) == text


def scopes(live: tuple[str, ...] | None, declared: tuple[str, ...] = ("c", "d")) -> Difference:
    path = ("grants", "portal", "orders", "user")
    return Difference(path, "outside", declared, ("c", "d"), live, "")


@pytest.mark.parametrize(
    ("live", "in_order"),
    [
        (("a", "c", "d"), ("c", "d", "a")),
        (("a", "d", "e"), ("d", "a", "e")),
        (("d",), ("d",)),
        ((), ()),
        (("d", "c"), ("d", "c")),  # not sorted: the order may matter
        (None, None),
    ],
)
def test_additions_are_at_the_end(
    live: tuple[str, ...] | None, in_order: tuple[str, ...] | None
) -> None:
    shown = in_common_order(scopes(live))
    assert (shown.declared, shown.applied, shown.live) == (("c", "d"), ("c", "d"), in_order)


def test_the_order_is_that_of_the_files_first() -> None:
    shown = in_common_order(scopes(("a", "b", "c", "d"), declared=("b", "c")))
    assert (shown.declared, shown.applied) == (("b", "c"), ("c", "d"))
    assert shown.live == ("b", "c", "d", "a")
