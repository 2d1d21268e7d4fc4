"""Checks of an environment's file: its chain, its port, overrides, adoptions, its backend."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from auth0_third_party import rules
from auth0_third_party.rules.violation import nearest
from tpa.files.chain import circle_through
from tpa.files.documents import Document
from tpa.files.environment import Environment
from tpa.files.problems import Problem
from tpa.files.record import DEFAULTS, TENANT, Identity
from tpa.files.sources import Sources, stated_path

BACKENDS = ("file", "postgres", "postgresql", "s3", "gs", "azblob", "https")


def check_chain(
    name: str, environments: Mapping[str, Environment], document: Document
) -> Iterator[Problem]:
    """Whether `name` is on a circle. `environments` are those whose files can be read."""
    links = {key: value.advances_from for key, value in environments.items()}
    circle = circle_through(links, name)
    if len(circle) > 2:
        yield document.problem(
            "ENV-02",
            ("advances_from",),
            f"the chain is a circle: {' -> '.join(circle)}",
            "let one of them advance from an environment outside the circle, or from none",
        )


def check_shared_tenant(
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


def check_development_addresses(
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


def check_overrides(sources: Sources) -> Iterator[Problem]:
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


def check_adoptions(sources: Sources) -> Iterator[Problem]:
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


def check_exclusions(sources: Sources) -> Iterator[Problem]:
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


def check_backend(environment: Environment, document: Document) -> Iterator[Problem]:
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
