"""Lines for problems that a look at the tenant or at the state found, not one at the files."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path as FilePath

from catalog.documents import Document, read_document
from catalog.problems import Problem, field_name


def located(root: FilePath, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each with the line of its field, or of what that would stand in.

    One without a field, or in a file that can't be read, stays as it is.
    """
    lines = lru_cache(partial(_lines, root))
    return tuple(
        replace(problem, line=problem.line or _line(lines(problem.file), problem.field))
        if problem.field
        else problem
        for problem in problems
    )


def _lines(root: FilePath, file: str) -> Mapping[str, int]:
    document = read_document(root, root / file)
    if not isinstance(document, Document):
        return {}
    return {field_name(path): line for path, line in document.lines.items() if path}


def _line(lines: Mapping[str, int], field: str) -> int:
    while field and field not in lines:
        field = field[: max(field.rfind("."), field.rfind("["), 0)]
    return lines.get(field, 0)
