"""What an environment's file must say about the one it advances from, and about its state."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from auth0_third_party.rules.violation import nearest
from tpa.environments.chain import cycle_through
from tpa.environments.record import AGENTS, DEFAULTS, TENANT
from tpa.files.documents import Document
from tpa.files.environment import Environment
from tpa.files.problems import Problem

BACKENDS = ("file", "postgres", "postgresql", "s3", "gs", "azblob", "https")


def check_chain(
    name: str, environments: Mapping[str, Environment], document: Document
) -> Iterator[Problem]:
    """Problems of `name`'s place in the chain. `environments` are those that can be read."""
    links = {key: value.advances_from for key, value in environments.items()}
    cycle = cycle_through(links, name)
    if len(cycle) > 2:
        yield document.problem(
            ("advances_from",),
            f"the chain goes round in a circle: {' -> '.join(cycle)}",
            "each would wait for the other, so nothing could ever be applied",
            "let one of them advance from an environment outside the circle, or from none",
        )


def check_port(
    name: str, environments: Mapping[str, Environment], document: Document
) -> Iterator[Problem]:
    """An embedded tenant has a port of its own."""
    own = environments.get(name)
    if own is None or not own.embedded or own.embedded_port is None:
        return
    for other, environment in environments.items():
        same = environment.embedded and environment.embedded_port == own.embedded_port
        if same and other != name:
            yield document.problem(
                ("embedded_port",),
                f"{own.embedded_port} is the port of {other} as well",
                "each embedded tenant runs by itself, and may do so at the same time",
                "choose another one",
            )


def check_overrides(environment: Environment, document: Document) -> Iterator[Problem]:
    """Overrides that can't mean anything."""
    agents = (f"{AGENTS}{key}" for key in environment.agents)
    known = [*environment.applications, *agents, DEFAULTS, TENANT]
    for key in environment.advance_anyway:
        path = ("advance_anyway", key)
        if environment.advances_from is None:
            why = "this environment advances from no other, so nothing is refused here"
            yield document.problem(path, "overrides nothing", why, "remove the line")
        elif key not in known:
            what = f"nothing that is live here is called '{key}'"
            yield document.problem(path, what, "", nearest(key, known))


def check_adoptions(environment: Environment, document: Document) -> Iterator[Problem]:
    """What is taken over is live here, once."""
    seen: dict[str, str] = {}
    for key, client_id in environment.adopt.items():
        path = ("adopt", key)
        if key not in environment.applications:
            what = f"no application '{key}' is live here"
            why = "what is taken over is what its file says, so it needs one"
            yield document.problem(path, what, why, nearest(key, environment.applications))
        first = seen.setdefault(client_id, key)
        if first != key:
            what = f"'{first}' has the same client id"
            yield document.problem(path, what, "one application has one key", "remove one of them")


def check_backend(environment: Environment, document: Document) -> Iterator[Problem]:
    """Where the state is kept is public, how to sign in there is not."""
    url = environment.backend
    if url is None:
        return
    try:
        parts = urlsplit(url)
        secret = parts.password is not None
    except ValueError:
        parts, secret = urlsplit(""), False
    if parts.scheme not in BACKENDS:
        what = "is no address of a state backend"
        fix = f"use one of {', '.join(f'{scheme}://' for scheme in BACKENDS)}"
        yield document.problem(("backend",), what, "pulumi keeps the stack's state there", fix)
    if secret:
        what = "holds a password in clear"
        why = "everybody who reads the repository could read and change the state"
        fix = "change it there, and pass it by the environment (PGPASSWORD, or a short-lived token)"
        yield document.problem(("backend",), what, why, fix)
