"""Names in a project's files, for completion by the Tab key; none outside of a project.

No model is loaded for it, and a file that says something else than it should has no names.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import typer
import yaml

from tpa.files.layout import (
    APIS_FILE,
    agent_file,
    application_file,
    environment_file,
    environment_names,
    find_project,
)
from tpa.files.measure import nodes_and_data
from tpa.files.regular import read_regular_text

FileOf = Callable[[str], str]


def environments(ctx: typer.Context) -> Iterable[str]:  # noqa: ARG001
    """The environments that have a file."""
    return environment_names(_root())


def later_environments(ctx: typer.Context) -> Iterable[str]:
    """The environments that advance from the one on the command line."""
    for name in environments(ctx):
        if _content(environment_file(name)).get("advances_from") == ctx.params.get("source"):
            yield name


def applications(ctx: typer.Context) -> Iterable[str]:  # noqa: ARG001
    """The keys of all applications that have a file, live or not."""
    return _keys(application_file)


def connections(ctx: typer.Context) -> Iterable[str]:
    """The keys of the environment's connections."""
    return _names(environment_file(_environment(ctx)), "connections")


def explain_arguments(ctx: typer.Context) -> Iterable[str]:
    """For `--explain`: a live application or agent, then an API."""
    before = ctx.parent.args[-2:-1] if ctx.parent else []
    if before == ["--explain"]:
        yield from _names(APIS_FILE, "apis")
        return
    for file_of in (application_file, agent_file):
        for key in _keys(file_of):
            if _environment(ctx) in _names(file_of(key), "environments"):
                yield key


def _environment(ctx: typer.Context) -> str:
    return ctx.params.get("environment") or "dev"


def _root() -> Path:
    """The project; elsewhere the working directory, which has no files of one."""
    return find_project(Path.cwd()) or Path.cwd()


def _keys(file_of: FileOf) -> Iterable[str]:
    return sorted(file.stem for file in (_root() / file_of("any")).parent.glob("*.yaml"))


def _names(file: str, field: str) -> Iterable[str]:
    """The keys of a mapping in a file."""
    found = _content(file).get(field)
    return [str(key) for key in found] if isinstance(found, Mapping) else []


def _content(file: str) -> Mapping[str, Any]:
    """The content of a file; empty where it can't be read."""
    root = _root()
    try:
        _, content = nodes_and_data(read_regular_text(root / file, root))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
