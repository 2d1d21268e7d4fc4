"""Texts with a list in one of the styles that people write, and comments where there can be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import strategies as some

ITEMS = ("read:orders", "'it: #1'", '"a, b # c"', "com.x:/cb", "12", "true", "1:30", "'[x]'")
HEAD = "name: x # the name\n# about the list, all of it\n"
TAIL = "# about what follows\nother: {a: 1} # kept\n"


@dataclass(frozen=True)
class Style:
    """What is around the lines of a list, and at the beginning of each."""

    opening: str
    start: str
    closing: str = ""
    comma: str = ""

    @property
    def margin(self) -> str:
        return self.start[: len(self.start) - len(self.start.lstrip())]


LINES = (
    Style("list: # behind the key\n", "  - "),
    Style("list:\n", "- "),
    Style("list: # behind the key\n", "    -   "),
    Style("list: [ # behind the bracket\n", "  ", "]\n", ","),
    Style("list:\n  [\n", "    ", "  ] # behind the list\n", ","),
)


@dataclass(frozen=True)
class Entry:
    """An item as it is written, with the comments about it."""

    words: str
    above: str = ""
    behind: str = ""

    @property
    def value(self) -> Any:
        return yaml.safe_load(self.words)

    def lines(self, style: Style, comma: str) -> list[str]:
        above = [f"{style.margin}{self.above}"] if self.above else []
        return [*above, f"{style.start}{self.words}{comma}{self.behind}"]


@dataclass(frozen=True)
class Written:
    """A file with a list at `list`, and the lines of each of its entries; none in one line."""

    text: str
    entries: tuple[Entry, ...]
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def ends(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"


def in_lines(style: Style, entries: Sequence[Entry]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    commas = [*[style.comma] * (len(entries) - 1), ""]
    groups = [tuple(e.lines(style, c)) for e, c in zip(entries, commas, strict=True)]
    lines = "".join(f"{line}\n" for group in groups for line in group)
    return f"{style.opening}{lines}{style.closing}", tuple(groups)


def in_one_line(entries: Sequence[Entry]) -> str:
    return f"list: [{', '.join(entry.words for entry in entries)}] # behind the list\n"


@some.composite
def written(draw: some.DrawFn) -> Written:
    """Also with other line ends, and with nothing behind the last line."""
    style = draw(some.sampled_from([None, *LINES]))
    words = draw(some.lists(some.sampled_from(ITEMS), unique=True, min_size=1, max_size=5))
    entries = tuple(map(Entry, words))
    groups: tuple[tuple[str, ...], ...] = ()
    text = in_one_line(entries)
    if style:
        above = draw(some.sets(some.sampled_from(words)))
        behind = draw(some.sets(some.sampled_from(words)))
        entries = tuple(
            Entry(
                each,
                f"# above {at}, it says" if each in above else "",
                f" # behind {at}, it says" if each in behind else "",
            )
            for at, each in enumerate(words)
        )
        text, groups = in_lines(style, entries)
    text = f"{HEAD}{text}{TAIL}" if draw(some.booleans()) else f"{HEAD}{text}".removesuffix("\n")
    text = text.replace("\n", "\r\n") if draw(some.booleans()) else text
    return Written(text, entries, groups)
