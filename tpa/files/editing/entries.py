"""Entries of a list or mapping: which are kept, removed or moved, and whose comments are whose."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from tpa.files.editing.positions import Element, end_of, last_line


@dataclass(frozen=True)
class Between:
    """Comment lines between two entries: of the entry above, of neither, of the entry below."""

    above: str = ""
    neither: str = ""
    below: str = ""


def is_comment_or_empty(line: str) -> bool:
    """Whether a line outside of values is a comment, or empty."""
    return line.lstrip()[:1] in ("", "#")


def divided(lines: Sequence[str], column: int | None, *, last: bool) -> Between:
    """Divides the lines below an entry, and above the next one unless it is the last.

    Args:
        column: a comment further to the right belongs to the entry above; None: no comment does.

    Raises:
        ValueError: a line is no comment.
    """
    if not all(map(is_comment_or_empty, lines)):
        raise ValueError("an unusual form")
    above = 0
    for at, line in enumerate(lines) if column is not None else ():
        words = line.lstrip()
        if words and len(line) - len(words) <= (column or 0):
            break
        above = at + 1 if words else above
    below = len(lines)
    while not last and below > above and lines[below - 1].strip():
        below -= 1
    return Between("".join(lines[:above]), "".join(lines[above:below]), "".join(lines[below:]))


def comment_lines(text: str, start: int) -> list[str]:
    """The lines that follow line `start` (from 0), as long as they are comments, or empty."""
    lines = text.splitlines(keepends=True)[start:]
    count = next((at for at, line in enumerate(lines) if not is_comment_or_empty(line)), len(lines))
    return lines[:count]


def comment_column(text: str, entry: Element, *, last: bool) -> int | None:
    """The `column` of `divided` for the lines below an entry of a block."""
    nested = isinstance(entry.node, yaml.CollectionNode) and not entry.flow
    behind = text[end_of(entry, text) :].partition("\n")[0]
    return entry.column if last or nested or "#" in behind else None


def line_after(text: str, entry: Element) -> int:
    """The line after the last entry of a block, and after the comments of that entry."""
    after = last_line(entry, text) + 1
    about = divided(comment_lines(text, after), entry.column, last=True).above
    return after + about.count("\n") + (bool(about) and not about.endswith("\n"))


@dataclass(frozen=True)
class Step:
    """What is written next: the old entry number `entry`, or the new value number `value`, or
    neither. `spot`: the number of the old entry here; comments of no entry stay at their spot.
    """

    spot: int | None = None
    entry: int | None = None
    value: int | None = None


def arranged(before: Sequence[object], after: Sequence[object]) -> list[Step]:
    """Steps from one list to another: what is in both is kept, and moved where the order differs.

    `1` and `True` are two values, although they are equal in Python.
    """
    old, new = [*map(repr, before)], [*map(repr, after)]
    compared = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    spare: dict[str, list[int]] = defaultdict(list)
    for tag, start, end, _, _ in compared:
        for at in range(start, end) if tag != "equal" else ():
            spare[old[at]].append(at)
    steps = []
    for tag, start, end, first, after_last in compared:
        if tag == "equal":
            steps += [Step(at, at) for at in range(start, end)]
            continue
        steps += [Step(at) for at in range(start, end)]
        for at in range(first, after_last):
            moved = spare[new[at]]
            steps.append(Step(entry=moved.pop(0)) if moved else Step(value=at))
    return steps


def without(count: int, gone: int) -> list[Step]:
    """Steps that remove one entry."""
    return [Step(at, None if at == gone else at) for at in range(count)]


def with_more(count: int, more: int) -> list[Step]:
    """Steps that add new values at the end."""
    return [*(Step(at, at) for at in range(count)), *(Step(value=at) for at in range(more))]
