"""Lists and mappings in lines: entries are removed, added and moved, with their comments."""

from collections.abc import Sequence
from itertools import pairwise

import yaml

from tpa.files.editing.entries import (
    Between,
    Step,
    comment_column,
    comment_lines,
    divided,
    is_comment_or_empty,
)
from tpa.files.editing.positions import Element, children, last_line
from tpa.files.editing.rendering import indented


def rebuilt_block(text: str, element: Element, steps: Sequence[Step], fresh: Sequence[str]) -> str:
    """The text with the entries of `steps`; `fresh` are the lines of new entries.

    Raises:
        ValueError: an unusual form.
    """
    entries = [*children(element)]
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if "\r\n" in text else "\n"
    kept = {step.entry for step in steps}
    around = _around(text, element, entries)
    column = element.node.start_mark.column
    bodies = []
    for at, entry in enumerate(entries):
        first = entry.first.line
        if at not in kept or isinstance(element.node, yaml.SequenceNode):
            _check_start(lines[first], element, column)
        body = "".join(lines[first : last_line(entry, text) + 1])
        bodies.append(f"{around[at].below}{body}{around[at + 1].above}")

    pieces = [around[0].neither]
    for step in steps:
        if step.spot:
            pieces.append(around[step.spot].neither)
        if step.entry is not None:
            pieces.append(bodies[step.entry])
        elif step.value is not None:
            pieces.append(indented(fresh[step.value], column).replace("\n", ending))
    pieces = [piece for piece in pieces if piece]
    closed = [piece if piece.endswith("\n") else piece + ending for piece in pieces[:-1]]
    first = entries[0].first.line - _count(around[0])
    after = last_line(entries[-1], text) + 1 + len(around[-1].above.splitlines())
    return "".join([*lines[:first], *closed, *pieces[-1:], *lines[after:]])


def _check_start(line: str, element: Element, column: int) -> None:
    """An entry that is removed must begin its line."""
    dash = line[column : column + 1] == "-" or isinstance(element.node, yaml.MappingNode)
    if line[:column].strip() or not dash:
        raise ValueError(element.path)


def _around(text: str, element: Element, entries: Sequence[Element]) -> list[Between]:
    """The comments above the first entry, between the entries, and below the last one."""
    lines = text.splitlines(keepends=True)
    above = _head(element, entries[0], lines)
    found = [divided(lines[above : entries[0].first.line], None, last=False)]
    if element.parent is None and not found[0].neither.strip():
        # A comment at the top of a file is about the whole file.
        found = [Between(neither=found[0].neither + found[0].below)]
    for entry, following in pairwise(entries):
        between = lines[last_line(entry, text) + 1 : following.first.line]
        found.append(divided(between, comment_column(text, entry, last=False), last=False))
    below = comment_lines(text, last_line(entries[-1], text) + 1)
    return [*found, divided(below, comment_column(text, entries[-1], last=True), last=True)]


def _head(element: Element, first: Element, lines: Sequence[str]) -> int:
    """The first line of the comments above the first entry."""
    start = int(first.first.line)
    if element.parent is None:  # not with `---`
        return max((at + 1 for at in range(start) if not is_comment_or_empty(lines[at])), default=0)
    return element.key.end_mark.line + 1 if element.key is not None else start


def _count(between: Between) -> int:
    return len(f"{between.neither}{between.below}".splitlines())
