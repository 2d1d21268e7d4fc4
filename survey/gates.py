"""What stands between a grant and a token: a grant alone opens nothing.

Auth0 asks several objects in turn; the first that says no decides. Sources: the pages on security
controls, API access policies and organizations,
https://auth0.com/docs/get-started/applications/third-party-applications
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from catalog.models import Model
from preflight.objects import Client
from survey.view import View

GateName = Literal["flow", "api", "api_policy", "login", "connection", "organization"]


class Gate(Model):
    """One decision. `open`: None where nobody could look; `place`: the line or object that decides.

    `what` is a sentence.
    """

    gate: GateName
    open: bool | None
    place: str
    what: str


@dataclass(frozen=True)
class Way:
    """One way of calling an API. `flows` are the grant types of the application.

    `usage` and `organizations`: where a grant of the application itself is good. `live` is its
    client, where it was seen; `key` is empty for one that is in no file.
    """

    key: str
    audience: str
    subject_type: str
    flows: tuple[str, ...]
    strict: bool
    place: str
    connections: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    usage: str = ""
    live: Client | None = None


def gates(view: View, way: Way) -> Iterator[Gate]:
    """Every gate on the way, in the order in which Auth0 asks."""
    yield from _flow(way)
    yield from _api(view, way)
    if way.subject_type == "user":
        yield from _login(view, way)
        yield from _connection(view, way)
        yield from _members(view, way)
    else:
        yield from _hooks(view, way)
        yield _machine(way)


def _flow(way: Way) -> Iterator[Gate]:
    needed = "authorization_code" if way.subject_type == "user" else "client_credentials"
    if needed not in way.flows:
        what = f"the application does not have the grant type {needed}"
        yield Gate(gate="flow", open=False, place=way.place, what=what)


def _api(view: View, way: Way) -> Iterator[Gate]:
    """CG-11, CG-14, CG-15; policies are the tenant's, no file states them."""
    if view.snapshot is None:
        return
    place = f"API {way.audience} in the tenant"
    if "APIs" in view.blind:
        yield _unknown("api_policy", view, "APIs", place)
        return
    api = view.snapshot.apis.get(way.audience)
    if api is None:
        what = f"the tenant has no API '{way.audience}'"
        yield Gate(gate="api", open=False, place=place, what=what)
    elif api.system:
        what = "it is one of Auth0's own APIs, closed to third parties"
        yield Gate(gate="api", open=False, place=place, what=what)
    else:
        policy = api.policies.get(way.subject_type, "require_client_grant")
        denied = policy == "deny_all"
        words = "refuses all" if denied else "asks for a grant" if way.strict else "is met"
        what = f"the API's policy for {_subject(way)} is {policy}, which {words}"
        yield Gate(gate="api_policy", open=not denied, place=place, what=what)


def _login(view: View, way: Way) -> Iterator[Gate]:
    """Strict applications know neither Rules nor the Classic page."""
    seen = view.snapshot
    if seen is None or not way.strict:
        return
    for thing, closed in (
        ("Rules", bool(seen.rules)),
        ("the login experience", seen.classic_login),
    ):
        place = f"{thing} of the tenant"
        if thing in view.blind:
            yield _unknown("login", view, thing, place)
        elif closed:
            named = f"active: {', '.join(seen.rules)}" if thing == "Rules" else "the Classic page"
            what = f"{thing}: {named}; sign-in to strict applications fails"
            yield Gate(gate="login", open=False, place=place, what=what)


def _hooks(view: View, way: Way) -> Iterator[Gate]:
    seen = view.snapshot
    if "Hooks" in view.blind:
        yield _unknown("login", view, "Hooks", "Hooks of the tenant")
    elif seen is not None and way.strict and seen.hooks:
        what = f"an active credentials-exchange Hook ({', '.join(seen.hooks)}) breaks its tokens"
        yield Gate(gate="login", open=False, place="Hooks of the tenant", what=what)


def _connection(view: View, way: Way) -> Iterator[Gate]:
    """DC-01: a promoted connection serves every third-party application."""
    catalog, seen = view.catalog, view.snapshot
    if seen is None:
        names = ", ".join(way.connections)
        what = f"its users sign in by {names}" if names else "it names no connection"
        place = catalog.line(catalog.file, "connections")
        yield Gate(gate="connection", open=bool(names), place=place, what=what)
        return
    if "connections" in view.blind:
        yield _unknown("connection", view, "connections", "connections of the tenant")
        return
    promoted = view.promoted
    place = f"connection{'s' if len(promoted) != 1 else ''} {', '.join(promoted) or '(none)'}"
    closed = [name for name in way.connections if name not in promoted]
    what = f"its users can sign in by {', '.join(promoted)}"
    if closed:
        what += f", not by {', '.join(closed)}"
    if not promoted:
        what = "no connection is promoted to the domain level, so no user can sign in"
    yield Gate(gate="connection", open=bool(promoted), place=place, what=what)


def _members(view: View, way: Way) -> Iterator[Gate]:
    """ORG-01 to ORG-03: outside of organizations nothing is asked."""
    seen, named = view.snapshot, view.catalog.environment.organizations
    if seen is not None and "organizations" in view.blind:
        yield _unknown("organization", view, "organizations", "organizations of the tenant")
        return
    place = "organizations of the tenant"
    if seen is None:
        place = view.catalog.line(view.catalog.file, "organizations")
    shown = ", ".join(view.admitting) or "no organization"
    if way.strict and (named or seen is not None):
        what = f"users outside of organizations are admitted, and members of: {shown}"
        yield Gate(gate="organization", open=True, place=place, what=what)


def _machine(way: Way) -> Gate:
    """CG-13, ORG-05: where its own tokens are good."""
    inside = ", ".join(way.organizations) or "the organizations it is linked to"
    sentences = {
        "allow": f"good outside of organizations, and in {inside}",
        "require": f"good only in {inside}",
    }
    what = sentences.get(way.usage, "good outside of organizations only")
    return Gate(gate="organization", open=True, place=way.place, what=what)


def _unknown(gate: GateName, view: View, what: str, place: str) -> Gate:
    sentence = f"unknown: the token lacks {view.blind[what]}"
    return Gate(gate=gate, open=None, place=place, what=sentence)


def _subject(way: Way) -> str:
    return "users" if way.subject_type == "user" else "applications"
