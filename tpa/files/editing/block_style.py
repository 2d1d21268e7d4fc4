"""Lists and mappings in lines: entries go, come and move, each with the comments about it."""

from collections.abc import Sequence
from itertools import pairwise

import yaml

from tpa.files.editing.entries import Between, Step, divided, idle, idle_lines, reach
from tpa.files.editing.positions import Place, children, last_line
from tpa.files.editing.rendering import indented


def rebuilt_block(text: str, place: Place, steps: Sequence[Step], fresh: Sequence[str]) -> str:
    """The text with the entries of `steps`; `fresh` are the lines of new ones.

    Raises:
        ValueError: an unusual form.
    """
    entries = [*children(place)]
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if "\r\n" in text else "\n"
    kept = {step.entry for step in steps}
    around = _around(text, place, entries)
    column = place.node.start_mark.column
    bodies = []
    for at, entry in enumerate(entries):
        first = entry.first.line
        if at not in kept or isinstance(place.node, yaml.SequenceNode):
            _check_start(lines[first], place, column)
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


def _check_start(line: str, place: Place, column: int) -> None:
    """An entry that is to go begins its line."""
    dash = line[column : column + 1] == "-" or isinstance(place.node, yaml.MappingNode)
    if line[:column].strip() or not dash:
        raise ValueError(place.path)


def _around(text: str, place: Place, entries: Sequence[Place]) -> list[Between]:
    """What is above the first entry, between them, and below the last."""
    lines = text.splitlines(keepends=True)
    above = _head(place, entries[0], lines)
    found = [divided(lines[above : entries[0].first.line], None, last=False)]
    if place.parent is None and not found[0].neither.strip():
        # The words at the top of a file are about all of it.
        found = [Between(neither=found[0].neither + found[0].below)]
    for entry, following in pairwise(entries):
        between = lines[last_line(entry, text) + 1 : following.first.line]
        found.append(divided(between, reach(text, entry, last=False), last=False))
    below = idle_lines(text, last_line(entries[-1], text) + 1)
    return [*found, divided(below, reach(text, entries[-1], last=True), last=True)]


def _head(place: Place, first: Place, lines: Sequence[str]) -> int:
    """The line where what is above the first entry begins."""
    start = int(first.first.line)
    if place.parent is None:  # not with `---`
        return max((at + 1 for at in range(start) if not idle(lines[at])), default=0)
    return place.key.end_mark.line + 1 if place.key is not None else start


def _count(between: Between) -> int:
    return len(f"{between.neither}{between.below}".splitlines())
