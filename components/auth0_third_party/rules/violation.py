"""A broken rule as a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Self

from auth0_third_party.rules.registry import rules

Path = tuple[str | int, ...]


def field_name(path: Sequence[str | int]) -> str:
    """`("grants", 0, "scopes")` as people write it: `grants[0].scopes`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += f".{part}" if name else part
    return name


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that ends a sentence: the closest known word, or all of them when few."""
    options = sorted(known)
    close = get_close_matches(word, options, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not options:
        return "none are defined yet"
    first = ", ".join(options[:8]) + (", …" if len(options) > 8 else "")
    return f"known: {first}"


@dataclass(frozen=True)
class Violation:
    """A broken rule. `path` is relative to the object that was checked.

    `why`: where this case needs another reason than the rule's own.
    """

    rule: str
    path: Path
    what: str
    fix: str
    why: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", self.why or rules()[self.rule].why)

    def below(self, path: Path) -> Self:
        """The same, seen from an object that holds this one at `path`."""
        return replace(self, path=(*path, *self.path))
