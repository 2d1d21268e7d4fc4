"""What a resource will look like: the program's inputs laid over the state.

The rules are those of the provider SDK behind the vendor's plugin: what the program leaves out
keeps its value if the server may choose it (computed), else goes back to null; null and the zero
value of a type are one and the same when they are compared.
"""

from collections.abc import Sequence

from .fields import Field, Kind
from .values import UNKNOWN, Props, Value, is_zero


def plan(fields: Sequence[Field], config: Props, prior: Props | None) -> Props:
    """Return every property with its value after the change; unknown ones as `UNKNOWN`.

    Args:
        fields: the description of the resource or of a nested block
        config: declared inputs, no nulls
        prior: outputs in the state, None for a new resource
    """
    return {each.name: _planned(each, config.get(each.name), prior) for each in fields}


def _planned(field: Field, declared: Value, prior: Props | None) -> Value:
    before = None if prior is None else prior.get(field.name)
    if declared is None:
        if field.computed:
            return UNKNOWN if prior is None else before
        return before if field.unset(before) else None
    if declared == UNKNOWN:
        return UNKNOWN
    if field.kind is Kind.BLOCK:
        return plan(field.fields, declared, before if isinstance(before, dict) else None)
    if field.kind is Kind.BLOCKS:
        return _planned_items(field, declared, before)
    return declared


def _planned_items(field: Field, declared: list[Value], before: Value) -> list[Value]:
    old = before if isinstance(before, list) else []
    return [
        item
        if item == UNKNOWN
        else plan(field.fields, item, old[index] if index < len(old) else None)
        for index, item in enumerate(declared)
    ]


def settle(fields: Sequence[Field], found: Props, planned: Props) -> Props:
    """Keep the plan's choice between null and an empty collection.

    The provider SDK does this after a create or an update so that what was planned equals what
    was applied; a refresh has no plan and keeps what the server's answer reads as.
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
    """The plan as a state entry when the server could not be asked: unknown values are null."""
    return {f.name: _known(f, planned.get(f.name)) for f in fields}


def _known(field: Field, value: Value) -> Value:
    if value == UNKNOWN:
        return [] if field.kind is Kind.SET else None
    if field.kind is Kind.BLOCK and isinstance(value, dict):
        return known_part(field.fields, value)
    return value
