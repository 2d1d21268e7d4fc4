"""A problem of a file or a tenant: where it is, what is wrong, why it matters, how to fix it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.text import shown

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. `file` is relative to the project, `line` counts from 1 (0: unknown).

    An error stops a run before it writes; a warning does not.
    """

    file: str
    line: int
    field: str
    what: str
    why: str = ""
    fix: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        head = ": ".join(filter(None, (where, self.field, self.what)))
        rest = [f"    {label}: {text}" for label, text in (("why", self.why), ("fix", self.fix))]
        # It may hold texts of files and tenants: no control character must reach a terminal.
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
