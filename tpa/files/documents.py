"""YAML files with their line numbers, and pydantic's errors as problems in plain words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from auth0_third_party.rules import Violation
from auth0_third_party.rules.violation import Path
from tpa.files.measure import nodes_and_data
from tpa.files.problems import Problem, shape_violation
from tpa.files.regular import read_regular_text

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A parsed file; `lines` maps the path of each value to its line.

    `left_out`: paths of values that could not be read. `original_paths`: path of a list item
    without the items that were left out -> its path in the file.
    """

    file: str
    data: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    original_paths: Mapping[Path, Path] = field(default_factory=dict)
    left_out: frozenset[Path] = frozenset()

    def problem(self, rule: str, path: Path, what: str, fix: str, why: str = "") -> Problem:
        path = self._original(path)
        return Problem(self.file, self.line(path), path, what, why, fix, rule=rule)

    def violation(self, violation: Violation, at: Path = ()) -> Problem:
        path = (*at, *violation.path)
        return self.problem(violation.rule, path, violation.what, violation.fix, violation.why)

    def lacks(self, path: Path) -> bool:
        """Whether the value, or what it is part of, was left out; a problem of its own says why."""
        return any(left_out[: len(path)] == path for left_out in self.left_out)

    def _original(self, path: Path) -> Path:
        for length in range(len(path), 0, -1):
            if path[:length] in self.original_paths:
                return (*self.original_paths[path[:length]], *path[length:])
        return path

    def line(self, path: Path) -> int:
        """The line of a value, or of what it is part of; 0 where neither is known."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def read_document(root: FilePath, file: FilePath) -> Document | Problem:
    """The file as a mapping, or the one problem that keeps it from being read."""
    name = file.relative_to(root).as_posix()
    try:
        return _as_document(name, read_regular_text(file, root))
    except OSError as error:
        what = f"can't be read: {error.strerror}"
        return Problem(name, 0, (), what, fix="check the file", rule="FILE-01")
    except UnicodeDecodeError:
        return Problem(name, 0, (), "is not UTF-8 text", fix="save it as UTF-8", rule="FILE-01")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        if tab := _tab_line(file, line):
            what, fix = "is indented by a tab", "use blanks; YAML allows no tab there"
            return Problem(name, tab, (), what, fix=fix, rule="FILE-02")
        fix = "check the indentation, quotes and brackets around that line"
        what = f"is not valid YAML: {error.problem}"
        return Problem(name, line, (), what, fix=fix, rule="FILE-02")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = f"is not valid YAML: {str(error).splitlines()[0]}"
        fix = "write plain text, numbers, lists and mappings"
        return Problem(name, 0, (), what, fix=fix, rule="FILE-02")


def _tab_line(file: FilePath, line: int) -> int:
    """The line of an error, or the one before it, if a tab is in its indentation; else 0.

    https://yaml.org/spec/1.2.2/#61-indentation-spaces
    """
    lines = read_regular_text(file).splitlines()
    for number in (line, line - 1):
        text = lines[number - 1] if 0 < number <= len(lines) else ""
        if "\t" in text[: len(text) - len(text.lstrip(" \t"))]:
            return number
    return 0


def _as_document(name: str, text: str) -> Document | Problem:
    node, data = nodes_and_data(text)
    if not isinstance(node, yaml.MappingNode):
        what, fix = "is not a mapping of fields", "write 'field: value' lines"
        return Problem(name, 0, (), what, fix=fix, rule="FILE-02")
    lines: dict[Path, int] = {(): 1}
    repeated = list(_walk(node, (), lines))
    if repeated:
        path, line = repeated[0]
        what = "is listed twice in the same mapping"
        return Problem(name, line, path, what, fix="keep one of them", rule="FILE-03")
    return Document(name, data, lines)


def parse(model: type[M], document: Document, problems: list[Problem]) -> tuple[M, Document] | None:
    """The model and the document that its paths belong to; problems are appended.

    What can be read is still returned, so that one wrong field does not hide problems of the
    others. A model's `STAND_INS` replace required fields that no rule reads.
    """
    try:
        return model.model_validate(document.data), document
    except ValidationError as error:
        details = error.errors(include_url=False)
    places = [_reachable(detail["loc"], document.data) for detail in details]
    problems.extend(
        document.violation(shape_violation(detail, path, model))
        for detail, path in zip(details, places, strict=True)
    )
    bad = set(places)
    stand_ins: dict[str, Any] = getattr(model, "STAND_INS", {})
    replaced = {path[0] for path in bad if path} | {
        detail["loc"][0] for detail in details if detail["type"] == "missing"
    }
    original_paths: dict[Path, Path] = {}
    rest = _without_bad_values(document.data, bad, (), (), original_paths)
    rest |= {key: value for key, value in stand_ins.items() if key in replaced}
    try:
        known = replace(document, original_paths=original_paths, left_out=frozenset(bad))
        return model.model_validate(rest), known
    except ValidationError:
        return None


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Iterator[tuple[Path, int]]:
    """Fills `lines`; yields the keys that are listed twice."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            at = (*path, str(key.value))
            if at in seen:
                yield at, key.start_mark.line + 1
            seen.add(at)
            lines[at] = key.start_mark.line + 1
            yield from _walk(value, at, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*path, index)] = value.start_mark.line + 1
            yield from _walk(value, (*path, index), lines)


def _reachable(location: tuple[int | str, ...], data: Any) -> Path:
    """Pydantic's location, cut to what is in the file: pydantic adds parts of its own."""
    path: Path = ()
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return path
        path = (*path, part)
    return path


def _without_bad_values(
    data: Any, bad: set[Path], old: Path, new: Path, original_paths: dict[Path, Path]
) -> Any:
    """The data without bad values; a list item with a bad value in it is left out as a whole."""
    if isinstance(data, dict):
        return {
            key: _without_bad_values(value, bad, (*old, key), (*new, key), original_paths)
            for key, value in data.items()
            if (*old, key) not in bad
        }
    if not isinstance(data, list):
        return data
    kept: list[Any] = []
    for index, item in enumerate(data):
        at = (*old, index)
        if not any(path[: len(at)] == at for path in bad):
            here = (*new, len(kept))
            original_paths[here] = at
            kept.append(_without_bad_values(item, bad, at, here, original_paths))
    return kept


def located(root: FilePath, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each with the line of its field, or of what that would be part of.

    A problem without a field, or in a file that can't be read, stays as it is.
    """
    read = lru_cache(lambda file: read_document(root, root / file))

    def line(problem: Problem) -> int:
        document = read(problem.file) if problem.path and not problem.line else None
        if isinstance(document, Document) and problem.path[0] in document.data:
            return document.line(problem.path)
        return problem.line

    return tuple(replace(problem, line=line(problem)) for problem in problems)
