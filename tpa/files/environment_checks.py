"""Checks of what belongs to an environment as a whole: its chain, tenant, overrides, adoptions,
backend and organizations, and the tenant's settings.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from auth0_third_party import rules
from auth0_third_party.rules.violation import Path, nearest
from tpa.files.definitions import TenantDefinition
from tpa.files.documents import Document
from tpa.files.environment import Environment, circle_through
from tpa.files.layout import APIS_FILE
from tpa.files.problems import Problem
from tpa.files.record import DEFAULTS, TENANT, Identity
from tpa.files.sources import Source, Sources, stated_path

BACKENDS = ("file", "postgres", "postgresql", "s3", "gs", "azblob", "https")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)


def check_environment(
    sources: Sources, environments: Mapping[str, Environment]
) -> Iterator[Problem]:
    """Every problem of the environment's file, and of `stacks/tenant.yaml` there.

    `environments`: all whose files can be read.
    """
    environment, document = sources.environment.value, sources.environment.document
    yield from check_device(sources.name, document)
    yield from _check_chain(sources, environments)
    yield from _check_shared_tenant(sources.name, environments, document)
    yield from _check_development_addresses(sources, environments)
    yield from _check_port(environment, document)
    yield from _check_audiences(sources)
    yield from _check_overrides(sources)
    yield from _check_backend(environment, document)
    yield from _check_adoptions(sources)
    yield from _check_exclusions(sources)
    yield from _check_organizations(environment, document)
    yield from _check_modes(sources)
    if sources.tenant is not None:
        yield from _check_tenant(sources.tenant, sources)


def check_device(name: str, document: Document) -> Iterator[Problem]:
    """A checkout fails where such a file is.

    https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
    """
    if _DEVICE.fullmatch(name):
        what, fix = f"'{name}' is the name of a device on Windows", "choose another name"
        why = "Windows can't have a file of that name, so the repository can't be checked out there"
        yield Problem(document.file, 0, (), what, why, fix, rule="FILE-08")


def _check_chain(sources: Sources, environments: Mapping[str, Environment]) -> Iterator[Problem]:
    """It advances from another environment, and not from itself in the end."""
    document, previous = sources.environment.document, sources.environment.value.advances_from
    others = [name for name in sources.environments if name != sources.name]
    if previous is not None and previous not in others:
        what = f"there is no other environment '{previous}'"
        yield document.problem("ENV-02", ("advances_from",), what, nearest(previous, others))
    links = {name: each.advances_from for name, each in environments.items()}
    circle = circle_through(links, sources.name)
    if len(circle) > 2:
        yield document.problem(
            "ENV-02",
            ("advances_from",),
            f"the chain is a circle: {' -> '.join(circle)}",
            "let one of them advance from an environment outside the circle, or from none",
        )


def _check_shared_tenant(
    name: str, environments: Mapping[str, Environment], document: Document
) -> Iterator[Problem]:
    """Whether another environment has the same tenant, or embedded tenants have the same port."""
    own = environments.get(name)
    if own is None or (own.embedded and own.embedded_port is None):
        return
    for other, environment in environments.items():
        if other == name or environment.address != own.address:
            continue
        if own.embedded and environment.embedded:
            what = f"{own.embedded_port} is the port of {other} too"
            yield document.problem("ENV-03", ("embedded_port",), what, "choose another port")
        else:
            what = f"{own.address} is the tenant of stacks/{other}.yaml too"
            fix = "give each environment a tenant of its own, or remove one of the two files"
            yield document.problem("ENV-12", ("tenant",), what, fix)


def _check_port(environment: Environment, document: Document) -> Iterator[Problem]:
    portless = environment.embedded_port is None and not document.lacks(("embedded_port",))
    if environment.embedded and portless:
        what = "the embedded tenant has no port"
        fix = "add embedded_port: 8441, or another"
        yield document.problem("ENV-03", ("tenant",), what, fix)


def _check_audiences(sources: Sources) -> Iterator[Problem]:
    """Those of APIs that exist; one under two keys would allow two grants with the same natural
    key.
    """
    stated, apis = sources.environment.value.audiences, sources.apis.value.apis
    document = sources.environment.document
    for key, audience in stated.items():
        if key not in apis:
            what, fix = f"there is no API '{key}'", f"{nearest(key, apis)}; see {APIS_FILE}"
            yield document.problem("FILE-07", ("audiences", key), what, fix)
        for violation in rules.check_audience(("audiences", key), audience):
            yield document.violation(violation)
    keys: dict[str, str] = {}
    for key, api in apis.items():
        first = keys.setdefault(stated.get(key, api.audience), key)
        if first != key:
            yield sources.apis.document.problem(
                "FILE-09",
                ("apis", key, "audience"),
                f"'{first}' and '{key}' have the same audience in {sources.name}",
                "keep one of the two keys, or correct the audience",
                "the audience identifies an API in Auth0, so both keys mean one API",
            )


def _check_development_addresses(
    sources: Sources, environments: Mapping[str, Environment]
) -> Iterator[Problem]:
    """Callbacks on the user's own machine, where a real tenant is the last of its chain.

    A native app is called back there (RFC 8252 7.3); a page is only while it is developed.
    """
    environment = sources.environment.value
    last = all(each.advances_from != sources.name for each in environments.values())
    if environment.embedded or environment.advances_from is None or not last:
        return
    for source in sources.live_applications.values():
        if source.value.app_type == "native" or not source.value.strict:
            continue
        for index, uri in enumerate(source.value.live_in(sources.name).callbacks):
            if rules.is_loopback_address(uri):
                path = stated_path(source.document, sources.name, "callbacks", index)
                what = f"'{uri}' is an address of the user's own machine"
                fix = "list it for an earlier environment alone, under environments"
                yield source.document.problem("ENV-13", path, what, fix)


def _check_overrides(sources: Sources) -> Iterator[Problem]:
    """Reasons under `advance_anyway` that override nothing."""
    environment, document = sources.environment.value, sources.environment.document
    known = [str(each) for each in (*sources.live, DEFAULTS, TENANT)]
    for key in environment.advance_anyway:
        path = ("advance_anyway", key)
        if environment.advances_from is None:
            why = "this environment advances from no other, so it refuses nothing"
            yield document.problem("ENV-04", path, "overrides nothing", "remove the line", why)
        elif key not in known and not sources.may_be_live(Identity.read(key).key):
            what = f"no definition of this environment is called '{key}'"
            yield document.problem("ENV-04", path, what, nearest(key, known))


def _check_adoptions(sources: Sources) -> Iterator[Problem]:
    """Each adopted application is live here, and is adopted by one key."""
    environment, document = sources.environment.value, sources.environment.document
    seen: dict[str, str] = {}
    for key, client_id in environment.adopt.items():
        path = ("adopt", key)
        if key not in sources.live_applications and not sources.may_be_live(key):
            what = f"no application '{key}' is live here"
            fix = nearest(key, sources.live_applications)
            yield document.problem("ENV-05", path, what, fix)
        first = seen.setdefault(client_id, key)
        if first != key:
            what, why = f"'{first}' has the same client id", "one application has one key"
            yield document.problem("ENV-05", path, what, "remove one of them", why)


def _check_exclusions(sources: Sources) -> Iterator[Problem]:
    """What is excluded is in no file, so that no command leaves out what the stack manages."""
    environment, document = sources.environment.value, sources.environment.document
    audiences = (
        environment.audiences.get(k, a.audience) for k, a in sources.apis.value.apis.items()
    )
    live = [each.value.name for each in sources.live_applications.values()]
    declared = {
        "applications": {*live, *environment.adopt.values()},
        "connections": {*environment.connections.values()},
        "apis": {*audiences},
        "organizations": {each.name for each in environment.organizations.values()},
    }
    for kind, names in declared.items():
        for name in getattr(environment.excluded, kind):
            if name in names:
                path, what = ("excluded", kind, name), "is excluded, and the files state it"
                yield document.problem("ENV-17", path, what, "remove it from one of the two")


def _check_backend(environment: Environment, document: Document) -> Iterator[Problem]:
    """The address of the backend is public; credentials must not be in it."""
    url = environment.backend
    if url is None:
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in BACKENDS or rules.hidden_character(url):
        what = "is not the address of a state backend"
        fix = f"use one of {', '.join(f'{scheme}://' for scheme in BACKENDS)}"
        yield document.problem("ENV-06", ("backend",), what, fix)
    if _holds_credentials(url):
        what = "holds a password in clear"
        why = "everyone who can read the repository could read and change the state"
        fix = "change the password, and pass it by PGPASSWORD or use a short-lived token"
        yield document.problem("ENV-06", ("backend",), what, fix, why)


def _holds_credentials(url: str) -> bool:
    """Whether a password, token or signature is in it: before the @, or in the query."""
    user, at, _ = url.partition("://")[2].rpartition("@")
    before = bool(at) and (":" in unquote(user) or url.lower().startswith("https:"))
    return before or any(map(rules.names_secret, re.findall(r"[?&;]([^=&;]+)=", unquote(url))))


def _check_organizations(environment: Environment, document: Document) -> Iterator[Problem]:
    keys: dict[str, str] = {}
    for key, organization in environment.organizations.items():
        first = keys.setdefault(organization.name, key)
        if first != key:
            yield document.problem(
                "FILE-09",
                ("organizations", key, "name"),
                f"'{first}' is the same organization",
                "keep one of the two keys, or correct the name",
                "the name identifies it in Auth0, and each key would set its access by itself",
            )
        for index, connection in enumerate(organization.connections):
            if connection not in environment.connections:
                path: Path = ("organizations", key, "connections", index)
                what = f"there is no connection '{connection}' in this environment"
                fix = nearest(connection, environment.connections)
                yield document.problem("FILE-07", path, what, fix)


def _check_modes(sources: Sources) -> Iterator[Problem]:
    """TP-CREATE-02: the legacy mode exists on tenants that used it before, nowhere else."""
    if sources.environment.value.permissive_eligible:
        return
    for source in sources.live_applications.values():
        if not source.value.strict:
            yield source.document.problem(
                "TP-CREATE-02",
                ("security_mode",),
                f"permissive, and the tenant of {sources.name} is not declared eligible",
                "use strict; or state permissive_eligible: true in the environment's file",
            )


def _check_tenant(tenant: Source[TenantDefinition], sources: Sources) -> Iterator[Problem]:
    registration = tenant.value.dynamic_client_registration
    apis = sources.apis.value
    if registration is not None and not sources.apis.document.lacks(("default_permissions",)):
        granted = ((each.subject_type, each.grants_anything) for each in apis.default_permissions)
        for violation in rules.check_baseline(("dynamic_client_registration",), granted):
            yield tenant.document.violation(violation)
    eligible = sources.environment.value.permissive_eligible
    if registration is not None and registration.security_mode == "permissive" and not eligible:
        yield tenant.document.problem(
            "DCR-08",
            ("dynamic_client_registration", "security_mode"),
            f"permissive, and the tenant of {sources.name} is not declared eligible",
            "use strict",
        )
