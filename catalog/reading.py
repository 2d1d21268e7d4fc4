"""A YAML text as nodes, which know their lines, and as data: read once, and fast."""

from contextlib import suppress
from typing import Any

import yaml

FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH = 5_000
"""Levels of nesting; libyaml exhausts the stack of a process at about 20,000."""


def nodes_and_data(text: str) -> tuple[yaml.Node | None, Any]:
    """The text's nodes and what they say, in one pass.

    libyaml is several times as fast, where PyYAML has it. But its messages are not those that we
    show, and nesting without end exhausts its stack; so what is left is read in Python.
    """
    if FAST is not yaml.SafeLoader and _shallow(text):
        with suppress(yaml.YAMLError):
            return _read(text, FAST)
    return _read(text, yaml.SafeLoader)


def _read(text: str, reader: Any) -> tuple[yaml.Node | None, Any]:
    loader = reader(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _shallow(text: str) -> bool:
    """Whether nesting stays within `DEPTH`: each level takes a bracket, or columns of a line."""
    longest = max(map(len, text.splitlines()), default=0)
    return text.count("[") + text.count("{") + 2 * longest < DEPTH
