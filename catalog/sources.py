"""The files of one environment, read and shaped; nothing is compared with anything yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Generic, TypeVar

from pydantic import BaseModel

from catalog.documents import Document, parse, read_document
from catalog.models import Apis, ApplicationDefinition, Environment
from catalog.problems import Problem, nearest

STACKS = "stacks"
APIS_FILE = f"{STACKS}/apis.yaml"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Source(Generic[M]):
    """A model and the document it stands in."""

    value: M
    document: Document


@dataclass(frozen=True)
class Sources:
    """All files that one environment's stack is made from."""

    name: str
    environment: Source[Environment]
    apis: Source[Apis]
    applications: Mapping[str, Source[ApplicationDefinition]]
    environments: tuple[str, ...]
    unusable: frozenset[str]
    """Keys of applications whose files could not be used; their problems say why."""


def environment_file(name: str) -> str:
    return f"{STACKS}/{name}.yaml"


def application_file(key: str) -> str:
    return f"{STACKS}/applications/{key}.yaml"


def environment_names(root: FilePath) -> tuple[str, ...]:
    """The environments that have a file."""
    files = (root / STACKS).glob("*.yaml")
    names = (file.stem for file in files if not file.name.startswith("Pulumi."))
    return tuple(sorted(name for name in names if environment_file(name) != APIS_FILE))


def read_environments(root: FilePath) -> dict[str, Environment]:
    """All environments, by name; files with problems are passed over."""
    found = (
        (name, _read(root, environment_file(name), Environment, []))
        for name in environment_names(root)
    )
    return {name: source.value for name, source in found if source is not None}


def successors(root: FilePath, name: str) -> tuple[str, ...]:
    """The environments that advance from `name`."""
    found = read_environments(root).items()
    return tuple(other for other, environment in found if environment.advances_from == name)


def read_sources(root: FilePath, name: str, problems: list[Problem]) -> Sources | None:
    """The shaped files; None when one that all others need can't be used."""
    known = environment_names(root)
    environment = None
    if name in known:
        environment = _read(root, environment_file(name), Environment, problems)
    else:
        what = f"there is no environment '{name}'"
        problems.append(Problem(environment_file(name), 0, "", what, "", nearest(name, known)))
    apis = _read(root, APIS_FILE, Apis, problems)
    files = sorted((root / STACKS / "applications").glob("*.yaml"))
    read = {
        file.stem: _read(root, application_file(file.stem), ApplicationDefinition, problems)
        for file in files
    }
    if environment is None or apis is None:
        return None
    usable = {key: source for key, source in read.items() if source is not None}
    return Sources(name, environment, apis, usable, known, frozenset(read.keys() - usable.keys()))


def _read(root: FilePath, file: str, model: type[M], problems: list[Problem]) -> Source[M] | None:
    document = read_document(root, root / file)
    if isinstance(document, Problem):
        problems.append(document)
        return None
    parsed = parse(model, document, problems)
    return None if parsed is None else Source(*parsed)
