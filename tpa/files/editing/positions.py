"""The positions of the elements of a YAML text, and how ranges of the text are replaced.

Positions come from PyYAML's nodes. A node of block style ends only at the next token, so its last
line is that of the last element in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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
    """The data of an element."""
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
