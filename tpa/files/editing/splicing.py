"""Edits of a YAML text: the lines of one value are replaced, or new lines are inserted.

Each edit takes the text, its document and a path, and raises a ValueError, LookupError or TypeError
where the text has a form that it does not know.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path
from tpa.files.editing.elements import (
    Element,
    Step,
    arranged,
    children,
    data,
    end_of,
    find,
    last_line,
    line_after,
    replace_lines,
    replace_range,
    with_more,
    without,
)
from tpa.files.editing.rebuilding import rebuilt_block, rebuilt_flow
from tpa.files.editing.rendering import block, indented, inline, item

Edit = Callable[[str, Element, Path], str]


def setting(value: object) -> Edit:
    def edit(text: str, document: Element, path: Path) -> str:
        element = find(document, path)
        rest = path[len(element.path) :]
        return _insert(text, element, rest, value) if rest else _replace(text, element, value)

    return edit


def appending(value: object) -> Edit:
    def edit(text: str, document: Element, path: Path) -> str:
        element = find(document, path)
        if element.path != path or not [*children(element)]:
            return setting([value])(text, document, path)
        if not isinstance(element.node, yaml.SequenceNode):
            raise TypeError(path)
        return _rebuilt(text, element, with_more(len(element.node.value)), [value])

    return edit


def merging(values: Mapping[str, object]) -> Edit:
    """Adds keys that the mapping does not have yet."""

    def edit(text: str, document: Element, path: Path) -> str:
        element = find(document, path)
        if element.path != path or element.empty or not [*children(element)]:
            return setting(dict(values))(text, document, path)
        return _insert_all(text, element, dict(values))

    return edit


def _insert(text: str, element: Element, rest: Path, value: object) -> str:
    """Adds a key that `element` does not have yet."""
    added = _nested(rest, value)
    known = [*children(element)]
    if element.empty or (not known and element.path and not element.in_flow):
        return _replace(text, element, added)
    return _insert_all(text, element, added)


def _insert_all(text: str, element: Element, added: dict[str, object]) -> str:
    """Adds keys at the end of a mapping."""
    if not isinstance(element.node, yaml.MappingNode):
        raise TypeError(element.path)
    if not element.flow:
        return _add_lines(text, element, block(added))
    pairs = inline(added)[1:-1]
    count = len(element.node.value)
    if not count:
        start = element.node.start_mark.index + 1
        return replace_range(text, start, start, pairs)
    return rebuilt_flow(text, element, with_more(count), [pairs])


def _replace(text: str, element: Element, value: object) -> str:
    """Replaces the value that is there."""
    start, end = element.node.start_mark.index, end_of(element, text)
    if element.parent is None:
        return block(value)
    if element.in_flow:
        return replace_range(text, start, end, f"{' ' if element.empty else ''}{inline(value)}")
    if element.key is None:
        new = indented(item(value), element.column)
        return replace_lines(text, element.first.line, _after(text, element), new)
    head, _, below = block({"key": value}).partition("\n")
    colon = text.index(":", element.key.end_mark.index) + 1
    # Lines below that of the key are replaced first, so that positions above them stay valid.
    # Comments there belong to the old value.
    own_line = element.node.start_mark.line == element.first.line
    after = last_line(element, text) + 1 if own_line else _after(text, element)
    first = after if own_line else element.key.end_mark.line + 1
    text = replace_lines(text, first, after, indented(below, element.column))
    return replace_range(text, colon, max(colon, end) if own_line else colon, head[len("key:") :])


def removing(text: str, document: Element, path: Path) -> str:
    """Removes a key or an item where `dropping` can't."""
    element = find(document, path)
    outer = element.parent
    if element.path != path or outer is None:
        raise LookupError(path)
    siblings = [*children(outer)]
    at = [sibling.path for sibling in siblings].index(path)
    if outer.flow or len(siblings) == 1:
        return _replace(text, outer, _without(outer, at))
    if at == 0 and element.key is not None and text[: element.first.index].endswith("- "):
        return replace_range(text, element.first.index, siblings[1].first.index, "")
    return replace_lines(text, element.first.line, _after(text, element), "")


def _without(element: Element, gone: int) -> Any:
    known = data(element)
    if isinstance(known, dict):
        return {key: value for at, (key, value) in enumerate(known.items()) if at != gone}
    return [value for at, value in enumerate(known) if at != gone]


def _after(text: str, element: Element) -> int:
    """The line after it, and after the comments of its entries."""
    inner = [*children(element)] if not element.flow else []
    return line_after(text, inner[-1]) if inner else last_line(element, text) + 1


def _add_lines(text: str, element: Element, lines: str) -> str:
    """Adds lines at the end of a block, before comments that follow it."""
    after = line_after(text, [*children(element)][-1])
    return replace_lines(text, after, after, indented(lines, element.node.start_mark.column))


def _nested(path: Path, value: object) -> Any:
    if not all(isinstance(part, str) for part in path):
        raise TypeError(path)
    for part in reversed(path):
        value = {part: value}
    return value


def rearranging(value: object) -> Edit:
    """Replaces a list; entries that are in both stay as they are written."""

    def edit(text: str, document: Element, path: Path) -> str:
        element = find(document, path)
        if not isinstance(value, list | tuple) or not isinstance(element.node, yaml.SequenceNode):
            raise TypeError(path)
        if element.path != path or not element.node.value:
            raise LookupError(path)
        return _rebuilt(text, element, arranged(data(element), value), value)

    return edit


def dropping(text: str, document: Element, path: Path) -> str:
    """Removes an item or a key; the others stay as they are written."""
    element = find(document, path)
    if element.path != path or element.parent is None:
        raise LookupError(path)
    siblings = [each.path for each in children(element.parent)]
    if len(siblings) == 1:
        raise ValueError(path)
    steps = without(len(siblings), siblings.index(path))
    return _rebuilt(text, element.parent, steps, ())


def _rebuilt(text: str, element: Element, steps: Sequence[Step], values: Sequence[object]) -> str:
    if all(step.entry is None and step.value is None for step in steps):
        raise ValueError(element.path)  # an empty list is written in another form
    if element.flow:
        return rebuilt_flow(text, element, steps, [inline(value) for value in values])
    return rebuilt_block(text, element, steps, [item(value) for value in values])
