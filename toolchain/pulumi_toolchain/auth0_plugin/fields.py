"""How a resource is described: one `Field` per property, the same for every engine step.

The behaviour behind the terms is that of the provider SDK which the vendor's plugin is made
with: *computed* means that the server chooses when the program does not, *replace* that a change
cannot be made in place.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from .values import Value, is_zero


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
    NEVER = "never: a hook of the resource deals with it"


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
    """One property: `name` in programs and state, `wire` in the API's JSON."""

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
    """Removing it from the program sends an explicit null in a PATCH of its own."""
    stays_null: bool = False
    """Absent on the server reads as null instead of the kind's zero value."""
    absent: Value = None
    """What absent on the server reads as, where it is neither."""
    blank: Value = None
    """A value that says the same as null, besides the kind's zero value."""
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
    """A row of properties that share everything but their names."""
    model = template or Field("", kind)
    return tuple(
        replace(model, name=name, kind=kind, wire=model.wire or wire_name(name))
        for name in names.split()
    )


def field(name: str, kind: Kind, **terms: Value) -> Field:
    terms.setdefault("wire", wire_name(name))
    return Field(name, kind, **terms)


def block(name: str, *fields: Field, **terms: Value) -> Field:
    """A nested object; the vendor's schema has it as a list of at most one."""
    return field(name, Kind.BLOCK, fields=fields, **terms)


def blocks(name: str, *fields: Field, **terms: Value) -> Field:
    return field(name, Kind.BLOCKS, fields=fields, **terms)


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    return {each.name: each for each in fields}
