"""A user's mistake as a value: where it stands, what is wrong, why Auth0 cares, how to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from catalog.text import shown

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. `file` is relative to the project, `line` counts from 1 (0: unknown).

    An error keeps a run from writing; a warning is what a person should think about.
    """

    file: str
    line: int
    field: str
    what: str
    why: str = ""
    fix: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = ": ".join(filter(None, (place, self.field, self.what)))
        rest = [f"    {label}: {text}" for label, text in (("why", self.why), ("fix", self.fix))]
        # Texts of files and tenants are in all of it, and must not disturb a terminal.
        return "\n".join(map(shown, [head, *(line for line in rest if not line.endswith(": "))]))


class CatalogError(Exception):
    """All problems of a run at once; `str()` is the text a user reads."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} found, nothing was changed:"
        return "\n\n".join([head, *map(str, self.problems)])


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
