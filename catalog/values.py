"""Values with a rule of their own that several models use."""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

DIGEST_FORMAT = 1


def digest_of(content: object) -> str:
    """`<format>:<sha256>` of a definition's content as JSON, the order of keys aside."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"{DIGEST_FORMAT}:{hashlib.sha256(text.encode()).hexdigest()}"


def _written(text: object) -> object:
    if not isinstance(text, str) or not text.strip():
        raise ValueError("a written reason is missing")
    return text.strip()


Reason = Annotated[
    str, BeforeValidator(_written), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
"""Why somebody goes against a rule: never empty, kept where reviewers and auditors look."""


MAX_TOKEN_LIFETIME = 31_557_600
"""Seconds; the stricter of two documented limits (the API reference allows five times as much)."""


def _lifetime(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # the engine gives recorded numbers back as floats
    number = isinstance(value, int) and not isinstance(value, bool)
    if value == "unlimited" or (number and 1 <= int(str(value)) <= MAX_TOKEN_LIFETIME):
        return value
    raise ValueError(f"seconds from 1 to {MAX_TOKEN_LIFETIME}, or unlimited")


Lifetime = Annotated[
    int | Literal["unlimited"],
    BeforeValidator(_lifetime),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": MAX_TOKEN_LIFETIME},
                {"const": "unlimited"},
            ]
        }
    ),
]
"""How long a token lives: seconds, or without an end."""


def seconds(lifetime: Lifetime) -> float:
    """A lifetime as a number that can be compared."""
    return float("inf") if lifetime == "unlimited" else float(lifetime)
