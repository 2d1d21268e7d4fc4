"""Values as YAML in the style of `stacks/`: short lists on one line, everything else in lines.

PyYAML quotes texts that it would read as something else, such as `yes`, `1:30` or a date.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

ONE_LINE = 80
"""Longest list of plain values on one line, in characters."""
SCALARS = (str, int, float, bool)
LINE_BREAKS = set("\r\x85\u2028\u2029")
"""Characters that YAML, or a program that reads lines, takes for the end of a line."""
HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that change how a line looks; a reviewer must see them as escapes."""
UNBROKEN = 1_000_000


class _Inline(yaml.SafeDumper):
    """Everything in one line."""

    def analyze_scalar(self, scalar: str) -> Any:
        found = super().analyze_scalar(scalar)
        # `read:orders` needs no quotes inside brackets, although PyYAML would quote it.
        if found.allow_block_plain and not re.search(r"[,?\[\]{}]|^:|:$", scalar):
            found.allow_flow_plain = True
        return found

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


class _Block(_Inline):
    """Items of a list are indented by two columns below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _text(writer: yaml.SafeDumper, value: str) -> yaml.Node:
    style = None
    if set(value) & LINE_BREAKS or HIDDEN.search(value):
        style = '"'
    elif "\n" in value:
        style = "|" if isinstance(writer, _Block) else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(writer: yaml.SafeDumper, value: list[Any] | tuple[Any, ...]) -> yaml.Node:
    plain = all(isinstance(item, SCALARS) for item in value)
    short = plain and sum(len(str(item)) + 2 for item in value) <= ONE_LINE
    return writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short)


def _mapping(writer: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", value, flow_style=not value)


def _nothing(writer: yaml.SafeDumper, _value: None) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:null", "")


_Inline.add_representer(str, _text)
_Block.add_representer(list, _list)
_Block.add_representer(tuple, _list)
_Block.add_representer(dict, _mapping)
_Block.add_representer(type(None), _nothing)
OPTIONS: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": UNBROKEN}


def block(value: object) -> str:
    """A mapping or list as lines, each ended; the order of keys is kept."""
    written: str = yaml.dump(value, Dumper=_Block, **OPTIONS)
    return HIDDEN.sub(_escaped, written)


def inline(value: object) -> str:
    """Any value on one line, as it can be written inside brackets."""
    written: str = yaml.dump([value], Dumper=_Inline, default_flow_style=True, **OPTIONS)
    return HIDDEN.sub(_escaped, written.strip()[1:-1])


def item(value: object) -> str:
    """The lines of an item of a block list."""
    if isinstance(value, Mapping) and value:
        return f"- {indented(block(value), 2)[2:]}"
    return f"-{block({'key': value})[len('key:') :]}"


def indented(text: str, columns: int) -> str:
    """Every line that is not empty, indented."""
    return "".join(
        f"{' ' * columns}{line}" if line.strip() else line for line in text.splitlines(True)
    )


def _escaped(found: re.Match[str]) -> str:
    """Such texts are in double quotes, where escapes are valid."""
    return f"\\u{ord(found.group()):04X}"
