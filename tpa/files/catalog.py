"""The files as one catalog for one environment; every problem of every file is reported, once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from auth0_third_party.model.application import Application
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules import SUBJECT_TYPES, Path, required_grant_type
from tpa.files.checks import check
from tpa.files.declaration import Connections, Declaration, Names, declaration_in
from tpa.files.definitions import TenantDefinition, content_of
from tpa.files.documents import Document
from tpa.files.environment import Environment, Organization
from tpa.files.layout import APIS_FILE, agent_file, application_file, environment_file
from tpa.files.problems import CatalogError, Problem
from tpa.files.record import (
    DEFAULTS,
    TENANT,
    Entry,
    Identity,
    Record,
)
from tpa.files.sources import Sources, project_name, read_environments, read_sources, stated_path

RESTORE_VARIABLE = "TPA_RESTORE"
"""Set for a run of the program that uses `applied_catalog`, to undo what was changed outside."""


@dataclass(frozen=True)
class Catalog(Declaration):
    """Everything that the stack of one environment is made from.

    `project`: the name of the Pulumi project, "" outside of one. `record`: what the stack writes
    into its outputs once it has applied the catalog. `documents`: the files as they were read, by
    name, with the lines of their values.
    """

    name: str = ""
    project: str = ""
    environment: Environment = field(kw_only=True)
    record: Record = field(default_factory=Record)
    documents: Mapping[str, Document] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file of the environment."""
        return environment_file(self.name)

    @property
    def live_nowhere(self) -> tuple[str, ...]:
        """The files of applications and agents that name no environment."""
        folders = (application_file("").removesuffix(".yaml"), agent_file("").removesuffix(".yaml"))
        files = (each for each in self.documents.values() if each.file.startswith(folders))
        return tuple(sorted(each.file for each in files if not each.data.get("environments")))

    def definition_file(self, key: str) -> str:
        return agent_file(key) if key in self.agents else application_file(key)

    def stated_at(self, key: str, *field: str | int) -> tuple[str, Path]:
        """The file, and the path in it, that states a field of an application or an agent here;
        without a field, that it is live here.
        """
        file = self.definition_file(key)
        document = self.documents.get(file, Document(file, {}))
        return file, stated_path(document, self.name, *field)

    def line(self, file: str, *path: str | int) -> str:
        """`file:line` of a field, or of what it is part of; the file alone where unknown."""
        number = self.line_number(file, path)
        return f"{file}:{number}" if number else file

    def line_number(self, file: str, path: Path) -> int:
        """The line of a field, or of what it is part of, from 1; 0 where it is unknown."""
        document = self.documents.get(file)
        return document.line(path) if document is not None else 0

    def audience_place(self, audience: str) -> tuple[str, Path]:
        """The file, and the path in it, that states the audience of an API."""
        for key, stated in self.environment.audiences.items():
            if stated == audience:
                return self.file, ("audiences", key)
        keys = (key for key, stated in self.record.audiences.items() if stated == audience)
        return APIS_FILE, ("apis", next(keys, audience), "audience")

    def stated_grants(self) -> Iterator[tuple[str, Path, ClientGrant | DefaultPermission]]:
        """Every grant with the file, and the path in it, that states it."""
        for key, client in self.clients.items():
            for index, grant in enumerate(client.grants):
                yield self.definition_file(key), ("grants", index), grant
        for index, permission in enumerate(self.default_permissions):
            yield APIS_FILE, ("default_permissions", index), permission


def load_catalog(root: FilePath, name: str) -> Catalog:
    """The checked catalog of the environment `name`.

    Raises:
        CatalogError: with every problem of every file.
    """
    problems: list[Problem] = []
    sources = read_sources(root, name, problems)
    if sources is not None:
        problems.extend(check(sources, read_environments(root), root))
    if sources is None or problems:
        raise CatalogError(problems)
    catalog = _resolve(sources, project_name(root))
    unusable = [*_without_access(catalog)]
    if unusable:
        raise CatalogError(unusable)
    return catalog


