"""Edits of a YAML text: the lines of one value give way, or new ones are put between the others.

Each edit takes the text, its document and a path, and raises a ValueError, LookupError or TypeError
where the text has an unusual form.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path
from tpa.files.editing.block_style import rebuilt_block
from tpa.files.editing.entries import Step, arranged, line_after, with_more, without
from tpa.files.editing.flow_style import rebuilt_flow
from tpa.files.editing.positions import (
    Place,
    children,
    data,
    end_of,
    find,
    last_line,
    replace_lines,
    replace_range,
)
from tpa.files.editing.rendering import block, indented, inline, item

Edit = Callable[[str, Place, Path], str]


def setting(value: object) -> Edit:
    def edit(text: str, document: Place, path: Path) -> str:
        place = find(document, path)
        rest = path[len(place.path) :]
        return _insert(text, place, rest, value) if rest else _replace(text, place, value)

    return edit


def appending(value: object) -> Edit:
    def edit(text: str, document: Place, path: Path) -> str:
        place = find(document, path)
        items = list(children(place))
        if place.path != path or place.empty or not items:
            return setting([value])(text, document, path)
        if place.flow:
            return _replace(text, place, [*data(place), value])
        return _add_lines(text, place, item(value))

    return edit


def merging(values: Mapping[str, object]) -> Edit:
    """Keys that the mapping does not have yet."""

    def edit(text: str, document: Place, path: Path) -> str:
        place = find(document, path)
        if place.path != path or place.empty or not [*children(place)]:
            return setting(dict(values))(text, document, path)
        return _insert_all(text, place, dict(values))

    return edit


def _insert(text: str, place: Place, rest: Path, value: object) -> str:
    """A key that `place` does not have yet."""
    added = _nested(rest, value)
    known = [*children(place)]
    if place.empty or (not known and place.path and not place.in_flow):
        return _replace(text, place, added)
    return _insert_all(text, place, added)


def _insert_all(text: str, place: Place, added: dict[str, object]) -> str:
    """New keys at the end of a mapping."""
    if not isinstance(place.node, yaml.MappingNode):
        raise TypeError(place.path)
    if not place.flow:
        return _add_lines(text, place, block(added))
    words = inline(added)[1:-1]
    count = len(place.node.value)
    if not count:
        start = place.node.start_mark.index + 1
        return replace_range(text, start, start, words)
    try:
        return rebuilt_flow(text, place, with_more(count, 1), [words])
    except ValueError:
        return _replace(text, place, {**data(place), **added})


def _replace(text: str, place: Place, value: object) -> str:
    """Another value for what is there."""
    start, end = place.node.start_mark.index, end_of(place, text)
    if place.parent is None:
        return block(value)
    if place.in_flow:
        return replace_range(text, start, end, f"{' ' if place.empty else ''}{inline(value)}")
    if place.key is None:
        new = indented(item(value), place.column)
        return replace_lines(text, place.first.line, _after(text, place), new)
    head, _, below = block({"key": value}).partition("\n")
    colon = text.index(":", place.key.end_mark.index) + 1
    # What is written below the key's line goes first: positions above it stay true. Comments there
    # are about what gives way.
    own_line = place.node.start_mark.line == place.first.line
    after = last_line(place, text) + 1 if own_line else _after(text, place)
    first = after if own_line else place.key.end_mark.line + 1
    text = replace_lines(text, first, after, indented(below, place.column))
    return replace_range(text, colon, max(colon, end) if own_line else colon, head[len("key:") :])


def removing(text: str, document: Place, path: Path) -> str:
    """What `dropping` can't do."""
    place = find(document, path)
    outer = place.parent
    if place.path != path or outer is None:
        raise LookupError(path)
    siblings = [*children(outer)]
    at = [sibling.path for sibling in siblings].index(path)
    if outer.flow or len(siblings) == 1:
        return _replace(text, outer, _without(outer, at))
    if at == 0 and place.key is not None and text[: place.first.index].endswith("- "):
        return replace_range(text, place.first.index, siblings[1].first.index, "")
    return replace_lines(text, place.first.line, _after(text, place), "")


def _without(place: Place, gone: int) -> Any:
    known = data(place)
    if isinstance(known, dict):
        return {key: value for at, (key, value) in enumerate(known.items()) if at != gone}
    return [value for at, value in enumerate(known) if at != gone]


def _after(text: str, place: Place) -> int:
    """The line behind it, and behind the comments on what is in it."""
    inner = [*children(place)] if not place.flow else []
    return line_after(text, inner[-1]) if inner else last_line(place, text) + 1


def _add_lines(text: str, place: Place, lines: str) -> str:
    """At the end of a block, before comments that follow it."""
    after = line_after(text, [*children(place)][-1])
    return replace_lines(text, after, after, indented(lines, place.node.start_mark.column))


def _nested(path: Path, value: object) -> Any:
    if not all(isinstance(part, str) for part in path):
        raise TypeError(path)
    for part in reversed(path):
        value = {part: value}
    return value


def rearranging(value: object) -> Edit:
    """A list becomes another one: what is in both stays as it is written."""

    def edit(text: str, document: Place, path: Path) -> str:
        place = _filled(document, path)
        if not isinstance(value, list | tuple):
            raise TypeError(path)
        return _rebuilt(text, place, arranged(data(place), value), value)

    return edit


def adding(value: object) -> Edit:
    """One more item of a list."""

    def edit(text: str, document: Place, path: Path) -> str:
        place = _filled(document, path)
        return _rebuilt(text, place, with_more(len(place.node.value), 1), [value])

    return edit


def dropping(text: str, document: Place, path: Path) -> str:
    """An item or a key less; others stay."""
    place = find(document, path)
    if place.path != path or place.parent is None:
        raise LookupError(path)
    siblings = [each.path for each in children(place.parent)]
    if len(siblings) == 1:
        raise ValueError(path)
    steps = without(len(siblings), siblings.index(path))
    return _rebuilt(text, place.parent, steps, ())


def _filled(document: Place, path: Path) -> Place:
    """A list with something in it."""
    place = find(document, path)
    if place.path != path or not isinstance(place.node, yaml.SequenceNode) or not place.node.value:
        raise LookupError(path)
    return place


def _rebuilt(text: str, place: Place, steps: Sequence[Step], values: Sequence[object]) -> str:
    if all(step.entry is None and step.value is None for step in steps):
        raise ValueError(place.path)  # with nothing in it, a list is written in another form
    if place.flow:
        return rebuilt_flow(text, place, steps, [inline(value) for value in values])
    return rebuilt_block(text, place, steps, [item(value) for value in values])
