"""What a resource of this provider is, and how its values travel: plain dictionaries, no gRPC."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf import json_format, struct_pb2

from auth0_third_party.management import ManagementClient

Properties = Mapping[str, Any]


class Unknown:
    """A value that exists only after the write; `UNKNOWN` is the one instance."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


class Warn(str):
    """A note that asks somebody to act."""

    __slots__ = ()


BEFORE = "before"
OWN = "ownClients"
TOLD = (BEFORE, OWN)
"""Inputs that say nothing of what to write: what was there before, in the state already; and which
clients of the program carry no ownership tags. A change of one is no difference."""


@dataclass(frozen=True)
class State:
    """A resource as the engine records it."""

    id: str
    inputs: Properties
    outputs: Properties


@dataclass(frozen=True)
class InvalidInput:
    """A problem with one input property."""

    property: str
    reason: str


class Resource(Protocol):
    """One kind of object of which we own a few fields.

    `check` completes inputs; `same` knows input values that mean what `outputs` hold, although they
    are written in another way; `create` and `update` with `preview` read but never write; `read`
    answers None for an object that is gone; `delete` answers notes for the person. `claim` notes
    that the program declares the resource. `urn` is the resource's own.
    """

    @property
    def resource_type(self) -> str: ...

    @property
    def replace_on_change(self) -> Sequence[str]: ...

    @property
    def delete_before_replace(self) -> bool: ...

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]: ...

    def same(self, key: str, new: Any, outputs: Properties) -> bool: ...

    def claim(self, resource_id: str, urn: str) -> None: ...

    def create(
        self, client: ManagementClient, inputs: Properties, *, preview: bool, urn: str = ""
    ) -> State: ...

    def read(
        self,
        client: ManagementClient,
        resource_id: str,
        old: State | None,
    ) -> State | None: ...

    def update(
        self, client: ManagementClient, old: State, inputs: Properties, *, preview: bool
    ) -> State: ...

    def delete(self, client: ManagementClient, old: State, urn: str = "") -> tuple[str, ...]: ...


def recorded(inputs: Properties) -> Properties | None:
    """What was there before us, where it is in the state already."""
    before = inputs.get(BEFORE)
    return before if isinstance(before, Mapping) else None


def own_clients(properties: Properties) -> frozenset[str]:
    """Clients of the program that carry no ownership tags."""
    listed = properties.get(OWN)
    return frozenset(each for each in listed or () if isinstance(each, str))


def told(inputs: Properties) -> dict[str, Any]:
    """The inputs that say nothing of what to write."""
    return {name: inputs[name] for name in TOLD if inputs.get(name) is not None}


UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (a marker of the protocol, not a secret)


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The struct's properties; secrets are unwrapped, unknown values are `UNKNOWN`."""
    return {key: _plain(value) for key, value in json_format.MessageToDict(struct).items()}


def secrets_in(*structs: struct_pb2.Struct) -> frozenset[str]:
    """Names of properties that are secret, or hold a secret somewhere."""
    found = (json_format.MessageToDict(struct).items() for struct in structs)
    return frozenset(key for items in found for key, value in items if _holds_secret(value))


def struct(
    properties: Mapping[str, Any], secret: Collection[str] = frozenset()
) -> struct_pb2.Struct:
    """The properties as a struct; those whose names are in `secret` as secrets."""
    message = struct_pb2.Struct()
    values = {key: _wire(value) for key, value in properties.items()}
    for key in values.keys() & set(secret):
        values[key] = {SIGNATURE: SECRET, "value": values[key]}
    json_format.ParseDict(values, message)
    return message


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get(SIGNATURE) == SECRET or any(map(_holds_secret, value.values()))
    return isinstance(value, list) and any(map(_holds_secret, value))


def _plain(value: Any) -> Any:
    if value == UNKNOWN_TEXT:
        return UNKNOWN
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return _plain(value.get("value"))
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _wire(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN_TEXT
    if isinstance(value, Mapping):
        return {key: _wire(item) for key, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, list | tuple) else value