def applied_catalog(catalog: Catalog, record: Record) -> Catalog:
    """The same environment as its last update applied it: an update with it applies no change of
    the files, and leaves `record` as it is. Definitions that today's rules refuse are left out.
    """
    last = declaration_in(record)
    admitted = (catalog.admitted if last.admitted is None else last.admitted) or {}
    keys = {name: key for key, name in record.connections.items()}
    organizations = {
        key: Organization(
            name=name,
            connections=tuple(keys.setdefault(each, each) for each in admitted.get(name, ())),
            admits_third_parties=name in admitted,
        )
        for key, name in record.organizations.items()
    }
    environment = catalog.environment.model_copy(
        update={
            "connections": {key: name for name, key in keys.items()},
            "organizations": organizations,
            "protect": record.protected,
        }
    )
    return replace(
        catalog,
        applications=last.applications,
        agents=last.agents,
        default_permissions=last.default_permissions,
        tenant=last.tenant,
        admitted=admitted,
        environment=environment,
        record=record,
    )


def empty_catalog(root: FilePath, name: str) -> Catalog:
    """The environment without any application or agent: enough to destroy its stack.

    Raises:
        CatalogError: the environment's file can't be used.
    """
    environment = read_environments(root).get(name)
    if environment is None:
        return load_catalog(root, name)
    return Catalog(name=name, project=project_name(root), environment=environment)


def _resolve(sources: Sources, project: str) -> Catalog:
    environment, names = sources.environment.value, _names(sources)
    return Catalog(
        {
            key: names.application(each.value.live_in(sources.name))
            for key, each in sources.live_applications.items()
        },
        {
            key: names.agent(each.value.live_in(sources.name))
            for key, each in sources.live_agents.items()
        },
        tuple(map(names.default_permission, sources.apis.value.default_permissions)),
        sources.tenant.value if sources.tenant else TenantDefinition(),
        _admitted(environment),
        name=sources.name,
        project=project,
        environment=environment,
        record=_record(sources),
        documents={document.file: document for document in sources.documents},
    )


def _names(sources: Sources) -> Names:
    environment, apis = sources.environment.value, sources.apis.value.apis
    return Names(
        {key: environment.audiences.get(key, api.audience) for key, api in apis.items()},
        environment.connections,
        {key: organization.name for key, organization in environment.organizations.items()},
    )


def _record(sources: Sources) -> Record:
    environment, names = sources.environment.value, _names(sources)
    return Record(
        definitions=_entries(sources),
        audiences=dict(names.audiences),
        connections=dict(names.connections),
        organizations=dict(names.organizations),
        admitted=dict(_admitted(environment)),
        protected=environment.protected,
    )


def _admitted(environment: Environment) -> Connections:
    return {
        each.name: tuple(environment.connections.get(key, key) for key in each.connections)
        for each in environment.organizations.values()
        if each.admits_third_parties
    }


def _entries(sources: Sources) -> dict[Identity, Entry]:
    """Everything that is live, tenant settings and default permissions."""
    entries = {
        identity: Entry.of(content_of(each.value), each.value.overlay(sources.name))
        for identity, each in sources.live.items()
    }
    if sources.tenant is not None:
        entries[TENANT] = Entry.of(content_of(sources.tenant.value))
    grants = [content_of(each) for each in sources.apis.value.default_permissions]
    return {**entries, DEFAULTS: Entry.of({"grants": grants})}


def _without_access(catalog: Catalog) -> Iterator[Problem]:
    """CG-01, CG-15: a flow without any permission ends in `unauthorized_client`, even on APIs that
    allow all applications.
    """
    permitted = {(row.application, row.subject_type) for row in catalog.access}
    for key, client in catalog.clients.items():
        file = catalog.definition_file(key)
        if isinstance(client, Application) and not client.strict:
            continue
        unusable = [
            subject
            for subject in SUBJECT_TYPES
            if required_grant_type(subject) in client.flows and (key, subject) not in permitted
        ]
        if permitted.isdisjoint((key, subject) for subject in SUBJECT_TYPES):
            yield _no_grant(file, "the application may call no API")
        elif unusable:
            what = f"the application has {unusable[0]} access to no API"
            yield _no_grant(file, f"{what} (subject_type {unusable[0]})")


def _no_grant(file: str, what: str) -> Problem:
    fix = f"add a grant, or default permissions in {APIS_FILE}"
    return Problem(file, 0, ("grants",), what, fix=fix, rule="CG-01")
