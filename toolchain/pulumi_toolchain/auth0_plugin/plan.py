"""What a resource will look like, and how that differs from the state.

The plan is the program's inputs applied to the state. The rules are those of the provider SDK that
the official plugin is built with: what the program leaves out keeps its value if the server may
choose it (computed), else becomes null; null and the zero value of a type are equal.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .fields import Field, Kind
from .values import UNKNOWN, Props, Value, is_zero


def plan(
    fields: Sequence[Field],
    config: Props,
    prior: Props | None,
    ignored: Collection[str] = (),
    root: str = "",
) -> Props:
    """Return every property with its value after the change; unknown ones as `UNKNOWN`.

    Args:
        fields: the description of the resource or of a nested block
        config: declared inputs, no nulls
        prior: outputs in the state, None for a new resource
        ignored: paths whose value in the state is kept, such as `refreshToken.policies`
        root: what the paths of `fields` begin with
    """
    return {
        each.name: _planned(each, config.get(each.name), prior, ignored, f"{root}{each.name}")
        for each in fields
    }


def _planned(
    field: Field, declared: Value, prior: Props | None, ignored: Collection[str], path: str
) -> Value:
    before = None if prior is None else prior.get(field.name)
    if prior is not None and path in ignored:
        return before
    if declared is None:
        return _undeclared(field, prior, before)
    if declared == UNKNOWN:
        return UNKNOWN
    if field.kind is Kind.BLOCK:
        held = before if isinstance(before, dict) else None
        return plan(field.fields, declared, held, ignored, f"{path}.")
    if field.kind is Kind.BLOCKS:
        return _planned_items(field, declared, before)
    return declared


def _undeclared(field: Field, prior: Props | None, before: Value) -> Value:
    if field.computed:
        return UNKNOWN if prior is None else before
    return before if field.unset(before) else None


def _planned_items(field: Field, declared: list[Value], before: Value) -> list[Value]:
    old = before if isinstance(before, list) else []
    return [
        item
        if item == UNKNOWN
        else plan(field.fields, item, old[index] if index < len(old) else None)
        for index, item in enumerate(declared)
    ]


def settle(fields: Sequence[Field], found: Props, planned: Props) -> Props:
    """`found` with the plan's choice between null and an empty collection.

    The provider SDK does this after a create or an update so that what was planned equals what
    was applied; a refresh has no plan and keeps the server's answer.
    """
    return {**found, **{f.name: _settled(f, found.get(f.name), planned) for f in fields}}


def _settled(field: Field, value: Value, planned: Props) -> Value:
    wanted = planned.get(field.name)
    if field.kind is Kind.BLOCK and isinstance(value, dict) and isinstance(wanted, dict):
        return settle(field.fields, value, wanted)
    if field.collection and (wanted is None or wanted in ([], {})) and is_zero(value):
        return wanted
    if field.kind is Kind.SET and isinstance(wanted, list) and isinstance(value, list):
        # A set has no order on the server; the program's order is kept.
        known = UNKNOWN not in wanted
        return wanted if known and sorted(map(str, wanted)) == sorted(map(str, value)) else value
    return value


def known_part(fields: Sequence[Field], planned: Props) -> Props:
    """The plan as a state entry after a failed read: unknown values are null."""
    return {f.name: _known(f, planned.get(f.name)) for f in fields}


def _known(field: Field, value: Value) -> Value:
    if value == UNKNOWN:
        return [] if field.kind is Kind.SET else None
    if field.kind is Kind.BLOCK and isinstance(value, dict):
        return known_part(field.fields, value)
    return value


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
    """Equal by the provider SDK's rules: null is the zero value, a set has no order."""
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
    """Whether a block that is added or removed holds a property that forces a replacement."""
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
