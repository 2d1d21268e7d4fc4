"""Files -> Catalog for one environment; every problem of every file is reported, once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any

from auth0_third_party.model.access import Access, effective_access
from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.environments.record import (
    AGENTS,
    DEFAULTS,
    TENANT,
    Entry,
    Record,
    entry_of,
    entry_of_defaults,
)
from tpa.files.checks import check
from tpa.files.definitions import (
    AgentDefinition,
    ApplicationDefinition,
    GrantDefinition,
    TenantDefinition,
)
from tpa.files.documents import Document
from tpa.files.environment import Environment, Overlay
from tpa.files.environment_checks import check_chain, check_port
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import (
    APIS_FILE,
    Sources,
    agent_file,
    application_file,
    environment_file,
    read_environments,
    read_sources,
)


@dataclass(frozen=True)
class Names:
    """What the keys of files mean in one tenant; a key that is not there stands for itself."""

    audiences: Mapping[str, str] = field(default_factory=dict)
    connections: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)

    def application(self, definition: ApplicationDefinition, overlay: Overlay) -> Application:
        """The definition, with what the environment says in place of its own."""
        stated = definition.model_dump(exclude={"owner", "grants", "needs"}, exclude_unset=True)
        stated |= overlay.model_dump(exclude_none=True)
        connections = self._connections(stated.get("connections", ()))
        grants = self._grants(definition.grants)
        owner = definition.owner.organization
        return Application(**{**stated, "connections": connections}, owner=owner, grants=grants)

    def agent(self, definition: AgentDefinition) -> Agent:
        """The agent, its document as it is."""
        return Agent(
            document=definition.document,
            owner=definition.owner.organization,
            grants=self._grants(definition.grants),
            connections=self._connections(definition.connections),
        )

    def default_permission(self, grant: GrantDefinition) -> DefaultPermission:
        """A permission of every third party."""
        return DefaultPermission(**self._grant(grant))

    def _connections(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.connections.get(key, key) for key in keys)

    def _grants(self, grants: tuple[GrantDefinition, ...]) -> tuple[ClientGrant, ...]:
        return tuple(ClientGrant(**self._grant(grant)) for grant in grants)

    def _grant(self, grant: GrantDefinition) -> dict[str, object]:
        stated = grant.model_dump(exclude_unset=True)
        if "organizations" in stated:
            stated["organizations"] = tuple(
                self.organizations.get(key, key) for key in grant.organizations
            )
        return {**stated, "audience": self.audiences.get(grant.api, grant.api)}


@dataclass(frozen=True)
class Catalog:
    """Everything one environment's stack is made from.

    `digests` are of the definitions that all environments share.
    """

    name: str
    environment: Environment
    applications: Mapping[str, Application]
    default_permissions: tuple[DefaultPermission, ...]
    agents: Mapping[str, Agent]
    tenant: TenantDefinition
    digests: Mapping[str, str]
    record: Record
    """What the stack writes down of all this once it has applied it."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """The files as they were read, by name: they know on which line a thing stands."""

    @property
    def file(self) -> str:
        """The environment's own file."""
        return environment_file(self.name)

    def line(self, file: str, *path: str | int) -> str:
        """`file:line` of a field, or of what it stands in; the file alone where nobody knows."""
        document = self.documents.get(file)
        return file if document is None else f"{file}:{document.line(path)}"

    @property
    def access(self) -> tuple[Access, ...]:
        return effective_access({**self.applications, **self.agents}, self.default_permissions)

    @property
    def connections(self) -> tuple[str, ...]:
        """The names, in this tenant, of all connections that applications sign users in with."""
        named = {c for app in self.applications.values() for c in app.connections}
        return tuple(
            sorted(named | {c for agent in self.agents.values() for c in agent.connections})
        )

    def places(self) -> Iterator[tuple[str, str, ClientGrant | DefaultPermission]]:
        """Every grant with the file and field that states it."""
        for key, application in self.applications.items():
            for index, grant in enumerate(application.grants):
                yield application_file(key), f"grants[{index}]", grant
        for key, agent in self.agents.items():
            for index, grant in enumerate(agent.grants):
                yield agent_file(key), f"grants[{index}]", grant
        for index, permission in enumerate(self.default_permissions):
            yield APIS_FILE, f"default_permissions[{index}]", permission


def load_catalog(root: FilePath, name: str) -> Catalog:
    """The checked catalog of the environment `name`.

    Raises:
        CatalogError: with every problem of every file.
    """
    problems: list[Problem] = []
    sources = read_sources(root, name, problems)
    if sources is not None:
        problems.extend(check(sources, root))
        document = sources.environment.document
        environments = read_environments(root)
        problems.extend(check_chain(name, environments, document))
        problems.extend(check_port(name, environments, document))
    if sources is None or problems:
        raise CatalogError(problems)
    catalog = _resolve(sources)
    idle = [*_without_access(catalog)]
    if idle:
        raise CatalogError(idle)
    return catalog


