"""Checks across files: keys that exist, Auth0's rules, applications that users can sign in to.

Each check yields problems and needs no other one; `check` runs them all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from auth0_third_party import rules
from auth0_third_party.model.names import (
    grants_name,
    organization_grant_name,
    organization_link_name,
    organization_name,
    permission_name,
    rate_limit_name,
)
from auth0_third_party.model.permissions import permission_violations
from auth0_third_party.model.values import Key
from auth0_third_party.rules.violation import Path, field_name, nearest
from tpa.files.definitions import (
    AgentDefinition,
    ApplicationDefinition,
    ClientDefinition,
    GrantDefinition,
)
from tpa.files.documents import Document
from tpa.files.environment import Apis, Environment
from tpa.files.environment_checks import check_device, check_environment
from tpa.files.layout import APIS_FILE, agent_file
from tpa.files.problems import Problem
from tpa.files.regular import read_regular
from tpa.files.sources import Source, Sources, stated_path

TWICE = "whoever takes it away by removing one line would leave it there"
_KEY = TypeAdapter(Key)


def check(
    sources: Sources, environments: Mapping[str, Environment], root: FilePath
) -> Iterator[Problem]:
    """Every problem that the parsed files have. `environments`: all that can be read."""
    yield from _check_apis(sources.apis)
    for key, source in sources.clients:
        yield from _check_key(key, source.document)
        yield from _check_definition(source, sources.apis)
        yield from _check_where(sources, key, source)
    for agent in sources.agents.values():
        if agent.value.copy_of_document:
            yield from _check_copy(agent, root)
    for each in sources.live.values():
        yield from _check_connections(sources, each)
        yield from _check_organizations(sources, each)
    for application in sources.live_applications.values():
        if application.value.signs_users_in:
            yield from _check_sign_in(sources, application)
    yield from check_environment(sources, environments)
    yield from _check_names(sources)


def _check_key(key: str, document: Document) -> Iterator[Problem]:
    try:
        _KEY.validate_python(key)
    except ValidationError:
        name = PurePosixPath(document.file).name
        what = f"'{name}' can't name an application"
        fix = "use lower-case letters, digits and inner hyphens"
        yield Problem(document.file, 0, (), what, fix=fix, rule="FILE-08")
    yield from check_device(key, document)


def _check_apis(apis: Source[Apis]) -> Iterator[Problem]:
    document = apis.document
    for key, api in apis.value.apis.items():
        yield from map(
            document.violation,
            (
                *rules.check_audience(("apis", key, "audience"), api.audience),
                *rules.check_repeated(("apis", key, "scopes"), api.scopes),
            ),
        )
    permissions, field = apis.value.default_permissions, "default_permissions"
    names = [permission.api for permission in permissions]
    yield from map(document.violation, permission_violations(permissions, names, None, field))
    yield from _check_grants(permissions, field, apis, document)


def _check_definition(source: Source[ClientDefinition], apis: Source[Apis]) -> Iterator[Problem]:
    """What an application or an agent says, for all environments and for each."""
    definition, document, field = source.value, source.document, "grants"
    grants = definition.grants
    names = [grant.api for grant in grants]
    shared = [*definition.violations()]
    yield from map(document.violation, shared)
    for name, overlay in definition.environments.items():
        for violation in definition.live_in(name).violations():
            if overlay and violation.path[:1] and violation.path[0] in overlay.stated:
                yield document.violation(violation, ("environments", name))
            elif violation not in shared:
                yield document.violation(violation)
    found = permission_violations(grants, names, definition.flows, field)
    yield from map(document.violation, found)
    yield from _check_grants(grants, field, apis, document)


def _check_grants(
    grants: Sequence[GrantDefinition], field: str, apis: Source[Apis], document: Document
) -> Iterator[Problem]:
    for index, grant in enumerate(grants):
        api = apis.value.apis.get(grant.api)
        if api is None and apis.document.lacks(("apis", grant.api)):
            continue
        if api is None:
            yield document.problem(
                "FILE-07",
                (field, index, "api"),
                f"there is no API '{grant.api}'",
                nearest(grant.api, apis.value.apis),
                f"APIs that partners may be granted are listed in {APIS_FILE}",
            )
            continue
        path: Path = (field, index, "scopes")
        for violation in rules.check_scopes(path, grant.scopes, api.scopes, grant.api):
            yield document.violation(violation)


def _check_where(sources: Sources, key: str, source: Source[ClientDefinition]) -> Iterator[Problem]:
    """The environments that the file names exist, and no other file has its key."""
    document = source.document
    for name in source.value.environments:
        if name not in sources.environments:
            what = f"there is no environment '{name}'"
            fix = nearest(name, sources.environments)
            why = "it is live in each environment that is named there, and each has a file"
            yield document.problem("ENV-01", ("environments", name), what, fix, why)
    if document.file == agent_file(key) and key in sources.applications:
        what = f"{sources.applications[key].document.file} has the key '{key}' too"
        fix, why = "rename one of the two files", "applications and agents share one set of names"
        yield document.problem("FILE-09", (), what, fix, why)


def _check_copy(source: Source[AgentDefinition], root: FilePath) -> Iterator[Problem]:
    agent, document = source.value, source.document
    folder = (root / document.file).parent
    try:
        text = read_regular(folder / agent.copy_of_document, within=folder)
        content: Any = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        what = f"'{agent.copy_of_document}' can't be read as JSON: {why}"
        fix = "save the document in the folder of this file"
        yield document.problem("FILE-01", ("copy_of_document",), what, fix)
        return
    if not isinstance(content, dict):
        what = f"'{agent.copy_of_document}' is not a JSON object"
        yield document.problem("CIMD-06", ("copy_of_document",), what, "save the whole document")
        return
    for violation in rules.check_document(agent.document, content, len(text)):
        yield document.violation(violation)


def _check_organizations(sources: Sources, source: Source[ClientDefinition]) -> Iterator[Problem]:
    organizations = sources.environment.value.organizations
    for index, grant in enumerate(source.value.grants):
        for at, key in enumerate(grant.organizations):
            if key not in organizations:
                yield source.document.problem(
                    "FILE-07",
                    ("grants", index, "organizations", at),
                    f"there is no organization '{key}' in this environment",
                    nearest(key, organizations),
                    "the environment's file lists the organizations and their names there",
                )


def _check_connections(sources: Sources, source: Source[ClientDefinition]) -> Iterator[Problem]:
    known, listing = sources.environment.value.connections, sources.environment.document
    document, names = source.document, source.value.live_in(sources.name).connections
    for index, name in enumerate(names):
        path = stated_path(document, sources.name, "connections", index)
        if name in names[:index]:
            what = f"'{name}' is listed twice"
            yield document.problem("DC-01", path, what, "remove one of them", TWICE)
        if name not in known and not listing.lacks(("connections", name)):
            yield document.problem(
                "FILE-07",
                path,
                f"there is no connection '{name}' in the environment {sources.name}",
                f"{nearest(name, known)}; or add it under 'connections'",
                f"{listing.file} lists the names of connections there",
            )


def _check_sign_in(sources: Sources, source: Source[ApplicationDefinition]) -> Iterator[Problem]:
    definition, document = source.value.live_in(sources.name), source.document
    at = stated_path(document, sources.name)

    def mistaken(field: str) -> bool:
        """Whether it is stated, and could not be read."""
        return document.lacks((*at, field)) or document.lacks((field,))

    if not definition.callbacks and not mistaken("callbacks"):
        what = f"no callbacks for a {definition.app_type} application"
        fix = "add callbacks here, or at the top of the file for all environments"
        yield document.problem("TP-CREATE-19", at, what, fix, rules.NO_CALLBACKS)
    if not definition.connections and not mistaken("connections"):
        fix = "add connections here, or at the top of the file for all environments"
        yield document.problem("DC-01", at, "no connection to sign in with", fix)


@dataclass(frozen=True)
class _NamedResource:
    """A resource's kind and name, and the value in a file that it comes from."""

    kind: Literal["grant", "organization grant", "organization connection", "rate limit"]
    name: str
    document: Document
    path: Path

    def __str__(self) -> str:
        return f"{self.document.file}: {field_name(self.path)}"


