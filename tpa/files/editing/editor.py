"""Changes to the project's YAML files that leave every other line as it is, byte for byte.

A round trip through a YAML library rewrites the whole file, and takes a comment above a key for one
of the key before it. So an edit replaces only the lines of its value; the result is parsed again,
and its data must be exactly what was asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path, field_name
from tpa.files.editing.elements import entry_text, whole
from tpa.files.editing.splicing import (
    Edit,
    appending,
    dropping,
    merging,
    rearranging,
    removing,
    setting,
)

MISTAKES = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What an edit raises where it does not know the form of the text."""


class Unwritable(Exception):
    """A text that a program can't edit: it has anchors, several documents, or is no YAML."""


def set_at(text: str, path: Path, value: object) -> str:
    """The text with `value` at `path`; missing mappings on the way are added.

    Args:
        path: keys and list positions, as `Problem`s and `Document`s have them.
        value: texts, numbers, lists, mappings; None: the key without a value.

    Raises:
        Unwritable: it has to be done by hand.
    """
    try:
        return _entry_by_entry(text, path, value)
    except Unwritable:
        edits = rearranging(value), setting(value)
        return _checked(text, path, edits, lambda data: _with(data, path, value))


def append_at(text: str, path: Path, value: object) -> str:
    """The text with one more item at the end of the list at `path`, which is added if missing.

    Raises:
        Unwritable: it has to be done by hand.
    """

    def after(data: Any) -> Any:
        return _with(data, path, [*(_at(data, path) or ()), value])

    return _checked(text, path, (appending(value),), after)


def merge_at(text: str, path: Path, values: Mapping[str, object]) -> str:
    """The text with more keys in the mapping at `path`, which is added if missing.

    Raises:
        Unwritable: it has to be done by hand.
    """

    def after(data: Any) -> Any:
        return _with(data, path, {**(_at(data, path) or {}), **values})

    return _checked(text, path, (merging(values),), after)


def remove_at(text: str, path: Path) -> str:
    """The text without the key or item at `path`; its list or mapping stays, even when empty.

    Its comments are removed too: after it, directly above it, and further to the right below it.

    Raises:
        Unwritable: there is no such key or item, or it has to be done by hand.
    """
    return _checked(text, path, (dropping, removing), lambda data: _without(data, path))


def entry_at(text: str, path: Path, key: str) -> str:
    """The lines of a key with its value and their comments, from the first column on; the key is
    replaced by another, and no value by an empty mapping.

    Raises:
        Unwritable: it is in brackets, or of another form that has no lines of its own.
    """
    try:
        taken = entry_text(text, path, key)
        if _same(yaml.safe_load(taken), {key: _at(yaml.safe_load(text), path) or {}}):
            return taken
    except MISTAKES:
        pass
    raise _by_hand(path)


def _entry_by_entry(text: str, path: Path, value: object) -> str:
    """Changes only the entries of a mapping that differ; the others stay as they are written."""
    wanted = _plain(value)
    try:
        known = _at(yaml.safe_load(text), path)
    except MISTAKES:
        raise _by_hand(path) from None
    if known is not None and _same(known, wanted):
        return text
    if not (isinstance(known, dict) and isinstance(wanted, dict) and known and wanted):
        raise _by_hand(path)
    for key, each in wanted.items():
        text = set_at(text, (*path, key), each)
    for key in known:
        text = text if key in wanted else remove_at(text, (*path, key))
    return text


def _checked(text: str, path: Path, edits: Sequence[Edit], after: Callable[[Any], Any]) -> str:
    """The result of the first edit that has the wanted data."""
    for edit in edits:
        try:
            expected = _plain(after(yaml.safe_load(text)))
            changed = edit(text, whole(text), path)
            if _same(yaml.safe_load(changed), expected):
                return changed
        except MISTAKES:
            continue
    raise _by_hand(path)


def _by_hand(path: Path) -> Unwritable:
    return Unwritable(f"{field_name(path)} can't be changed by a program here; edit it by hand")


def _same(one: Any, other: Any) -> bool:
    """Equal, and of the same types: `1` is not `true`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _plain(value: Any) -> Any:
    """The data as YAML would read it: lists instead of tuples."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _at(data: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for part in path:
        data = data.get(part) if isinstance(data, dict) else data[part] if data else None
    return data


def _with(data: Any, path: Path, value: object) -> Any:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        return [_with(item, rest, value) if i == head else item for i, item in enumerate(data)]
    known = data or {}
    return {**known, head: _with(known.get(head), rest, value)}


def _without(data: Any, path: Path) -> Any:
    head, rest = path[0], path[1:]
    if rest:
        return _with(data, (head,), _without(_at(data, (head,)), rest))
    if isinstance(head, int):
        return [item for i, item in enumerate(data) if i != head]
    return {key: value for key, value in data.items() if key != head}
