"""What drift shows of values that are better not shown."""

import pytest

from survey.drift import Difference
from tpa.drift_views import discreet, text

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
