"""A broken rule as a value."""

from dataclasses import dataclass

from catalog.problems import Path


@dataclass(frozen=True)
class Violation:
    """A broken rule. `path` is relative to the object that was checked."""

    rule: str
    path: Path
    what: str
    why: str
    fix: str
