"""A list that becomes another one: its style stays, and comments stay with what they are about."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.tpa.files.editing.lists import HEAD, TAIL, Entry, Written, written
from tpa.files.editing import append_at, remove_at, set_at

LIST = ("list",)
NEW = ["new:scope", "it's new", 7, False, "x # y"]


@settings(max_examples=200, deadline=None)
@given(written(), some.data())
def test_another_list(before: Written, data: some.DataObject) -> None:
    kept = data.draw(some.lists(some.sampled_from(before.entries), unique=True))
    new = data.draw(some.lists(some.sampled_from(NEW), unique_by=repr, max_size=2))
    wanted = data.draw(some.permutations([*(entry.value for entry in kept), *new]))
    check(before, set_at(before.text, LIST, wanted), wanted)


@settings(max_examples=100, deadline=None)
@given(written(), some.sampled_from(NEW))
def test_one_more(before: Written, new: object) -> None:
    wanted = [*(entry.value for entry in before.entries), new]
    check(before, append_at(before.text, LIST, new), wanted)


@settings(max_examples=100, deadline=None)
@given(written(), some.data())
def test_one_less(before: Written, data: some.DataObject) -> None:
    at = data.draw(some.integers(0, len(before.entries) - 1))
    wanted = [entry.value for n, entry in enumerate(before.entries) if n != at]
    check(before, remove_at(before.text, (*LIST, at)), wanted)


def check(before: Written, after: str, wanted: list[Any]) -> None:
    """The data are as wanted; no line is changed or moved away from the one it speaks of."""
    old, new = yaml.safe_load(before.text), yaml.safe_load(after)
    assert [*map(repr, new.pop("list"))] == [*map(repr, wanted)]
    assert new == {key: value for key, value in old.items() if key != "list"}
    assert after.count("\n") == after.count(before.ends)
    assert after.replace("\r\n", "\n").startswith(HEAD)
    assert ("other" in old) == after.replace("\r\n", "\n").endswith(TAIL)
    lines = [bare(line) for line in after.split(before.ends)]
    for entry, group in zip(before.entries, before.groups, strict=False):
        if stays(entry, wanted):
            at = lines.index(bare(group[-1])) + 1
            assert lines[at - len(group) : at] == [*map(bare, group)]
        else:
            assert not [line for line in lines for comment in group[:-1] if bare(comment) in line]
            assert not entry.behind or entry.behind not in after
    if not before.groups:
        assert all(entry.words in after for entry in before.entries if stays(entry, wanted))
        assert len(lines) == len(before.text.split(before.ends))


def stays(entry: Entry, wanted: list[Any]) -> bool:
    return repr(entry.value) in map(repr, wanted)


def bare(line: str) -> str:
    """Without commas: the last one in brackets gets one when others follow."""
    return line.replace(",", "")
