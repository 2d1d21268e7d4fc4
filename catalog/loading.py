"""Files -> Catalog for one environment; every problem of every file is reported, once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any

from catalog.access import Access, effective_access
from catalog.checks import check
from catalog.environment_checks import check_chain
from catalog.models import (
    Application,
    ApplicationDefinition,
    ClientGrant,
    DefaultPermission,
    Environment,
    GrantDefinition,
    Overlay,
)
from catalog.problems import CatalogError, Problem
from catalog.record import AGENTS, DEFAULTS, TENANT, Entry, Record, entry_of, entry_of_defaults
from catalog.sources import (
    APIS_FILE,
    Sources,
    agent_file,
    application_file,
    environment_file,
    read_environments,
    read_sources,
)
from catalog.tenant import Agent, TenantDefinition


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

    @property
    def file(self) -> str:
        """The environment's own file."""
        return environment_file(self.name)

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
        problems.extend(check_chain(name, read_environments(root), document))
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
    environment = sources.environment.value
    live = environment.applications
    definitions = {key: sources.applications[key].value for key in sorted(live)}
    return Catalog(
        sources.name,
        environment,
        MappingProxyType(
            {
                key: _application(definition, live[key] or Overlay(), sources)
                for key, definition in definitions.items()
            }
        ),
        tuple(
            DefaultPermission(**_grant(permission, sources))
            for permission in sources.apis.value.default_permissions
        ),
        MappingProxyType({key: _agent(sources, key) for key in sorted(environment.agents)}),
        sources.tenant.value if sources.tenant else TenantDefinition(),
        MappingProxyType({key: value.digest() for key, value in definitions.items()}),
        _record(definitions, sources),
    )


def _record(definitions: Mapping[str, ApplicationDefinition], sources: Sources) -> Record:
    environment, apis = sources.environment.value, sources.apis.value
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
        audiences={
            key: environment.audiences.get(key, api.audience) for key, api in apis.apis.items()
        },
        connections=environment.connections,
        protected=environment.protected,
    )


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


def _application(
    definition: ApplicationDefinition, overlay: Overlay, sources: Sources
) -> Application:
    """The definition, with what the environment says in place of its own."""
    stated = definition.model_dump(exclude={"owner", "grants", "needs"}, exclude_unset=True)
    stated |= overlay.model_dump(exclude_none=True)
    names = sources.environment.value.connections
    stated["connections"] = tuple(names[key] for key in stated.get("connections", ()))
    grants = tuple(ClientGrant(**_grant(grant, sources)) for grant in definition.grants)
    return Application(**stated, owner=definition.owner.organization, grants=grants)


def _agent(sources: Sources, key: str) -> Agent:
    stated = sources.agents[key].value
    names = sources.environment.value.connections
    return Agent(
        document=stated.document,
        owner=stated.owner.organization,
        grants=tuple(ClientGrant(**_grant(grant, sources)) for grant in stated.grants),
        connections=tuple(names[name] for name in stated.connections),
    )


def _grant(grant: GrantDefinition, sources: Sources) -> dict[str, object]:
    audience = sources.environment.value.audiences.get(
        grant.api, sources.apis.value.apis[grant.api].audience
    )
    stated = grant.model_dump(exclude_unset=True)
    places = sources.environment.value.organizations
    if "organizations" in stated:
        stated["organizations"] = tuple(places[key].name for key in grant.organizations)
    return {**stated, "audience": audience}


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
