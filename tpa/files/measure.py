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
            _check_measure(node)
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _shallow(text: str) -> bool:
    """Whether nesting stays within `DEPTH`: each level takes a bracket, or columns of a line."""
    longest = max(map(len, text.splitlines()), default=0)
    return text.count("[") + text.count("{") + 2 * longest < DEPTH


def _check_measure(root: yaml.Node) -> None:
    """Before its data is made, and each alias becomes the whole that it stands for.

    Raises:
        ValueError: it is nested too deep, has too many values with aliases counted in full, an
            alias inside of what it stands for, or an endless number.
    """
    measured: dict[int, tuple[int, int]] = {}
    around: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, complete = waiting.pop()
        children = _children(node)
        if complete:
            around.discard(id(node))
            sizes, depths = zip(*(measured[id(child)] for child in children), strict=True)
            measured[id(node)] = _within(1 + sum(sizes), 1 + max(depths))
        elif id(node) in around:
            raise ValueError("an alias stands inside of its own anchor")
        elif id(node) in measured:
            continue
        elif children:
            around.add(id(node))
            waiting.append((node, True))
            waiting.extend((child, False) for child in children)
        else:
            measured[id(node)] = (_scalar(node), 0)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _within(values: int, depth: int) -> tuple[int, int]:
    if values > MOST_VALUES:
        raise ValueError(f"its aliases make more than {MOST_VALUES} values of it")
    if depth > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    return values, depth


def _scalar(node: yaml.Node) -> int:
    """One value; a number of many digits takes hours to read (YAML 1.1 has 1:1:1:… as well)."""
    number = node.tag.rpartition(":")[2] in ("int", "float")
    if number and len(node.value) > LONGEST_NUMBER:
        raise ValueError(f"a number has {len(node.value)} characters")
    return 1
