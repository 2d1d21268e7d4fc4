"""Names in a project's files, for completion by the Tab key.

No model is loaded for it, and a file that says something else than it should has no names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tpa.files.layout import (
    APIS_FILE,
    agent_file,
    application_file,
    environment_file,
    environment_names,
)
from tpa.files.measure import nodes_and_data
from tpa.files.regular import read_regular_text


@dataclass(frozen=True)
class Line:
    """What was typed so far, in a project: the values of each option and argument, by name."""

    root: Path
    values: Mapping[str, Sequence[str]]

    def value(self, name: str, default: str = "") -> str:
        return next(iter(self.values.get(name, ())), default)

    @property
    def environment(self) -> str:
        return self.value("environment", "dev")


def environments(ctx: Line) -> Iterable[str]:
    """The environments that have a file."""
    return environment_names(ctx.root)


def later_environments(ctx: Line) -> Iterable[str]:
    """The environments that advance from the one on the command line."""
    source = ctx.value("source")
    for name in environment_names(ctx.root):
        if _content(ctx, environment_file(name)).get("advances_from") == source:
            yield name


def applications(ctx: Line) -> Iterable[str]:
    """The keys of all applications that have a file, live or not."""
    return _keys(ctx, application_file)


def connections(ctx: Line) -> Iterable[str]:
    """The keys of the environment's connections."""
    return _names(ctx, environment_file(ctx.environment), "connections")


def explain_arguments(ctx: Line) -> Iterable[str]:
    """For `--explain`: a live application or agent, then an API."""
    if ctx.values.get("explain"):
        yield from _names(ctx, APIS_FILE, "apis")
        return
    for file_of in (application_file, agent_file):
        for key in _keys(ctx, file_of):
            if ctx.environment in _names(ctx, file_of(key), "environments"):
                yield key


def _keys(ctx: Line, file_of: Any) -> Iterable[str]:
    return sorted(file.stem for file in (ctx.root / file_of("any")).parent.glob("*.yaml"))


def _names(ctx: Line, file: str, field: str) -> Iterable[str]:
    """The keys of a mapping in a file."""
    found = _content(ctx, file).get(field)
    return [str(key) for key in found] if isinstance(found, Mapping) else []


def _content(ctx: Line, file: str) -> Mapping[str, Any]:
    """The content of a file; empty where it can't be read."""
    try:
        _, content = nodes_and_data(read_regular_text(ctx.root / file, ctx.root))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
