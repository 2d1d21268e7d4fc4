"""What a route function gets and gives: plain data, no HTTP library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who calls: the client behind the management token, and its scopes."""

    client_id: str
    scopes: frozenset[str]

    def may(self, *scopes: str) -> bool:
        """True if the token carries at least one of the scopes."""
        return not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True)
class Call:
    """One request: decoded path parameters, last value of each query parameter, parsed body.

    `route` is the path as requested, for what is set per route.
    """

    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    caller: Caller

    def flag(self, name: str) -> bool | None:
        """A boolean query parameter, None if absent or not a boolean."""
        return {"true": True, "false": False}.get(self.query.get(name, ""))


@dataclass(frozen=True)
class Answer:
    """Status and JSON body; None sends no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
