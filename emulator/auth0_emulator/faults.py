"""Faults on demand, per route: error answers, slow answers, cut connections, a settle delay."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

ACTIONS = ("status", "slow", "cut-before", "cut-after", "settle")

_RANGES = (
    ("status", 400, 599),
    ("seconds", 0, 3600),
    ("count", 0, 1_000_000),
    ("skip", 0, 1_000_000),
    ("probability", 0, 1),
)


@dataclass
class Fault:
    """One fault. `count` is how often it still applies, None without limit; `skip` is how many
    matching requests pass first.

    do: `status` answers `status` and does nothing else; `slow` waits `seconds` first;
    `cut-before` closes the connection before anything is done, `cut-after` after the write;
    `settle` leaves an object out of lists until it is `seconds` old.
    """

    do: str
    method: str = "*"
    path: str = "*"
    status: int = 500
    seconds: float = 1.0
    count: int | None = None
    skip: int = 0
    probability: float = 1.0

    def __post_init__(self) -> None:
        if self.do not in ACTIONS:
            raise ValueError(f"do is {self.do!r}, expected one of {', '.join(ACTIONS)}")
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} is {value}, expected {low} to {high}")
        if not (isinstance(self.method, str) and isinstance(self.path, str)):
            raise TypeError("method and path are texts, in which * stands for anything")

    def matches(self, method: str, path: str) -> bool:
        """True if the fault is for this route; `*` in method and path stands for anything."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


def read_fault(values: Mapping[str, Any]) -> Fault:
    """A fault from JSON or command line values; ValueError says what is wrong with them."""
    types = {f.name: f.type for f in fields(Fault)}
    unknown = sorted(set(values) - set(types))
    if unknown:
        raise ValueError(f"unknown {unknown[0]!r}, one of {', '.join(types)}")
    if "do" not in values:
        raise ValueError(f"do is missing, one of {', '.join(ACTIONS)}")
    return Fault(**{name: _read(name, value) for name, value in values.items()})


_NUMBERS = {"status": int, "count": int, "skip": int, "seconds": float, "probability": float}


def _read(name: str, value: Any) -> Any:
    if name not in _NUMBERS or (name == "count" and value is None):
        return value
    try:
        return _NUMBERS[name](value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} is {value!r}, expected a number") from error


def parse_fault(text: str) -> Fault:
    """A fault from `do=status,status=503,method=POST,path=/api/v2/clients,count=2`."""
    pairs = [part.partition("=") for part in text.split(",")]
    return read_fault({key.strip(): value.strip() for key, _, value in pairs})


@dataclass
class Faults:
    """The active faults. `chance` gives numbers from 0 to 1 and can be seeded in tests."""

    active: list[Fault] = field(default_factory=list)
    chance: random.Random = field(default_factory=random.Random)

    def take(self, do: str, method: str, path: str) -> Fault | None:
        """The first fault of this kind that applies to the request now; its count goes down."""
        for fault in self.active:
            if fault.do != do or fault.count == 0 or not fault.matches(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if self.chance.random() >= fault.probability:
                continue
            if fault.count is not None:
                fault.count -= 1
            return fault
        return None

    def settle_seconds(self, path: str) -> float:
        """How old an object must be before this list shows it."""
        found = [f.seconds for f in self.active if f.do == "settle" and f.matches("GET", path)]
        return max(found, default=0.0)
