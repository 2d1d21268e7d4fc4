"""Where the parts of a YAML text stand, and how pieces of it are replaced.

Positions come from PyYAML's nodes; a node of block style ends only at the next token, so its last
line is that of the last thing in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path


@dataclass(frozen=True)
class Place:
    """What stands at a path. `key` is None for an item of a list, and for the whole document."""

    path: Path
    node: yaml.Node
    key: yaml.Node | None = None
    parent: "Place | None" = None

    @property
    def in_flow(self) -> bool:
        """Whether it stands inside of brackets."""
        outer = self.parent
        return outer is not None and (outer.flow or outer.in_flow)

    @property
    def flow(self) -> bool:
        """Whether it is a mapping or list in brackets."""
        return isinstance(self.node, yaml.CollectionNode) and bool(self.node.flow_style)

    @property
    def empty(self) -> bool:
        """A key without a value."""
        return self.node.start_mark.index == self.node.end_mark.index

    @property
    def column(self) -> int:
        """Of its key, or of its dash."""
        if self.key is not None:
            return int(self.key.start_mark.column)
        return int(self.parent.node.start_mark.column) if self.parent else 0

    @property
    def first(self) -> yaml.Mark:
        """Where it begins: its key, or its value in a list."""
        return (self.key or self.node).start_mark


def whole(text: str) -> Place:
    """The document.

    Raises:
        yaml.YAMLError, ValueError: it is no document, or an empty one.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise ValueError("there is nothing in it")
    return Place((), node)


def children(place: Place) -> Iterator[Place]:
    """The values of a mapping, or the items of a list."""
    if isinstance(place.node, yaml.MappingNode):
        for key, value in place.node.value:
            yield Place((*place.path, str(key.value)), value, key, place)
    elif isinstance(place.node, yaml.SequenceNode):
        for index, value in enumerate(place.node.value):
            yield Place((*place.path, index), value, None, place)


def data(place: Place) -> Any:
    """What it says."""
    return yaml.constructor.SafeConstructor().construct_document(place.node)


def find(place: Place, path: Path) -> Place:
    """The deepest place on the way to `path`."""
    for child in children(place):
        if child.path == path[: len(child.path)]:
            return find(child, path)
    return place


def last_line(place: Place, text: str) -> int:
    """The line (from 0) on which it ends; comments behind it are not a part of it."""
    node = place.node
    if isinstance(node, yaml.CollectionNode) and not place.flow:
        return max(last_line(child, text) for child in children(place))
    if place.empty:
        return int(node.start_mark.line)
    return len(text[: end_of(place, text)].splitlines()) - 1


def end_of(place: Place, text: str) -> int:
    """The position behind its last character."""
    end = int(place.node.end_mark.index)
    # A text in lines of its own (`|`) ends only where the next token begins.
    return len(text[:end].rstrip()) if getattr(place.node, "style", "") in ("|", ">") else end


def replace_range(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def replace_lines(text: str, first: int, after: int, new: str) -> str:
    """Lines `first` up to `after` (not included) give way to `new`, whole lines or nothing."""
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if "\r\n" in text else "\n"
    if new and first and not lines[first - 1].endswith("\n"):
        lines[first - 1] += ending
    return "".join([*lines[:first], new.replace("\n", ending), *lines[after:]])
