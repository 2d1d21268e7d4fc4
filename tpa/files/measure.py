"""YAML texts as nodes and data. How much a text stands for is known before the data is made."""

from contextlib import suppress
from typing import Any

import yaml

FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH = 5_000
"""Levels of nesting; libyaml exhausts the stack of a process at about 20,000."""
DEEPEST = 64
"""Levels of lists and mappings that a file may have."""
MOST_VALUES = 1_000_000
"""Keys and values of a file, what aliases stand for counted each time."""
LONGEST_NUMBER = 64
"""Characters."""


def nodes_and_data(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes of a YAML text and its data, in one pass.

    libyaml is several times as fast, where PyYAML has it. But its error messages differ from those
    that we show, and deep nesting exhausts its stack; such texts are read in Python.
    """
    if FAST is not yaml.SafeLoader and _shallow(text):
        with suppress(yaml.YAMLError):
            return _read(text, FAST)
    return _read(text, yaml.SafeLoader)


def _read(text: str, reader: Any) -> tuple[yaml.Node | None, Any]:
    loader = reader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            _measure(node, set(), {})
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _shallow(text: str) -> bool:
    """Whether nesting stays within `DEPTH`: each level takes a bracket, or columns of a line."""
    longest = max(map(len, text.splitlines()), default=0)
    return text.count("[") + text.count("{") + 2 * longest < DEPTH


def _measure(
    node: yaml.Node, around: set[int], known: dict[int, tuple[int, int]]
) -> tuple[int, int]:
    """The values and levels that a node stands for, before its data is made, in which each alias
    becomes the whole that it names. `around`: the nodes that it is in; `known`: measured already.

    Raises:
        ValueError: too many values or levels, an alias inside of what it stands for, or an endless
            number: one of many digits takes hours to read (YAML 1.1 has 1:1:1:… as well).
    """
    if id(node) in around:
        raise ValueError("an alias stands inside of its own anchor")
    if len(around) + known.get(id(node), (1, 0))[1] > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    if id(node) not in known:
        number = node.tag.rpartition(":")[2] in ("int", "float")
        if number and len(node.value) > LONGEST_NUMBER:
            raise ValueError(f"a number has {len(node.value)} characters")
        around.add(id(node))
        parts = [_measure(each, around, known) for each in _children(node)]
        around.remove(id(node))
        values = 1 + sum(each for each, _ in parts)
        if values > MOST_VALUES:
            raise ValueError(f"its aliases make more than {MOST_VALUES} values of it")
        known[id(node)] = values, 1 + max(each for _, each in parts) if parts else 0
    return known[id(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
