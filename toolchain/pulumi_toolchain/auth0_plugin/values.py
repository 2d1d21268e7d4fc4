"""Property values in Python, and their form in gRPC messages.

In this package a property bag is a `dict` of camelCase names. Secrets are plain values in it: the
engine unwraps them for a provider that does not accept secrets, and the plugin marks them again
where the schema says so. The signatures are the engine's, see
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

from typing import Any, TypeAlias

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

Value: TypeAlias = Any
Props: TypeAlias = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""In previews: a value that is not known before the run."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature, not a credential
DEFAULTS = "__defaults"


def secret(value: Value) -> Props:
    return {SIGNATURE: SECRET, "value": value}


def is_zero(value: Value) -> bool:
    """True for null and for the value that an unset property of its type holds."""
    return value is None or value is False or value in ("", 0, [], {})


def _plain(value: Value) -> Value:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return _plain(value.get("value"))
        return {key: _plain(item) for key, item in value.items()}
    return value


def from_struct(struct: Struct) -> Props:
    """Unwrap secrets, give whole numbers their integer type."""
    bag: Props = _plain(MessageToDict(struct))
    return bag


def to_struct(bag: Props) -> Struct:
    return ParseDict(bag, Struct())


def as_block(value: Value) -> Props:
    """A nested object's properties; none if it is absent or not known yet."""
    return value if isinstance(value, dict) else {}


def without_defaults(value: Value) -> Value:
    """Inputs as the program declared them, without bookkeeping and nulls."""
    if isinstance(value, list):
        return [without_defaults(item) for item in value]
    if isinstance(value, dict):
        return {
            key: without_defaults(item)
            for key, item in value.items()
            if not key.startswith("__") and item is not None
        }
    return value
