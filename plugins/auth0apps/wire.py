"""Between the engine's protobuf structs and plain values."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

from plugins.auth0apps.resource import UNKNOWN, Unknown

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (a marker of the protocol, not a secret)


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The struct's properties; secrets are unwrapped, unknown values are `UNKNOWN`."""
    return {key: _plain(value) for key, value in json_format.MessageToDict(struct).items()}


def struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The properties as a struct."""
    message = struct_pb2.Struct()
    json_format.ParseDict({key: _wire(value) for key, value in properties.items()}, message)
    return message


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
