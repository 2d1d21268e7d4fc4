"""A broken rule as a value."""

from dataclasses import dataclass, replace
from typing import Self

from catalog.problems import Path


@dataclass(frozen=True)
class Violation:
    """A broken rule. `path` is relative to the object that was checked."""

    rule: str
    path: Path
    what: str
    why: str
    fix: str

    def below(self, path: Path) -> Self:
        """The same, seen from an object that holds this one at `path`."""
        return replace(self, path=(*path, *self.path))
