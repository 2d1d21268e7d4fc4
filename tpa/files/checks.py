"""Checks across files: keys that exist, Auth0's rules, applications that users can sign in to.

Each check yields problems and needs no other one; `check` runs them all.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from auth0_third_party import rules
from auth0_third_party.model.permissions import permission_violations
from auth0_third_party.model.values import Key
from auth0_third_party.rules.violation import Path, nearest
from tpa.files.definitions import ApplicationDefinition, ClientDefinition, GrantDefinition
from tpa.files.documents import Document
from tpa.files.environment import Apis
from tpa.files.environment_checks import (
    check_adoptions,
    check_backend,
    check_exclusions,
    check_overrides,
)
from tpa.files.name_checks import check_names
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE, Source, Sources, agent_file, stated_path
from tpa.files.tenant_checks import check_shared

TWICE = "whoever takes it away by removing one line would leave it there"
_KEY = TypeAdapter(Key)
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)


def check(sources: Sources, root: FilePath) -> Iterator[Problem]:
    """Every problem that the parsed files have."""
    apis = sources.apis
    yield from _check_apis(apis)
    yield from check_shared(sources, root)
    for key, source in sources.clients:
        yield from _check_key(key, source.document)
        yield from _check_definition(source, apis)
        yield from _check_where(sources, key, source)
    yield from _check_environment(sources)
    yield from check_names(sources)
    yield from _check_live(sources)


def _check_key(key: str, document: Document) -> Iterator[Problem]:
    try:
        _KEY.validate_python(key)
    except ValidationError:
        name = PurePosixPath(document.file).name
        what = f"'{name}' can't name an application"
        fix = "use lower-case letters, digits and inner hyphens"
        yield Problem(document.file, 0, (), what, fix=fix, rule="FILE-08")
    yield from _check_device(key, document)


def _check_device(name: str, document: Document) -> Iterator[Problem]:
    """A checkout fails where such a file is.

    https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
    """
    if _DEVICE.fullmatch(name):
        what, fix = f"'{name}' is the name of a device on Windows", "choose another name"
        why = "Windows can't have a file of that name, so the repository can't be checked out there"
        yield Problem(document.file, 0, (), what, why, fix, rule="FILE-08")


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
    found = permission_violations(grants, names, definition.allowed_flows, field)
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


def _check_environment(sources: Sources) -> Iterator[Problem]:
    environment, document = sources.environment.value, sources.environment.document
    others = [name for name in sources.environments if name != sources.name]
    previous = environment.advances_from
    if previous is not None and previous not in others:
        what = f"there is no other environment '{previous}'"
        yield document.problem("ENV-02", ("advances_from",), what, nearest(previous, others))
    for key, audience in environment.audiences.items():
        if key not in sources.apis.value.apis:
            what = f"there is no API '{key}'"
            fix = nearest(key, sources.apis.value.apis)
            yield document.problem("FILE-07", ("audiences", key), what, f"{fix}; see {APIS_FILE}")
        for violation in rules.check_audience(("audiences", key), audience):
            yield document.violation(violation)
    yield from _check_device(sources.name, document)
    yield from check_overrides(sources)
    yield from check_backend(environment, document)
    yield from check_adoptions(sources)
    yield from check_exclusions(sources)
    portless = environment.embedded_port is None and not document.lacks(("embedded_port",))
    if environment.embedded and portless:
        what = "the embedded tenant has no port"
        fix = "add embedded_port: 8441, or another"
        yield document.problem("ENV-03", ("tenant",), what, fix)
    yield from _check_audiences(sources)


def _check_audiences(sources: Sources) -> Iterator[Problem]:
    """One audience under two keys would allow two grants with the same natural key."""
    stated = sources.environment.value.audiences
    keys: dict[str, str] = {}
    for key, api in sources.apis.value.apis.items():
        first = keys.setdefault(stated.get(key, api.audience), key)
        if first != key:
            yield sources.apis.document.problem(
                "FILE-09",
                ("apis", key, "audience"),
                f"'{first}' and '{key}' have the same audience in {sources.name}",
                "keep one of the two keys, or correct the audience",
                "the audience identifies an API in Auth0, so both keys mean one API",
            )


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


def _check_live(sources: Sources) -> Iterator[Problem]:
    """What applications and agents that are live here need of the environment."""
    for agent in sources.live_agents.values():
        yield from _check_names(sources, agent)
    for application in sources.live_applications.values():
        yield from _check_names(sources, application)
        if application.value.signs_users_in:
            yield from _check_sign_in(sources, application)


def _check_names(sources: Sources, source: Source[ClientDefinition]) -> Iterator[Problem]:
    """Connections and organizations of a file that the environment does not have."""
    yield from _check_connections(sources, source)
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