def _check_names(sources: Sources) -> Iterator[Problem]:
    """Every value whose resource would have the name of another one in the same environment. The
    engine refuses the second one only when it comes to it, after it has written others.
    """
    taken: dict[tuple[str, str], _NamedResource] = {}
    for resource in _named_resources(sources):
        first = taken.setdefault((resource.kind, resource.name), resource)
        if first is not resource:
            what = f"its resource would be called {resource.name}, as that of {first}"
            fix = "rename one of the keys that the name is made of: the one that is not applied yet"
            yield resource.document.problem("FILE-10", resource.path, what, fix)


def _named_resources(sources: Sources) -> Iterator[_NamedResource]:
    for live, source in sources.live.items():
        if live.kind == "application" or live.key not in sources.applications:
            yield from _grants(sources, live.key, source.value.grants, source.document)
    yield from _organizations(sources)
    yield from _rate_limits(sources)


def _grants(
    sources: Sources, key: str, grants: tuple[GrantDefinition, ...], document: Document
) -> Iterator[_NamedResource]:
    organizations = sources.environment.value.organizations
    named: set[str] = set()
    for index, grant in enumerate(grants):
        name = permission_name(grants_name(key), grant.api, grant.subject_type)
        if name in named:
            continue
        named.add(name)
        yield _NamedResource("grant", name, document, ("grants", index))
        for at, organization in enumerate(grant.organizations):
            if organization in organizations:
                inside = organization_grant_name(name, organizations[organization].name)
                path: Path = ("grants", index, "organizations", at)
                yield _NamedResource("organization grant", inside, document, path)


def _organizations(sources: Sources) -> Iterator[_NamedResource]:
    environment, document = sources.environment.value, sources.environment.document
    for key, organization in environment.organizations.items():
        if not organization.admits_third_parties:
            continue
        for index, connection in enumerate(organization.connections):
            if connection in environment.connections:
                called = environment.connections[connection]
                name = organization_link_name(organization_name(key), called)
                path: Path = ("organizations", key, "connections", index)
                yield _NamedResource("organization connection", name, document, path)


def _rate_limits(sources: Sources) -> Iterator[_NamedResource]:
    tenant = sources.tenant
    if tenant is not None and tenant.value.rate_limit is not None:
        yield _NamedResource("rate limit", rate_limit_name(""), tenant.document, ("rate_limit",))
    for key, source in sources.live_applications.items():
        if source.value.live_in(sources.name).rate_limit is not None:
            path = stated_path(source.document, sources.name, "rate_limit")
            yield _NamedResource("rate limit", rate_limit_name(key), source.document, path)
