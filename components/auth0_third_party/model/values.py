"""Types of values with a rule of their own, and what all models share."""

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from auth0_third_party import rules


def _legible(text: str) -> str:
    hidden = rules.hidden_character(text)
    if hidden:
        raise ValueError(f"has the hidden character {hidden}, which people can't see; remove it")
    if text and not rules.is_visible(text):
        raise ValueError("has no visible character; write it, or remove the line")
    if rules.in_curly_quotes(text):
        raise ValueError(f"is in curly quotes, which are a part of it; {rules.STRAIGHT}")
    if rules.holds_secret(text):
        raise ValueError("looks like a secret; remove it and have it replaced, others read it")
    return text


def _https(text: str) -> str:
    fault = rules.web_address_fault(text) if text else None
    if fault:
        raise ValueError(f"{fault[0]}; {fault[1]}")
    return text


SubjectType = Literal["user", "client"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=60)]
LEGIBLE = AfterValidator(_legible)
"""After the other constraints of a text: one line, and what people see is what is there."""
Line = Annotated[str, LEGIBLE]
"""A text that may be empty."""
Scope = Annotated[str, StringConstraints(min_length=1, max_length=280), LEGIBLE]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), LEGIBLE]
Https = Annotated[
    str, StringConstraints(pattern=r"^https://[^\s\"'<>\\]+$"), AfterValidator(_https)
]
"""The address of a page, a script or a picture."""
OptionalHttps = Annotated[
    str, StringConstraints(pattern=r"^(https://\S+)?$"), AfterValidator(_https)
]


class Model(BaseModel):
    """Frozen and closed: an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """With the fields' docstrings. They are read now: `use_attribute_docstrings` would parse
        the source of every model in every run of the program.
        """
        made = handler(core)
        fields = handler.resolve_ref_schema(made).get("properties", {})
        for base in cls.__mro__:
            for name, text in _docstrings(base) if issubclass(base, Model) else ():
                fields.get(name, {}).setdefault("description", text)
        return made


def _docstrings(model: type) -> Iterator[tuple[str, str]]:
    """Field -> the text below it."""
    (declared,) = ast.parse(dedent(inspect.getsource(model))).body
    for field, text in pairwise(getattr(declared, "body", ())):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str(value))):
                yield name, inspect.cleandoc(value)


def _written(text: object) -> object:
    if not isinstance(text, str) or not text.strip():
        raise ValueError("a written reason is missing")
    return _legible(text.strip())


Reason = Annotated[
    str, BeforeValidator(_written), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
"""Why an exception from a rule is made: never empty, kept where reviewers and auditors look."""


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


def unordered(value: Any) -> Any:
    """The same value whatever the order of its lists, which means nothing to Auth0: scopes, grants,
    connections, callbacks.
    """
    if isinstance(value, Mapping):
        return {name: unordered(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        each = map(unordered, value)
        return sorted(each, key=lambda item: json.dumps(item, sort_keys=True, default=str))
    return value


def same_value(one: object, other: object) -> bool:
    """Whether two values are the same, the order of lists aside."""
    return one == other or bool(unordered(one) == unordered(other))


def seconds(lifetime: Lifetime) -> float:
    """A lifetime as a number that can be compared."""
    return float("inf") if lifetime == "unlimited" else float(lifetime)
