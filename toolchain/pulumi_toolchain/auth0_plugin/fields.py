"""How a resource type is described, and its properties as the API's JSON by that description.

The terms have the meaning of the provider SDK that the official plugin is built with: *computed*
means that the server chooses a value when the program gives none, *replace* that a change can't be
made in place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from .values import Props, Value, is_zero


class Kind(Enum):
    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    LIST = "list"
    SET = "set"
    MAP = "map"
    BLOCK = "block"
    BLOCKS = "blocks"


class Send(Enum):
    """When an update's body carries the property."""

    DECLARED = "whenever the program declares it"
    CHANGED = "only when it changed"
    CREATE = "only in the create call"
    NEVER = "never: the resource type's own code sends it where needed"


ZERO: dict[Kind, Value] = {
    Kind.TEXT: "",
    Kind.FLAG: False,
    Kind.NUMBER: 0,
    Kind.LIST: [],
    Kind.SET: [],
    Kind.MAP: {},
    Kind.BLOCK: None,
    Kind.BLOCKS: [],
}


@dataclass(frozen=True)
class Field:
    """One property: `name` is its name in programs and state, `wire` its name in the API's JSON."""

    name: str
    kind: Kind
    wire: str = ""
    computed: bool = False
    required: bool = False
    settable: bool = True
    default: Value = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    replace: bool = False
    send: Send = Send.DECLARED
    nullable: bool = False
    """Removing it from the program sends an explicit null in a separate PATCH."""
    stays_null: bool = False
    """An absent property reads as null instead of the kind's zero value."""
    absent: Value = None
    """The value of an absent property where it is neither null nor the zero value."""
    blank: Value = None
    """A value that means the same as null, besides the kind's zero value."""
    fields: tuple["Field", ...] = ()
    single: bool = False
    """A list in programs of which the API knows one item, as an object."""

    def unset(self, value: Value) -> bool:
        """Whether a value is the same as leaving the property out."""
        return is_zero(value) or (self.blank is not None and value == self.blank)

    @property
    def collection(self) -> bool:
        """Null and empty differ in the state. A list of blocks is never null."""
        return self.kind in (Kind.LIST, Kind.SET, Kind.MAP)

    @property
    def zero(self) -> Value:
        if self.absent is not None:
            return self.absent
        return None if self.stays_null else ZERO[self.kind]


def wire_name(name: str) -> str:
    """The API's spelling of a property: `isFirstParty` is `is_first_party`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def many(kind: Kind, names: str, template: Field | None = None) -> tuple[Field, ...]:
    """Properties that have everything in common but their names."""
    model = template or Field("", kind)
    return tuple(
        replace(model, name=name, kind=kind, wire=model.wire or wire_name(name))
        for name in names.split()
    )


def field(name: str, kind: Kind, **terms: Value) -> Field:
    terms.setdefault("wire", wire_name(name))
    return Field(name, kind, **terms)


def block(name: str, *fields: Field, **terms: Value) -> Field:
    """A nested object; in the provider's own schema a list of at most one item."""
    return field(name, Kind.BLOCK, fields=fields, **terms)


def blocks(name: str, *fields: Field, **terms: Value) -> Field:
    return field(name, Kind.BLOCKS, fields=fields, **terms)


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    return {each.name: each for each in fields}


def body_of(fields: Iterable[Field], config: Props, *, new: bool) -> Props:
    """The declared properties of `fields` under their names in the API; others are left out."""
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
    """Every property of the API's answer, absent ones with their zero value."""
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
    """In the state the values of a map are strings, whatever the API has."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else str(value)
