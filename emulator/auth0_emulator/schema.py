"""The shapes of request bodies as JSON Schemas, and their check in Auth0's words (MG-02)."""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from auth0_emulator.errors import ApiError, invalid_body

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


Schema = dict[str, Any]

FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {}


def _without_none(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if value is not None}


def text(
    low: int | None = None,
    high: int | None = None,
    *,
    form: str | None = None,
    pattern: str | None = None,
) -> Schema:
    """A string of `low` to `high` characters, of a format or a pattern."""
    return _without_none(
        {"type": "string", "minLength": low, "maxLength": high, "format": form, "pattern": pattern}
    )


TEXT: Schema = {"type": "string"}
FILLED = text(1)


def whole(low: int | None = None, high: int | None = None) -> Schema:
    """An integer."""
    return _without_none({"type": "integer", "minimum": low, "maximum": high})


def number(low: float | None = None, high: float | None = None) -> Schema:
    """A number."""
    return _without_none({"type": "number", "minimum": low, "maximum": high})


def choice(*values: str) -> Schema:
    """One of these strings."""
    return {"type": "string", "enum": list(values)}


def many(item: Schema, low: int | None = None, high: int | None = None) -> Schema:
    """A list."""
    return _without_none({"type": "array", "items": item, "minItems": low, "maxItems": high})


def record(
    properties: dict[str, Schema],
    *,
    required: tuple[str, ...] = (),
    least: int | None = None,
    extra: Schema | bool = False,
) -> Schema:
    """An object; unknown keys are refused unless `extra` says what they may be."""
    return _without_none(
        {
            "type": "object",
            "properties": properties,
            "required": list(required) or None,
            "minProperties": least,
            "additionalProperties": extra,
        }
    )


def loose(properties: dict[str, Schema], *, required: tuple[str, ...] = ()) -> Schema:
    """An object that takes unknown keys."""
    return record(properties, required=required, extra=True)


def table(value: Schema, most: int | None = None) -> Schema:
    """An object with free keys and values of one kind."""
    return _without_none({"type": "object", "additionalProperties": value, "maxProperties": most})


def either(*shapes: Schema) -> Schema:
    """Any one of these shapes."""
    return {"anyOf": list(shapes)}


def null_or(shape: Schema) -> Schema:
    """The shape, or null."""
    if "type" not in shape:
        return either(shape, {"type": "null"})
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    wide = {**shape, "type": [*types, "null"]}
    if "enum" in shape:
        wide["enum"] = [*shape["enum"], None]
    return wide


# An error of jsonschema; its instance and schema can be anything.
ValidationError = Any


class Body:
    """The shape of a request body. The validator is built at first use to keep start-up short."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def _validator(self) -> "Validator":
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import

        from auth0_emulator.formats import CHECKER  # noqa: PLC0415

        return Draft202012Validator(self.schema, format_checker=CHECKER)

    def check(self, value: Any) -> None:
        """MG-02: raises 400 `invalid_body` with the first error."""
        error = min(self._validator.iter_errors(value), key=_depth, default=None)
        if error is not None:
            message = f"'{_message(error)}'{_property(error)}"
            raise invalid_body(f"Payload validation error: {message}.")


def check_query(query: dict[str, str], known: dict[str, tuple[int, int]]) -> None:
    """Whole numbers in query parameters; raises 400 `invalid_query_string`."""
    for name, (low, high) in known.items():
        if name not in query:
            continue
        problem = _number_problem(query[name], low, high)
        if problem:
            message = f"Query validation error: '{problem}' on property {name}."
            raise ApiError(400, message, "invalid_query_string")


def _number_problem(given: str, low: int, high: int) -> str | None:
    try:
        value = int(given)
    except ValueError:
        return "Expected type integer but found type string"
    if value < low:
        return f"Value {value} is less than minimum {low}"
    return f"Value {value} is greater than maximum {high}" if value > high else None


def _depth(error: ValidationError) -> tuple[int, str]:
    return len(error.absolute_path), str(list(error.absolute_path))


def _property(error: ValidationError) -> str:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return f" on property {path.lstrip('.')}" if path else ""


def _message(error: ValidationError) -> str:
    message = _MESSAGES.get(str(error.validator))
    return message(error) if message else error.message


def _type_name(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _expected(error: ValidationError) -> str:
    wanted = error.validator_value
    names = ",".join(wanted) if isinstance(wanted, list) else str(wanted)
    return f"Expected type {names} but found type {_type_name(error.instance)}"


def _missing(error: ValidationError) -> str:
    absent = [key for key in error.validator_value if key not in error.instance]
    return f"Missing required property: {absent[0]}"


def _additional(error: ValidationError) -> str:
    known: Iterable[str] = error.schema.get("properties", {})
    extra = [key for key in error.instance if key not in known]
    return f"Additional properties not allowed: {','.join(extra)}"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_MESSAGES: dict[str, Callable[[ValidationError], str]] = {
    "type": _expected,
    "required": _missing,
    "additionalProperties": _additional,
    "enum": lambda e: f"No enum match for: {_short(e.instance)}",
    "anyOf": lambda _: "Data does not match any schemas from 'anyOf'",
    "pattern": lambda e: f"String does not match pattern {e.validator_value}: {e.instance}",
    "format": lambda e: (
        f"Object didn't pass validation for format {e.validator_value}: {_short(e.instance)}"
    ),
    "minLength": lambda e: (
        f"String is too short ({len(e.instance)} chars), minimum {e.validator_value}"
    ),
    "maxLength": lambda e: (
        f"String is too long ({len(e.instance)} chars), maximum {e.validator_value}"
    ),
    "minimum": lambda e: f"Value {e.instance} is less than minimum {e.validator_value}",
    "maximum": lambda e: f"Value {e.instance} is greater than maximum {e.validator_value}",
    "minItems": lambda e: f"Array is too short ({len(e.instance)}), minimum {e.validator_value}",
    "maxItems": lambda e: f"Array is too long ({len(e.instance)}), maximum {e.validator_value}",
    "minProperties": lambda e: (
        f"Too few properties defined ({len(e.instance)}), minimum {e.validator_value}"
    ),
    "maxProperties": lambda e: (
        f"Too many properties defined ({len(e.instance)}), maximum {e.validator_value}"
    ),
}
