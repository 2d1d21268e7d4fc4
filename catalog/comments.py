"""What the comments between the entries of a list or mapping are about.

A comment behind an entry is about it, and so are the lines directly above it. Lines below it that
are further to the right go on about it: about what is in it, or with the words behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from catalog.places import Place, end_of, last_line


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
