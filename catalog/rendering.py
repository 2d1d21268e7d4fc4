"""Values as YAML the way people write it in `stacks/`: short lists in one line, the rest in lines.

PyYAML writes what PyYAML reads: `yes`, `1:30` or a date stay texts because it quotes them.
"""

from typing import Any

import yaml

ONE_LINE = 80
"""Characters that a list of plain values may take before it gets a line per item."""
SCALARS = (str, int, float, bool, type(None))
UNBROKEN = 1_000_000


class _Writer(yaml.SafeDumper):
    """Items of a list stand two columns to the right of their key; nothing is an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(writer: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(writer: yaml.SafeDumper, value: list[Any] | tuple[Any, ...]) -> yaml.Node:
    plain = all(isinstance(item, SCALARS) for item in value)
    short = plain and sum(len(str(item)) + 2 for item in value) <= ONE_LINE
    return writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short)


def _mapping(writer: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", value, flow_style=not value)


def _nothing(writer: yaml.SafeDumper, _value: None) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:null", "")


_Writer.add_representer(str, _text)
_Writer.add_representer(list, _list)
_Writer.add_representer(tuple, _list)
_Writer.add_representer(dict, _mapping)
_Writer.add_representer(type(None), _nothing)


def block(value: object) -> str:
    """A mapping or list as lines, the last one ended; the order of keys is kept."""
    return yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=UNBROKEN)


def inline(value: object) -> str:
    """Any value in one line, fit to stand inside brackets."""
    written = yaml.safe_dump(
        [value], default_flow_style=True, sort_keys=False, allow_unicode=True, width=UNBROKEN
    )
    return written.strip()[1:-1]
