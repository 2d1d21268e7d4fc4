"""What an endpoint function gets and answers, without any HTTP library."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

Json = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """The client that a management token was issued to, and the scopes of the token."""

    client_id: str
    scopes: frozenset[str]

    def may(self, *scopes: str) -> bool:
        """True if the token has at least one of the scopes."""
        return not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True)
class Call:
    """One request: decoded path parameters, last value of each query parameter, parsed body.

    `route` is the path as requested; faults are set per route.
    """

    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    caller: Caller
    documents: Mapping[str, str | None] = field(default_factory=dict)
    """What was found at the addresses that the operation needs; None where nothing was."""

    def flag(self, name: str) -> bool | None:
        """A boolean query parameter, None if absent or not a boolean."""
        return {"true": True, "false": False}.get(self.query.get(name, ""))


@dataclass(frozen=True)
class Answer:
    """Status and JSON body; None sends no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


_DEPTH = 100


def strict_json(text: str | bytes) -> Any:
    """The value of a JSON text in UTF-8 (RFC 8259): no NaN, no lone surrogates, at most 100 deep.

    Raises:
        ValueError: it is not such a text.
    """
    plain = text if isinstance(text, str) else text.decode()
    try:
        value = json.loads(plain, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    if plain.count("[") + plain.count("{") > _DEPTH:
        _check_depth(value)
    if "\\u" in plain:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(_DEPTH):
        inner = [one for one in level if isinstance(one, (dict, list))]
        level = [item for one in inner for item in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return
    raise ValueError("it is nested too deep")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def select(body: Json, call: Call, always: Collection[str] = ()) -> Json:
    """MG-08: `fields` and `include_fields`: the named fields, or all others; `always` stay."""
    named = {name.strip() for name in call.query.get("fields", "").split(",") if name.strip()}
    if not named:
        return body
    wanted = call.flag("include_fields") is not False
    return {key: value for key, value in body.items() if (key in named) is wanted or key in always}


def merge(old: Mapping[str, object], change: Mapping[str, object]) -> Json:
    """MG-10: a PATCH replaces whole values; null removes the property, which is then absent."""
    merged = {**old, **change}
    return {key: value for key, value in merged.items() if value is not None}


def merge_deep(old: Mapping[str, object], change: Mapping[str, object]) -> Json:
    """Like `merge`, but objects are merged one level deep."""
    merged = dict(change)
    for name, value in change.items():
        before = old.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            merged[name] = merge(before, value)
    return merge(old, merged)
