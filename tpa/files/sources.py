"""The files of one environment, read and parsed; checks across files come later."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from auth0_third_party.rules.violation import Path, nearest
from tpa.files.definitions import (
    AgentDefinition,
    ApplicationDefinition,
    ClientDefinition,
    PartnerFile,
    TenantDefinition,
)
from tpa.files.documents import Document, parse, read_document
from tpa.files.environment import Apis, Environment
from tpa.files.layout import (
    APIS_FILE,
    PROJECT_FILE,
    STACKS,
    TENANT_FILE,
    agent_file,
    application_file,
    environment_file,
    environment_names,
)
from tpa.files.problems import Problem
from tpa.files.record import Identity

# Whoever reads files finds their names here as well.
M = TypeVar("M", bound=BaseModel)
P = TypeVar("P", bound=PartnerFile)
Read_co = TypeVar("Read_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True)
class Source(Generic[Read_co]):
    """A model and the document that it was read from."""

    value: Read_co
    document: Document


@dataclass(frozen=True)
class Sources:
    """All files that the stack of one environment is made from."""

    name: str
    environment: Source[Environment]
    apis: Source[Apis]
    applications: Mapping[str, Source[ApplicationDefinition]]
    agents: Mapping[str, Source[AgentDefinition]]
    tenant: Source[TenantDefinition] | None
    environments: tuple[str, ...]
    unusable: frozenset[str]
    """Keys of applications and agents whose files could not be used; their problems say why."""

    @property
    def clients(self) -> Iterator[tuple[str, "Source[ClientDefinition]"]]:
        """Every agent and application, with its key."""
        yield from self.agents.items()
        yield from self.applications.items()

    @property
    def live_applications(self) -> "Mapping[str, Source[ApplicationDefinition]]":
        """The applications that are live in this environment, by key."""
        return _live(self.applications, self.name)

    @property
    def live_agents(self) -> "Mapping[str, Source[AgentDefinition]]":
        """The agents that are live in this environment, by key."""
        return _live(self.agents, self.name)

    @property
    def live(self) -> "Mapping[Identity, Source[ClientDefinition]]":
        """The applications and agents that are live in this environment."""
        agents = {Identity(key, "agent"): each for key, each in self.live_agents.items()}
        return {Identity(key): each for key, each in self.live_applications.items()} | agents

    def may_be_live(self, key: str) -> bool:
        """Whether its file could not be read so far as to tell."""
        source: Source[Any] | None = self.applications.get(key) or self.agents.get(key)
        return source.document.lacks(("environments",)) if source else key in self.unusable

    @property
    def documents(self) -> Iterator[Document]:
        """Every file that could be read."""
        yield from (self.environment.document, self.apis.document)
        yield from (source.document for _, source in self.clients)
        if self.tenant is not None:
            yield self.tenant.document


def _live(files: "Mapping[str, Source[P]]", environment: str) -> "Mapping[str, Source[P]]":
    found = ((key, files[key]) for key in sorted(files))
    return {key: each for key, each in found if environment in each.value.environments}


def stated_path(document: Document, environment: str, *field: str | int) -> Path:
    """Where the file of an application or an agent states a field for one environment: under
    `environments`, or for all; without a field, that it is live there.
    """
    own: Path = ("environments", environment, *field)
    return own if not field or own[:3] in document.lines else field


def project_name(root: FilePath) -> str:
    """The name of the Pulumi project, out of `Pulumi.yaml`; "" where there is none."""
    return str(read_project(root).get("name") or "")


def read_project(root: FilePath) -> Mapping[str, Any]:
    """`Pulumi.yaml`; empty where it is missing or unreadable."""
    document = read_document(root, root / PROJECT_FILE)
    return {} if isinstance(document, Problem) else document.data


def read_environments(root: FilePath) -> dict[str, Environment]:
    """All environments, by name; files with problems are left out."""
    found = (
        (name, _read(root, environment_file(name), Environment, []))
        for name in environment_names(root)
    )
    return {name: source.value for name, source in found if source is not None}


def read_where(root: FilePath) -> dict[str, tuple[str, ...]]:
    """Key of each application that can be read -> the environments where it is live."""
    found = _read_all(root, application_file, ApplicationDefinition, [])
    return {key: tuple(each.value.environments) for key, each in found.items() if each is not None}


def successors(root: FilePath, name: str) -> tuple[str, ...]:
    """The environments that advance from `name`."""
    found = read_environments(root).items()
    return tuple(other for other, environment in found if environment.advances_from == name)


def read_sources(root: FilePath, name: str, problems: list[Problem]) -> Sources | None:
    """The parsed files; None where one that all others need can't be used."""
    known = environment_names(root)
    environment = None
    if name in known:
        environment = _read(root, environment_file(name), Environment, problems)
    else:
        what = f"there is no environment '{name}'"
        file, fix = environment_file(name), nearest(name, known)
        problems.append(Problem(file, 0, (), what, fix=fix, rule="ENV-01"))
    apis = _read(root, APIS_FILE, Apis, problems)
    tenant = None
    if (root / TENANT_FILE).exists():
        tenant = _read(root, TENANT_FILE, TenantDefinition, problems)
    applications = _read_all(root, application_file, ApplicationDefinition, problems)
    agents = _read_all(root, agent_file, AgentDefinition, problems)
    problems.extend(_not_read(root))
    if environment is None or apis is None:
        return None
    return Sources(
        name,
        environment,
        apis,
        {key: source for key, source in applications.items() if source is not None},
        {key: source for key, source in agents.items() if source is not None},
        tenant,
        known,
        frozenset(key for key, each in (*applications.items(), *agents.items()) if each is None),
    )


def _not_read(root: FilePath) -> Iterator[Problem]:
    """YAML files that no command reads, where others of their kind are."""
    files = sorted(root.glob(f"{STACKS}/*")) + sorted(root.glob(f"{STACKS}/a*s/**/*"))
    for file in files:
        name, sound = file.relative_to(root).as_posix(), file.with_suffix(".yaml")
        if file.suffix.lower() not in (".yml", ".yaml") or file.name.startswith("Pulumi."):
            continue
        if file.suffix != ".yaml" and sound.exists():
            what = f"{sound.relative_to(root).as_posix()} has the key '{file.stem}' too"
            yield Problem(name, 0, (), what, fix="keep one of the two files", rule="FILE-09")
        elif file.suffix != ".yaml":
            what, fix = "is not read: its name does not end in .yaml", f"call it {sound.name}"
            yield Problem(name, 0, (), what, fix=fix, rule="FILE-08")
        elif name.count("/") > 2:
            folder = "/".join(name.split("/")[:2])
            what, fix = "is not read: it is in a folder of its own", f"move it into {folder}"
            yield Problem(name, 0, (), what, fix=fix, rule="FILE-08")


def _read_all(
    root: FilePath, file_of: Callable[[str], str], model: type[M], problems: list[Problem]
) -> dict[str, Source[M] | None]:
    """Every file of a folder, by its key."""
    files = sorted((root / file_of("any")).parent.glob("*.yaml"))
    return {file.stem: _read(root, file_of(file.stem), model, problems) for file in files}


def _read(root: FilePath, file: str, model: type[M], problems: list[Problem]) -> Source[M] | None:
    document = read_document(root, root / file)
    if isinstance(document, Problem):
        problems.append(document)
        return None
    parsed = parse(model, document, problems)
    return None if parsed is None else Source(*parsed)
