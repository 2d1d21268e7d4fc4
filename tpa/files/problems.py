"""A problem of a file or a tenant: where it is, what is wrong, why it matters, how to fix it."""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from auth0_third_party.model.text import shown
from auth0_third_party.rules import Path, field_name
from auth0_third_party.rules.registry import rules
from tpa.advice import pastable

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One finding. `file` is relative to the project, `line` counts from 1 (0: unknown).

    `why`: where this case needs another reason than the rule's own. An error stops a run before it
    writes; a warning does not.
    """

    file: str
    line: int
    path: Path
    what: str
    why: str = ""
    fix: str = ""
    severity: Severity = "error"
    _: KW_ONLY
    rule: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", self.why or rules()[self.rule].why)

    def __lt__(self, other: "Problem") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str | int, ...]:
        return (self.file, self.line, self.field, self.what, self.why, self.fix, self.severity)

    @property
    def field(self) -> str:
        """The path as people write it; for output only."""
        return field_name(self.path)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        head = ": ".join(filter(None, (where, self.field, self.what)))
        rest = [f"    {label}: {text}" for label, text in (("why", self.why), ("fix", self.fix))]
        # It may hold texts of files and tenants: no control character must reach a terminal.
        lines = [f"{head} ({self.rule})", *(line for line in rest if not line.endswith(": "))]
        return pastable("\n".join(map(shown, lines)))


class CatalogError(Exception):
    """All problems of a run at once; `str()` is the text a user reads."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} found, nothing was changed:"
        return "\n\n".join([head, *map(str, self.problems)])
