"""The difference between state and plan, in the engine's terms."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .fields import Field, Kind
from .values import UNKNOWN, Props, Value


@dataclass(frozen=True)
class Change:
    """One changed path such as `callbacks[0]` or `clientMetadata.tier`."""

    path: str
    verb: str
    replace: bool

    @property
    def kind(self) -> str:
        """The name in the protocol's `PropertyDiff.Kind`."""
        return self.verb + ("_REPLACE" if self.replace else "")

    @property
    def top(self) -> str:
        return re.split(r"[.\[]", self.path, maxsplit=1)[0]


def same(field: Field, before: Value, after: Value) -> bool:
    """Equal as the provider SDK sees it: null is the zero value, a set has no order."""
    return not list(changes((field,), {field.name: before}, {field.name: after}))


def changes(
    fields: Sequence[Field], before: Props, after: Props, root: str = ""
) -> Iterator[Change]:
    for field in fields:
        path = f"{root}.{field.name}" if root else field.name
        yield from _changed(field, path, before.get(field.name), after.get(field.name))


def _changed(field: Field, path: str, old: Value, new: Value) -> Iterator[Change]:
    if old == new or (field.unset(old) and field.unset(new)):
        return
    if old is None or new is None or new == UNKNOWN:
        verb = "DELETE" if new is None else "ADD" if old is None else "UPDATE"
        yield Change(path, verb, field.replace or _replaces_inside(field, old, new))
    elif field.kind is Kind.BLOCK:
        yield from changes(field.fields, old, new, path)
    elif field.kind is Kind.MAP:
        yield from _changed_entries(field, path, old, new)
    elif field.kind in (Kind.LIST, Kind.BLOCKS, Kind.SET):
        yield from _changed_items(field, path, old, new)
    else:
        yield Change(path, "UPDATE", field.replace)


def _replaces_inside(field: Field, old: Value, new: Value) -> bool:
    """A block that comes or goes takes a property along which forces a replacement."""
    if field.kind is not Kind.BLOCK or new == UNKNOWN:
        return False
    return any(each.replace for each in changes(field.fields, old or {}, new or {}))


def _changed_entries(field: Field, path: str, old: Props, new: Props) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        spot = f"{path}.{key}" if re.fullmatch(r"[A-Za-z_$][\w$]*", key) else f'{path}["{key}"]'
        if key not in new:
            yield Change(spot, "DELETE", field.replace)
        elif key not in old:
            yield Change(spot, "ADD", field.replace)
        elif old[key] != new[key]:
            yield Change(spot, "UPDATE", field.replace)


def _changed_items(field: Field, path: str, old: list[Value], new: list[Value]) -> Iterator[Change]:
    if field.kind is Kind.SET and sorted(map(str, old)) == sorted(map(str, new)):
        return
    for index in range(max(len(old), len(new))):
        spot = f"{path}[{index}]"
        if index >= len(new):
            yield Change(spot, "DELETE", field.replace)
        elif index >= len(old):
            yield Change(spot, "ADD", field.replace)
        elif field.kind is Kind.BLOCKS and isinstance(old[index], dict) and new[index] != UNKNOWN:
            yield from changes(field.fields, old[index], new[index], spot)
        elif old[index] != new[index]:
            yield Change(spot, "UPDATE", field.replace)
