"""Lists and mappings in brackets: entries are removed, added and moved, with their comments.

An entry stays on its line, shared with others or not; commas are set as needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tpa.files.editing.entries import Between, Step, divided
from tpa.files.editing.positions import Element, children, end_of, replace_range


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
    chosen = [_chosen(step, entries, replace(new, body=_body(step, fresh))) for step in steps]
    margin = next((each.space for each in reversed(entries) if each.broken), None)
    column = next(children(element)).first.column
    written = _written(gaps, [*zip(steps, chosen, strict=True)], margin or " " * column)
    whole = f"{text[start]}{written}{text[end - 1]}"
    return replace_range(text, start, end, whole.replace("\n", ending))


def _body(step: Step, fresh: Sequence[str]) -> str:
    return fresh[step.value] if step.value is not None else ""


def _chosen(step: Step, entries: Sequence[_Entry], new: _Entry) -> _Entry | None:
    if step.entry is not None:
        return entries[step.entry]
    return new if step.value is not None else None


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
