"""Entries of a list or mapping: which stay, go or move, and which comments are about them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from tpa.files.editing.positions import Place, end_of, last_line


@dataclass(frozen=True)
class Between:
    """Lines between two entries: about the one above, about neither, about the one below."""

    above: str = ""
    neither: str = ""
    below: str = ""


def idle(line: str) -> bool:
    """Whether a line that is not inside of a value is a comment, or empty."""
    return line.lstrip()[:1] in ("", "#")


def divided(lines: Sequence[str], column: int | None, *, last: bool) -> Between:
    """Lines below an entry, and above the next one unless it is the last.

    Args:
        column: a comment to the right of it is about the entry above; None: none is.

    Raises:
        ValueError: there is something else than comments.
    """
    if not all(map(idle, lines)):
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


def idle_lines(text: str, start: int) -> list[str]:
    """The lines from `start` (from 0) on that are comments, or empty."""
    lines = text.splitlines(keepends=True)[start:]
    count = next((at for at, line in enumerate(lines) if not idle(line)), len(lines))
    return lines[:count]


def reach(text: str, entry: Place, *, last: bool) -> int | None:
    """The `column` of `divided` for what is below an entry of a block."""
    nested = isinstance(entry.node, yaml.CollectionNode) and not entry.flow
    behind = text[end_of(entry, text) :].partition("\n")[0]
    return entry.column if last or nested or "#" in behind else None


def line_after(text: str, entry: Place) -> int:
    """The line behind the last entry of a block, and behind the comments about it."""
    after = last_line(entry, text) + 1
    about = divided(idle_lines(text, after), entry.column, last=True).above
    return after + about.count("\n") + (bool(about) and not about.endswith("\n"))


@dataclass(frozen=True)
class Step:
    """What is written next: the entry at `entry`, or else the new value at `value`, or neither.

    `spot`: the entry that stood here; what is around it and is not about it stays here.
    """

    spot: int | None = None
    entry: int | None = None
    value: int | None = None


def arranged(before: Sequence[object], after: Sequence[object]) -> list[Step]:
    """What is in both is kept, at another place where the order is another one.

    `1` and `True` are two values, although Python takes them for one.
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
    """One entry less, the others as they are."""
    return [Step(at, None if at == gone else at) for at in range(count)]


def with_more(count: int, more: int) -> list[Step]:
    """New values behind all entries."""
    return [*(Step(at, at) for at in range(count)), *(Step(value=at) for at in range(more))]
