"""Inputs: checked when they come from the program, made from what was found after a read."""

import hashlib
from collections.abc import Iterator, Sequence

from .fields import Field, Kind, by_name, wire_name
from .values import DEFAULTS, UNKNOWN, Props, Value, is_zero, without_defaults


def autoname(resource: str, seed: bytes) -> str:
    """A name for a resource whose program gives none: stable for one seed, 7 hex digits long."""
    return f"{resource}-{hashlib.sha256(seed).hexdigest()[:7]}"


def with_defaults(fields: Sequence[Field], news: Props, olds: Props | None) -> Props:
    """Declared inputs with defaults added, and with the list of the properties that were added.

    Nested objects have such a list too, as the official plugin writes it.
    """
    known = by_name(fields)
    old_defaults = (olds or {}).get(DEFAULTS, [])
    checked: Props = {}
    filled = []
    for name in sorted(news):
        if news[name] is not None and not name.startswith("__"):
            field = known.get(name)
            checked[name] = _nested(field, news[name], (olds or {}).get(name))
    for name, field in known.items():
        if name not in checked and field.default is not None and field.settable:
            kept = (olds or {}).get(name) if name in old_defaults else None
            checked[name] = field.default if kept is None else kept
            filled.append(name)
    return {DEFAULTS: sorted(filled), **checked}


def _nested(field: Field | None, value: Value, old: Value) -> Value:
    if field is None or value == UNKNOWN:
        return value
    if field.kind is Kind.BLOCK:
        return with_defaults(field.fields, value, old if isinstance(old, dict) else None)
    if field.kind is Kind.BLOCKS:
        olds = old if isinstance(old, list) else []
        return [
            _nested_item(field, item, olds[index] if index < len(olds) else None)
            for index, item in enumerate(value)
        ]
    return value


def _nested_item(field: Field, item: Value, old: Value) -> Value:
    if not isinstance(item, dict):
        return item
    return with_defaults(field.fields, item, old if isinstance(old, dict) else None)


def failures(fields: Sequence[Field], config: Props, where: str) -> Iterator[str]:
    """What is wrong with the inputs, with the messages of the official plugin."""
    for field in fields:
        value = config.get(field.name)
        spot = f"{where}.{field.name}"
        if value is None:
            if field.required and field.settable:
                yield (
                    f'Missing required argument. The argument "{wire_name(field.name)}" is '
                    f"required, but no definition was found.. Examine values at '{spot}'."
                )
        elif value == UNKNOWN:
            continue
        elif field.choices and value not in field.choices:
            allowed = " ".join(f'"{each}"' for each in field.choices)
            yield (
                f"expected {wire_name(field.name)} to be one of [{allowed}], got {value}. "
                f"Examine values at '{spot}'."
            )
        elif field.kind is Kind.BLOCK and isinstance(value, dict):
            yield from failures(field.fields, value, spot)


def conflicting(pairs: Sequence[tuple[str, str]], config: Props, where: str) -> Iterator[str]:
    """Each property of a pair that is declared together with the other one."""
    for name, other in pairs:
        if config.get(name) is not None and config.get(other) is not None:
            yield (
                f'Conflicting configuration arguments. "{wire_name(name)}": conflicts with '
                f"{wire_name(other)}. Examine values at '{where}.{name}'."
            )


def refreshed(old: Value, now: Value) -> Value:
    """The program's inputs with the values that a refresh found; no input is added or removed."""
    if not isinstance(old, dict) or not isinstance(now, dict):
        return _refreshed_items(old, now)
    kept = {
        name: refreshed(old[name], now[name])
        for name in old
        if not name.startswith("__") and now.get(name) is not None
    }
    defaults = [each for each in old.get(DEFAULTS, []) if old.get(each) == kept.get(each)]
    return {DEFAULTS: defaults, **kept} if defaults else kept


def _refreshed_items(old: Value, now: Value) -> Value:
    if isinstance(old, list) and isinstance(now, list) and now and isinstance(now[0], dict):
        return [
            refreshed(old[index], item) if index < len(old) else item
            for index, item in enumerate(now)
        ]
    return now


def imported(fields: Sequence[Field], outputs: Props) -> Props:
    """The inputs with which a program would declare what the server holds.

    Zero values and defaults are left out. Maps get an (empty) list of defaults too, though they
    never have any.
    """
    found: Props = {}
    for field in fields:
        value = outputs.get(field.name)
        if not field.settable or value is None:
            continue
        if field.kind is Kind.BLOCK:
            inner = imported(field.fields, value)
            if field.required or without_defaults(inner):
                found[field.name] = inner
        elif field.kind is Kind.BLOCKS and value:
            found[field.name] = [imported(field.fields, item) for item in value]
        elif field.kind is Kind.MAP and value:
            found[field.name] = {DEFAULTS: [], **value}
        elif field.required or not (is_zero(value) or value == field.default):
            found[field.name] = value
    return {DEFAULTS: [], **found}
