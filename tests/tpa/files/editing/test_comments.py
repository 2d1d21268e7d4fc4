"""Where comments are after an edit: never beside something that they are not about."""

import pytest
import yaml

from tests.tpa.files.editing.edits import changed
from tpa.files.editing import Unwritable, append_at, remove_at, set_at

SCOPES = """\
# words at the top
scopes: # what it may do
  # of the list

  # reading, OPS-1
  - read:orders # needed by the cart
    # and by the shop
  - read:prices
  # the end
# of the next key
other: 1
"""
GRANTS = """\
grants: [
  {api: orders}, # daily
  # at night
  {api: prices} # nightly
]
"""
NESTED = """\
grants:
  - api: orders
    scopes:
      - read:orders
      # write later
  # no more than these
name: x
"""
WRAPPED = "scopes: [a, b,\n  c, d] # all\n"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        (SCOPES, ["read:orders", "read:prices", "x"], ["+  - x"]),
        (
            SCOPES,
            ["read:prices", "x"],
            [
                "-  # reading, OPS-1",
                "-  - read:orders # needed by the cart",
                "-    # and by the shop",
                "+  - x",
            ],
        ),
        (SCOPES, ["read:orders"], ["-  - read:prices"]),
        (SCOPES, ["x", "read:orders", "read:prices"], ["+  - x"]),
        (SCOPES, ["read:prices", "read:orders"], ["-  - read:prices", "+  - read:prices"]),
        (WRAPPED, ["a", "c", "d"], ["-scopes: [a, b,", "+scopes: [a,"]),
        (WRAPPED, ["a", "b", "c", "d", "e"], ["-  c, d] # all", "+  c, d, e] # all"]),
        ("scopes: [a, b,] # all\n", ["a"], ["-scopes: [a, b,] # all", "+scopes: [a,] # all"]),
        ("scopes: [a, # one\n  b]\n", ["a"], ["-  b]", "+  ]"]),
    ],
)
def test_a_list_changes_by_its_items(text: str, value: object, expected: list[str]) -> None:
    assert changed(text, set_at(text, ("scopes",), value)) == expected


def test_a_comment_goes_with_a_grant_in_brackets_and_not_to_another() -> None:
    fewer = remove_at(GRANTS, ("grants", 1))
    assert fewer == "grants: [\n  {api: orders}, # daily\n]\n"
    assert append_at(fewer, ("grants",), {"api": "x"}) == (
        "grants: [\n  {api: orders}, # daily\n  {api: x},\n]\n"
    )
    assert append_at(GRANTS, ("grants",), {"api": "x"}) == GRANTS.replace(
        "{api: prices} # nightly\n", "{api: prices}, # nightly\n  {api: x}\n"
    )


def test_what_is_said_inside_of_a_grant_does_not_come_under_a_new_one() -> None:
    after = append_at(NESTED, ("grants",), {"api": "prices"})
    assert changed(NESTED, after) == ["+  - api: prices"]
    assert "# write later\n  - api: prices\n  # no more than these\n" in after
    inside = set_at(NESTED, ("grants", 0, "subject_type"), "user")
    assert "# write later\n    subject_type: user\n" in inside


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        (
            "rate: {action: log, limit: 100} # x\n",
            {"action": "block", "limit": 100},
            "rate: {action: block, limit: 100} # x\n",
        ),
        (
            "rate: {\n  action: log, # x\n  limit: 100 # y\n}\n",
            {"action": "log", "limit": 5, "new": "z"},
            "rate: {\n  action: log, # x\n  limit: 5, # y\n  new: z\n}\n",
        ),
        (
            "rate: {\n  action: log, # x\n  limit: 100 # y\n}\n",
            {"action": "log"},
            "rate: {\n  action: log, # x\n}\n",
        ),
        (
            "rate:\n  # which\n  action: log # x\n  # how many\n  limit: 100\n",
            {"action": "block"},
            "rate:\n  # which\n  action: block # x\n",
        ),
    ],
)
def test_a_mapping_changes_by_its_keys(text: str, value: object, expected: str) -> None:
    assert set_at(text, ("rate",), value) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "# the file\n\n# of b\nb:\n  c: 1\n  # in b\n# of d\nd: 2\n"),
        (("b",), "# the file\n\n# of a\na: 1\n# of d\nd: 2\n"),
        (("d",), "# the file\n\n# of a\na: 1\n# of b\nb:\n  c: 1\n  # in b\n"),
    ],
)
def test_the_comments_on_a_key_go_with_it(path: tuple[str, ...], expected: str) -> None:
    text = "# the file\n\n# of a\na: 1\n# of b\nb:\n  c: 1\n  # in b\n# of d\nd: 2\n"
    assert remove_at(text, path or ("a",)) == expected


def test_the_words_at_the_top_of_a_file_stay() -> None:
    assert remove_at("# $schema=x\na: 1\nb: 2\n", ("a",)) == "# $schema=x\nb: 2\n"
    assert remove_at("---\n# top\na: 1\n# of b\nb: 2\n", ("b",)) == "---\n# top\na: 1\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (SCOPES, []),
        (SCOPES, "all"),
        ("scopes: [a # one\n  , b]\nother: 1\n", ["a", "c"]),
        ("- - a\n  # one\n  - b\n", ["b"]),
    ],
)
def test_what_is_written_anew_has_no_comments_of_the_old(text: str, value: object) -> None:
    path = (0,) if text.startswith("-") else ("scopes",)
    after = set_at(text, path, value)
    assert yaml.safe_load(after) in ({"scopes": value, "other": 1}, [value])
    for gone in ("OPS-1", "cart", "shop", "of the list", "one"):
        assert gone not in after


@pytest.mark.parametrize("text", ["a: &x [1, 2]\nb: *x\n", "a: &x\n  - 1\n  - 2\nb: *x\n"])
def test_what_stands_at_two_places_is_not_changed_at_both(text: str) -> None:
    with pytest.raises(Unwritable):
        set_at(text, ("a",), [1, 2, 3])


def test_a_text_has_no_keys() -> None:
    with pytest.raises(Unwritable):
        set_at("a: text\n", ("a", "b"), 1)


def test_a_number_is_not_taken_for_a_flag() -> None:
    assert set_at("a: [1, 0]\n", ("a",), [True, False]) == "a: [true, false]\n"
    assert set_at("a: {b: 1}\n", ("a", "b"), True) == "a: {b: true}\n"


def test_a_colon_in_front_is_quoted_in_brackets() -> None:
    assert append_at("a: [x]\n", ("a",), ":y") == "a: [x, ':y']\n"
