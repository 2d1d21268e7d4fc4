"""Checks request bodies against their shapes and words the findings as the vendor does (MG-02)."""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from auth0_emulator.errors import ApiError, invalid_body
from auth0_emulator.shapes import Schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

# A finding of jsonschema; its instance and schema can be anything.
ValidationError = Any


class Body:
    """The shape of a request body. The checker is made at the first use: start-up stays short."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def _validator(self) -> "Validator":
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import

        from auth0_emulator.formats import CHECKER  # noqa: PLC0415

        return Draft202012Validator(self.schema, format_checker=CHECKER)

    def check(self, value: Any) -> None:
        """MG-02: raises 400 `invalid_body` with the first finding."""
        found = min(self._validator.iter_errors(value), key=_depth, default=None)
        if found is not None:
            raise invalid_body(f"Payload validation error: '{_words(found)}'{_place(found)}.")


def check_query(query: dict[str, str], known: dict[str, tuple[int, int]]) -> None:
    """Whole numbers in query parameters; raises 400 `invalid_query_string`."""
    for name, (low, high) in known.items():
        if name not in query:
            continue
        words = _number_words(query[name], low, high)
        if words:
            message = f"Query validation error: '{words}' on property {name}."
            raise ApiError(400, message, "invalid_query_string")


def _number_words(given: str, low: int, high: int) -> str | None:
    try:
        value = int(given)
    except ValueError:
        return "Expected type integer but found type string"
    if value < low:
        return f"Value {value} is less than minimum {low}"
    return f"Value {value} is greater than maximum {high}" if value > high else None


def _depth(error: ValidationError) -> tuple[int, str]:
    return len(error.absolute_path), str(list(error.absolute_path))


def _place(error: ValidationError) -> str:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return f" on property {path.lstrip('.')}" if path else ""


def _words(error: ValidationError) -> str:
    teller = _TELLERS.get(str(error.validator))
    return teller(error) if teller else error.message


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


_TELLERS: dict[str, Callable[[ValidationError], str]] = {
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
