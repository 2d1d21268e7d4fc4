"""Lists and mappings in lines or in brackets: entries are removed, added and moved.

They keep their comments. In brackets an entry stays on its line, shared with others or not, and
commas are set as needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import yaml

from tpa.files.editing.elements import (
    Between,
    Element,
    Step,
    children,
    comment_column,
    comment_lines,
    divided,
    end_of,
    is_comment_or_empty,
    last_line,
    replace_range,
)
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
    first = entries[0].first.line - len(f"{around[0].neither}{around[0].below}".splitlines())
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


@dataclass(frozen=True)
class _Gap:
    """The text between two entries, or between an entry and a bracket.

    `behind`: the rest of the line of the entry before, and its comments on the next lines. `space`:
    blanks before the entry after, at the beginning of a line if `broken`.
    """

    behind: str
    lines: Between
    space: str
    broken: bool


@dataclass(frozen=True)
class _Entry:
    above: str
    space: str
    broken: bool
    body: str
    behind: str


def rebuilt_flow(text: str, element: Element, steps: Sequence[Step], fresh: Sequence[str]) -> str:
    """The text with the entries of `steps`; `fresh` are the texts of new entries.

    Raises:
        ValueError: an unusual form.
    """
    start, end = element.node.start_mark.index, element.node.end_mark.index
    if text[start] not in "[{":
        raise ValueError(element.path)
    ending = "\r\n" if "\r\n" in text else "\n"
    gaps, entries = _read(text, element, (start, end))
    new = _Entry("", entries[-1].space if entries[-1].broken else " ", entries[-1].broken, "", "")
    chosen = [_chosen(step, entries, new, fresh) for step in steps]
    margin = next((each.space for each in reversed(entries) if each.broken), None)
    column = next(children(element)).first.column
    written = _written(gaps, [*zip(steps, chosen, strict=True)], margin or " " * column)
    whole = f"{text[start]}{written}{text[end - 1]}"
    return replace_range(text, start, end, whole.replace("\n", ending))


def _chosen(
    step: Step, entries: Sequence[_Entry], new: _Entry, fresh: Sequence[str]
) -> _Entry | None:
    if step.entry is not None:
        return entries[step.entry]
    return replace(new, body=fresh[step.value]) if step.value is not None else None


def _written(gaps: Sequence[_Gap], steps: Sequence[tuple[Step, _Entry | None]], margin: str) -> str:
    """The text between the brackets; `margin` indents an entry that has to begin a line now."""
    opening, closing = gaps[0], gaps[-1]
    comma_last = "," in _code(closing.behind)
    last = max(at for at, (_, entry) in enumerate(steps) if entry is not None)
    found, behind, comments = "", opening.behind, ""
    for at, (step, chosen) in enumerate(steps):
        comments += gaps[step.spot].lines.neither if step.spot is not None else ""
        if chosen is None:
            continue
        entry = chosen
        if not found and not entry.broken:
            entry = replace(entry, space=opening.space, broken=opening.broken)
        found += behind
        if entry.broken or entry.above or comments or "#" in behind:
            found += f"\n{comments}{entry.above}{entry.space if entry.broken else margin}"
        else:
            found += entry.space
        found += entry.body
        behind, comments = _behind(entry.behind, comma=at != last or comma_last), ""
    comments += closing.lines.neither
    if comments or closing.broken or "#" in behind:
        return f"{found}{behind}\n{comments}{closing.space if closing.broken else margin}"
    return f"{found}{',' if comma_last else ''}{closing.space}"


def _read(text: str, element: Element, ends: tuple[int, int]) -> tuple[list[_Gap], list[_Entry]]:
    spans = [(child.first.index, _end(child, text)) for child in children(element)]
    columns = [None, *(child.first.column for child in children(element))]
    borders = [ends[0] + 1, *(at for span in spans for at in span), ends[1] - 1]
    plain = [text[left:right].replace("\r\n", "\n") for left, right in pairwise(borders)]
    gaps = [
        _gap(gap, column, last=at == len(spans))
        for at, (gap, column) in enumerate(zip(plain[::2], columns, strict=True))
    ]
    if any("," not in _code(gap.behind) for gap in gaps[1:-1]):
        raise ValueError(element.path)
    entries = [
        _Entry(gap.lines.below, gap.space, gap.broken, body, following.behind)
        for gap, body, following in zip(gaps, plain[1::2], gaps[1:], strict=False)
    ]
    if not entries[0].broken:
        entries[0] = replace(entries[0], space=" ")  # when it is not the first any more
    return gaps, entries


def _end(element: Element, text: str) -> int:
    """The end of a value, or of a key without one."""
    key = element.key.end_mark.index if element.key is not None else 0
    return max(int(key), end_of(element, text))


def _gap(gap: str, column: int | None, *, last: bool) -> _Gap:
    here, broken, rest = gap.partition("\n")
    if _code(here).strip() not in ("", ","):
        raise ValueError(gap)
    if not broken:
        cut = here.find(",") + 1
        return _Gap(here[:cut], Between(), here[cut:], broken=False)
    *full, space = rest.split("\n")
    reach = column if last or "#" in here else None
    lines = divided([f"{line}\n" for line in full], reach, last=last)
    if space.strip():
        raise ValueError(gap)
    behind = f"{here}\n{lines.above}"[:-1]
    return _Gap(behind, lines, space, broken=True)


def _code(behind: str) -> str:
    """The text without its comment; outside of values, `#` always begins one."""
    return behind.partition("#")[0].partition("\n")[0]


def _behind(behind: str, *, comma: bool) -> str:
    return behind if "," in _code(behind) or not comma else f",{behind}"
