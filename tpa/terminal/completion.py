"""Completion by the Tab key: names in the project's files; nothing outside of a project."""

from collections.abc import Iterable
from contextlib import suppress

import typer

from tpa.errors import TpaError
from tpa.files.documents import Document, parse, read_document
from tpa.files.environment import Apis, Environment
from tpa.files.sources import (
    APIS_FILE,
    application_file,
    environment_names,
    read_environments,
    read_sources,
    successors,
)
from tpa.project import project_folder


def environments(incomplete: str) -> list[str]:
    """The environments that have a file."""
    with suppress(TpaError, OSError):
        return _of(environment_names(project_folder()), incomplete)
    return []


def later_environments(context: typer.Context, incomplete: str) -> list[str]:
    """The environments that advance from the one on the command line."""
    with suppress(TpaError, OSError):
        return _of(successors(project_folder(), context.params.get("source") or ""), incomplete)
    return []


def applications(incomplete: str) -> list[str]:
    """The keys of all applications that have a file, live or not."""
    with suppress(TpaError, OSError):
        folder = (project_folder() / application_file("any")).parent
        return _of(sorted(file.stem for file in folder.glob("*.yaml")), incomplete)
    return []


def connections(context: typer.Context, incomplete: str) -> list[str]:
    """The keys of the environment's connections."""
    with suppress(TpaError, OSError, KeyError):
        return _of(_environment(context).connections, incomplete)
    return []


def explain_arguments(context: typer.Context, incomplete: str) -> list[str]:
    """For `--explain`: a live application or agent, then an API."""
    line = context.parent.args if context.parent else []
    with suppress(TpaError, OSError, KeyError):
        if line[-2:-1] == ["--explain"]:
            return _of(_apis(), incomplete)
        environment = context.params.get("environment") or "dev"
        found = read_sources(project_folder(), environment, [])
        keys = (*found.live_applications, *found.live_agents) if found else ()
        return _of(keys, incomplete)
    return []


def _environment(context: typer.Context) -> Environment:
    """The environment on the command line; a KeyError where its file can't be used."""
    return read_environments(project_folder())[context.params.get("environment") or "dev"]


def _apis() -> Iterable[str]:
    root = project_folder()
    document = read_document(root, root / APIS_FILE)
    parsed = parse(Apis, document, []) if isinstance(document, Document) else None
    return parsed[0].apis if parsed else ()


def _of(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