def bare_catalog(root: FilePath, name: str) -> Catalog:
    """The environment alone, with nothing live: enough to take a stack down.

    Raises:
        CatalogError: the environment's own file can't be used.
    """
    environment = read_environments(root).get(name)
    if environment is None:
        return load_catalog(root, name)
    nothing: Mapping[str, Any] = MappingProxyType({})
    return Catalog(name, environment, nothing, (), nothing, TenantDefinition(), nothing, Record())


def _resolve(sources: Sources) -> Catalog:
    environment, names = sources.environment.value, _names(sources)
    live = environment.applications
    definitions = {key: sources.applications[key].value for key in sorted(live)}
    return Catalog(
        sources.name,
        environment,
        MappingProxyType(
            {
                key: names.application(definition, live[key] or Overlay())
                for key, definition in definitions.items()
            }
        ),
        tuple(map(names.default_permission, sources.apis.value.default_permissions)),
        MappingProxyType(
            {key: names.agent(sources.agents[key].value) for key in sorted(environment.agents)}
        ),
        sources.tenant.value if sources.tenant else TenantDefinition(),
        MappingProxyType({key: value.digest() for key, value in definitions.items()}),
        _record(definitions, sources),
        MappingProxyType({document.file: document for document in sources.documents}),
    )


def _names(sources: Sources) -> Names:
    environment, apis = sources.environment.value, sources.apis.value.apis
    return Names(
        {key: environment.audiences.get(key, api.audience) for key, api in apis.items()},
        environment.connections,
        {key: organization.name for key, organization in environment.organizations.items()},
    )


def _record(definitions: Mapping[str, ApplicationDefinition], sources: Sources) -> Record:
    environment, names = sources.environment.value, _names(sources)
    entries = {
        key: Entry(
            digest=definition.digest(),
            definition=definition.content(),
            overlay=_overlay(environment, key),
        )
        for key, definition in definitions.items()
    }
    return Record(
        definitions={**entries, **_shared_entries(sources)},
        audiences=dict(names.audiences),
        connections=dict(names.connections),
        organizations=dict(names.organizations),
        admitted=_admitted(environment),
        protected=environment.protected,
    )


def _admitted(environment: Environment) -> dict[str, tuple[str, ...]]:
    return {
        each.name: tuple(environment.connections.get(key, key) for key in each.connections)
        for each in environment.organizations.values()
        if each.admits_third_parties
    }


def _shared_entries(sources: Sources) -> dict[str, Entry]:
    """Agents that are live, and what belongs to the tenant as a whole."""
    live = sorted(sources.environment.value.agents)
    entries = {f"{AGENTS}{key}": entry_of(sources.agents[key].value) for key in live}
    if sources.tenant is not None:
        entries[TENANT] = entry_of(sources.tenant.value)
    return {**entries, DEFAULTS: entry_of_defaults(sources.apis.value.default_permissions)}


def _overlay(environment: Environment, key: str) -> dict[str, Any]:
    overlay = environment.applications[key] or Overlay()
    return overlay.model_dump(mode="json", exclude_none=True)


def _without_access(catalog: Catalog) -> Iterator[Problem]:
    """CG-01, CG-15: a flow without any permission ends in `unauthorized_client`, whatever APIs
    allow to all.
    """
    able = {(row.application, row.subject_type) for row in catalog.access}
    users: dict[str, tuple[str, Application | Agent]] = {
        **{key: (application_file(key), app) for key, app in catalog.applications.items()},
        **{key: (agent_file(key), agent) for key, agent in catalog.agents.items()},
    }
    for key, (file, user) in users.items():
        if isinstance(user, Application) and not user.strict:
            continue
        flows = user.flows(user.subject_types)
        idle = [
            subject
            for subject, flow in (("user", "authorization_code"), ("client", "client_credentials"))
            if flow in flows and (key, subject) not in able
        ]
        if (key, "user") not in able and (key, "client") not in able:
            yield _idle(file, "the application may call nothing")
        elif idle:
            whose = "its users" if idle == ["user"] else "itself"
            yield _idle(file, f"no API may be called for {whose} (subject_type {idle[0]})")


def _idle(file: str, what: str) -> Problem:
    return Problem(
        file,
        0,
        "grants",
        what,
        "a third party needs a grant for every API and subject type, of its own or by default"
        " permissions; an API that allows all applications does not admit it",
        f"add a grant, or default permissions in {APIS_FILE}",
    )
