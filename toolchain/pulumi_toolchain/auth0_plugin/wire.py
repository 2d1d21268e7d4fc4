"""Between property bags and the API's JSON, by description alone."""

from collections.abc import Iterable, Sequence

from .fields import Field, Kind, Send
from .values import Props, Value


def body_of(fields: Iterable[Field], config: Props, *, new: bool) -> Props:
    """What the program declares of `fields`, as the API spells it; the rest is left out."""
    body: Props = {}
    for each in fields:
        value = config.get(each.name)
        held_back = each.send is Send.NEVER or (each.send is Send.CREATE and not new)
        if value is None or held_back:
            continue
        sent = _sent(each, value, new=new)
        if sent is not None:
            body[each.wire] = sent
    return body


def _sent(field: Field, value: Value, *, new: bool) -> Value:
    if field.kind is Kind.BLOCK:
        return body_of(field.fields, value, new=new) or None
    if field.single:
        return body_of(field.fields, value[0], new=new) if value else None
    if field.kind is Kind.BLOCKS:
        return [body_of(field.fields, item, new=new) for item in value]
    return value


def read_back(fields: Sequence[Field], answer: Props) -> Props:
    """Every property as the API's answer has it, absent ones as their zero value."""
    return {each.name: _found(each, answer.get(each.wire)) for each in fields}


def _found(field: Field, value: Value) -> Value:
    if value is None:
        return field.zero
    if field.kind is Kind.BLOCK:
        return read_back(field.fields, value)
    if field.single:
        return [read_back(field.fields, value)]
    if field.kind is Kind.BLOCKS:
        return [read_back(field.fields, item) for item in value]
    if field.kind is Kind.MAP:
        return {key: _text(item) for key, item in value.items()}
    return value


def _text(value: Value) -> Value:
    """A map's values are strings in the state, whatever the API holds."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else str(value)
