"""The elements of a YAML text: where they are, whose comments are whose, which are kept or moved.

Positions come from PyYAML's nodes. A node of block style ends only at the next token, so its last
line is that of the last element in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path


@dataclass(frozen=True)
class Element:
    """The value at a path. `key` is None for an item of a list, and for the whole document."""

    path: Path
    node: yaml.Node
    key: yaml.Node | None = None
    parent: "Element | None" = None

    @property
    def in_flow(self) -> bool:
        """Whether it is inside of brackets."""
        outer = self.parent
        return outer is not None and (outer.flow or outer.in_flow)

    @property
    def flow(self) -> bool:
        """Whether it is a mapping or list in brackets."""
        return isinstance(self.node, yaml.CollectionNode) and bool(self.node.flow_style)

    @property
    def empty(self) -> bool:
        """Whether it is a key without a value."""
        return self.node.start_mark.index == self.node.end_mark.index

    @property
    def column(self) -> int:
        """The column of its key, or of its dash."""
        if self.key is not None:
            return int(self.key.start_mark.column)
        return int(self.parent.node.start_mark.column) if self.parent else 0

    @property
    def first(self) -> yaml.Mark:
        """The mark where it begins: at its key, or at its value in a list."""
        return (self.key or self.node).start_mark


def whole(text: str) -> Element:
    """The element of the whole document.

    Raises:
        yaml.YAMLError, ValueError: it is no document, or an empty one.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise ValueError("there is nothing in it")
    return Element((), node)


def children(element: Element) -> Iterator[Element]:
    """The values of a mapping, or the items of a list."""
    if isinstance(element.node, yaml.MappingNode):
        for key, value in element.node.value:
            yield Element((*element.path, str(key.value)), value, key, element)
    elif isinstance(element.node, yaml.SequenceNode):
        for index, value in enumerate(element.node.value):
            yield Element((*element.path, index), value, None, element)


def data(element: Element) -> Any:
    return yaml.constructor.SafeConstructor().construct_document(element.node)


def find(element: Element, path: Path) -> Element:
    """The deepest element on the way to `path` that exists."""
    for child in children(element):
        if child.path == path[: len(child.path)]:
            return find(child, path)
    return element


def last_line(element: Element, text: str) -> int:
    """The line (from 0) on which it ends; comments after it are not a part of it."""
    node = element.node
    if isinstance(node, yaml.CollectionNode) and not element.flow:
        return max(last_line(child, text) for child in children(element))
    if element.empty:
        return int(node.start_mark.line)
    return len(text[: end_of(element, text)].splitlines()) - 1


def end_of(element: Element, text: str) -> int:
    """The position after its last character."""
    end = int(element.node.end_mark.index)
    # A text in lines of its own (`|`) ends only where the next token begins.
    return len(text[:end].rstrip()) if getattr(element.node, "style", "") in ("|", ">") else end


def replace_range(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def replace_lines(text: str, first: int, after: int, new: str) -> str:
    """Replaces the lines `first` up to `after` (not included) by `new`: whole lines, or nothing."""
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if "\r\n" in text else "\n"
    if new and first and not lines[first - 1].endswith("\n"):
        lines[first - 1] += ending
    return "".join([*lines[:first], new.replace("\n", ending), *lines[after:]])


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


def entry_text(text: str, path: Path, key: str) -> str:
    """The lines of an entry of a block and of its comments, from the first column on, under another
    key.

    Raises:
        ValueError: it has no lines of its own.
    """
    entry = find(whole(text), path)
    if entry.path != path or entry.key is None or entry.parent is None or entry.parent.flow:
        raise ValueError("an unusual form")
    lines = text.splitlines(keepends=True)
    first = int(entry.key.start_mark.line)
    before = [each for each in children(entry.parent) if each.first.line < first]
    start = last_line(before[-1], text) + 1 if before else int(entry.parent.first.line) + 1
    column = comment_column(text, before[-1], last=False) if before else None
    above = divided(lines[start:first], column, last=False).below
    behind = lines[first][int(entry.key.end_mark.column) :]
    if entry.empty:
        behind = behind.replace(":", ": {}", 1)
    rest = [each[entry.column :] for each in lines[first + 1 : line_after(text, entry)]]
    comments = [each[entry.column :] for each in above.splitlines(keepends=True)]
    return "".join([*comments, f"{key}{behind}", *rest])


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


def with_more(count: int) -> list[Step]:
    """Steps that add a new value at the end."""
    return [*(Step(at, at) for at in range(count)), Step(value=0)]
