"""Checks across files: keys that exist, Auth0's rules, applications that users can sign in to.

Each check yields problems and needs no other one; `check` runs them all.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from auth0_third_party import rules
from auth0_third_party.model.values import Key
from auth0_third_party.rules.violation import Path, nearest
from tpa.files.definitions import ApplicationDefinition, GrantDefinition
from tpa.files.documents import Document
from tpa.files.environment import Apis, Environment, Overlay
from tpa.files.environment_checks import check_adoptions, check_backend, check_overrides
from tpa.files.name_checks import check_names
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE, Source, Sources, application_file
from tpa.files.tenant_checks import check_grant_organizations, check_shared

TWICE = "whoever takes it away by removing one line would leave it there"
_KEY = TypeAdapter(Key)
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)


def check(sources: Sources, root: FilePath) -> Iterator[Problem]:
    """Every problem that the parsed files have."""
    apis = sources.apis
    yield from _check_apis(apis)
    yield from check_shared(sources, root)
    for key, agent in sources.agents.items():
        yield from _check_key(key, agent.document)
        yield from _check_grants(agent.value.grants, "grants", apis, agent.document)
    for key, source in sources.applications.items():
        yield from _check_key(key, source.document)
        yield from _check_definition(source, apis)
    yield from _check_environment(sources)
    yield from check_names(sources)
    for key, overlay in sources.environment.value.applications.items():
        application = sources.applications.get(key)
        if application is not None:
            yield from _check_live(sources, key, overlay or Overlay(), application)


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
        path: Path = ("apis", key, "scopes")
        found = [*rules.check_audience(("apis", key, "audience"), api.audience)]
        for violation in (*found, *rules.check_scopes(path, api.scopes, api.scopes, key)):
            yield document.violation(violation)
    permissions = apis.value.default_permissions
    for index, permission in enumerate(permissions):
        for violation in permission.violations():
            yield document.violation(violation, ("default_permissions", index))
    for violation in rules.check_unique(
        ((grant.api, grant.subject_type) for grant in permissions), "default_permissions"
    ):
        yield document.violation(violation)
    yield from _check_grants(permissions, "default_permissions", apis, document)


def _check_definition(
    source: Source[ApplicationDefinition], apis: Source[Apis]
) -> Iterator[Problem]:
    definition, document = source.value, source.document
    flows = definition.flows(definition.subject_types)
    found = [*definition.settings_violations(definition.subject_types)]
    keys = ((grant.api, grant.subject_type) for grant in definition.grants)
    found.extend(rules.check_unique(keys, "grants"))
    for index, grant in enumerate(definition.grants):
        path: Path = ("grants", index, "subject_type")
        found.extend(rules.check_subject_type(path, grant.subject_type, flows))
        found.extend(violation.below(("grants", index)) for violation in grant.violations())
    if definition.needs is not None and definition.strict:
        found.extend(definition.needs.violations(rotates=_rotates(definition)))
    yield from map(document.violation, found)
    yield from _check_grants(definition.grants, "grants", apis, document)


def _rotates(definition: ApplicationDefinition) -> bool:
    """Whether its refresh tokens work once; the default of public applications (TP-CREATE-07)."""
    stated = definition.refresh_token.rotation_type if definition.refresh_token else None
    rotates = stated == "rotating" or (stated is None and definition.public)
    return rotates and "refresh_token" in definition.flows(definition.subject_types)


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
        found = [*rules.check_scopes(path, grant.scopes, api.scopes, grant.api)]
        for violation in (*found, *rules.check_oidc_scopes(path, grant.scopes)):
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
    yield from check_overrides(environment, document)
    yield from check_backend(environment, document)
    yield from check_adoptions(environment, document)
    portless = environment.embedded_port is None and not document.lacks(("embedded_port",))
    if environment.embedded and portless:
        what = "the embedded tenant has no port"
        fix = "add embedded_port: 8441, or another"
        yield document.problem("ENV-03", ("tenant",), what, fix)
    yield from _check_audiences(sources)
    yield from _check_live_keys(environment, document, sources)


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


def _check_live_keys(
    environment: Environment, document: Document, sources: Sources
) -> Iterator[Problem]:
    for key in environment.applications:
        if key not in sources.applications and application_file(key) not in sources.unusable_files:
            yield document.problem(
                "FILE-07",
                ("applications", key),
                f"there is no file {application_file(key)}",
                f"{nearest(key, sources.applications)}; to take it off the tenant, remove the line",
                "an application is live where its key is listed, and defined in its own file",
            )


def _check_live(
    sources: Sources, key: str, overlay: Overlay, source: Source[ApplicationDefinition]
) -> Iterator[Problem]:
    definition, document = source.value, sources.environment.document
    at: Path = ("applications", key)
    found: list[rules.Violation] = []
    kind, strict = definition.app_type, definition.strict
    found.extend(rules.check_redirect_uris(kind, overlay.callbacks or (), strict=strict))
    for field in ("allowed_origins", "web_origins"):
        found.extend(rules.check_origins(field, getattr(overlay, field) or (), strict=strict))
    for violation in found:
        yield document.violation(violation, at)
    yield from _check_connections(sources, at, overlay, source)
    grants, environment = definition.grants, sources.environment.value
    yield from check_grant_organizations(grants, environment, source.document)
    if definition.signs_users_in:
        yield from _check_sign_in(sources, at, overlay, source)


def _check_connections(
    sources: Sources, at: Path, overlay: Overlay, source: Source[ApplicationDefinition]
) -> Iterator[Problem]:
    environment = sources.environment.value
    prefix: Path = ("connections",)
    stated, document = source.value.connections, source.document
    if overlay.connections is not None:
        stated, document = overlay.connections, sources.environment.document
        prefix = (*at, "connections")
    for index, name in enumerate(stated):
        if name in stated[:index]:
            what = f"'{name}' is listed twice"
            yield document.problem("DC-01", (*prefix, index), what, "remove one of them", TWICE)
        unread = sources.environment.document.lacks(("connections", name))
        if name not in environment.connections and not unread:
            yield document.problem(
                "FILE-07",
                (*prefix, index),
                f"there is no connection '{name}' in the environment {sources.name}",
                f"{nearest(name, environment.connections)}; or add it under 'connections'",
                f"{sources.environment.document.file} lists the names of connections there",
            )


def _check_sign_in(
    sources: Sources, at: Path, overlay: Overlay, source: Source[ApplicationDefinition]
) -> Iterator[Problem]:
    definition, document = source.value, sources.environment.document
    callbacks = definition.callbacks if overlay.callbacks is None else overlay.callbacks
    connections = definition.connections if overlay.connections is None else overlay.connections

    def mistaken(field: str) -> bool:
        """Whether it is stated, and could not be read."""
        return document.lacks((*at, field)) or source.document.lacks((field,))

    if not callbacks and not mistaken("callbacks"):
        what = f"no callbacks for a {definition.app_type} application"
        fix = "add callbacks here or in the application's file"
        yield document.problem("TP-CREATE-19", at, what, fix, rules.NO_CALLBACKS)
    if not connections and not mistaken("connections"):
        fix = "add connections here or in the application's file"
        yield document.problem("DC-01", at, "no connection to sign in with", fix)
