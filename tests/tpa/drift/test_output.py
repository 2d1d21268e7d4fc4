"""How drift shows values: lists in one order, and some of them not at all."""

import pytest

from tpa.drift.differences import Difference
from tpa.drift.output import discreet, in_one_order, text

PLACE = "applications/portal/client_metadata."


def difference(name: str, live: object) -> Difference:
    path = f"{PLACE}{name}"
    return Difference(path=path, owner="outside", live=live, declared="old", file="stacks/dev.yaml")


@pytest.mark.parametrize("name", ["api_key", "client_secret", "Password", "refresh%2Ftoken"])
def test_what_looks_like_a_secret_is_not_shown(name: str) -> None:
    shown = discreet(difference(name, "s3cr3t-value"))
    assert shown.live == "(looks like a secret)"
    assert shown.declared == "old"


@pytest.mark.parametrize(
    ("name", "live"),
    [("plan", "gold-and-silver"), ("token", "short"), ("secret", "a note with spaces"),
     ("api_key", None)],
)  # fmt: skip
def test_other_texts_are(name: str, live: object) -> None:
    assert discreet(difference(name, live)).live == live


def test_only_texts_of_metadata_are_hidden() -> None:
    own = Difference(
        path="applications/portal/token_endpoint_auth_method",
        owner="outside",
        live="client_secret_basic",
        file="",
    )
    assert discreet(own) == own


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ((), "(empty)"),
        (("a", "b"), "a b"),
        ("", "(empty)"),
        (60, "60"),
        (True, "True"),
    ],
)
def test_each_kind_of_value_for_a_person(value: object, words: str) -> None:
    assert text(value) == words


def scopes(live: tuple[str, ...] | None, declared: tuple[str, ...] = ("c", "d")) -> Difference:
    path = "grants/portal/orders/user"
    return Difference(
        path=path, owner="outside", declared=declared, applied=("c", "d"), live=live, file=""
    )


@pytest.mark.parametrize(
    ("live", "in_order"),
    [
        (("a", "c", "d"), ("c", "d", "a")),
        (("a", "d", "e"), ("d", "a", "e")),
        (("d",), ("d",)),
        ((), ()),
        (("d", "c"), ("d", "c")),  # an order that is no accident
        (None, None),
    ],
)
def test_what_is_more_stands_at_the_end(
    live: tuple[str, ...] | None, in_order: tuple[str, ...] | None
) -> None:
    shown = in_one_order(scopes(live))
    assert (shown.declared, shown.applied, shown.live) == (("c", "d"), ("c", "d"), in_order)


def test_the_order_is_that_of_the_files_first() -> None:
    shown = in_one_order(scopes(("a", "b", "c", "d"), declared=("b", "c")))
    assert (shown.declared, shown.applied) == (("b", "c"), ("c", "d"))
    assert shown.live == ("b", "c", "d", "a")
