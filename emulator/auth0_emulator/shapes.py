"""A short notation for the shapes of request bodies; each function gives a JSON Schema."""

from typing import Any

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
