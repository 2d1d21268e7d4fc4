"""What stands between a grant and a token: a grant alone opens nothing.

Auth0 asks several objects in turn; the first that says no decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.access import admits
from auth0_third_party.model.values import Model
from tpa.tenant.objects import Api, Client
from tpa.tenant.view import EnvironmentView

CheckName = Literal["flow", "default", "api", "api_policy", "login", "connection", "organization"]


class AuthorizationCheck(Model):
    """One decision. `open`: None where nobody can say; `place`: the line or object that decides.

    `what` is a sentence.
    """

    gate: CheckName
    open: bool | None
    place: str
    what: str


@dataclass(frozen=True)
class GrantPath:
    """One way of calling an API. `flows` are the grant types of the application, None where the
    tenant does not say; `place` is where its grant stands.

    `usage` and `organizations`: where a grant of the application itself is good. `live` is its
    client, where it was seen; `key` is empty for one that is in no file.
    """

    key: str
    audience: str
    subject_type: str
    flows: tuple[str, ...] | None
    strict: bool
    place: str
    connections: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    usage: str = ""
    live: Client | None = None

    @property
    def for_users(self) -> bool:
        return self.subject_type == "user"


def unseen(gate: CheckName, view: EnvironmentView, what: str, place: str) -> AuthorizationCheck:
    """A gate that nobody could look at."""
    return AuthorizationCheck(
        gate=gate, open=None, place=place, what=f"unknown: {view.unknown_reasons[what]}"
    )


def login_gates(view: EnvironmentView, way: GrantPath) -> Iterator[AuthorizationCheck]:
    """Every gate of a sign-in, in the order in which Auth0 asks."""
    yield from _page(view, way)
    yield _connection(view, way)
    yield from _members(view, way)


def _page(view: EnvironmentView, way: GrantPath) -> Iterator[AuthorizationCheck]:
    """Strict applications know neither Rules nor the Classic page (RT-15, RT-16)."""
    seen = view.snapshot
    if seen is None or not way.strict:
        return
    for thing, closed in (
        ("Rules", bool(seen.rules)),
        ("the login experience", seen.classic_login),
    ):
        place = f"{thing} of the tenant"
        if thing in view.unknown_reasons:
            yield unseen("login", view, thing, place)
        elif closed:
            named = f"active: {', '.join(seen.rules)}" if thing == "Rules" else "the Classic page"
            what = f"{thing}: {named}; sign-in to strict applications fails"
            yield AuthorizationCheck(gate="login", open=False, place=place, what=what)


def _connection(view: EnvironmentView, way: GrantPath) -> AuthorizationCheck:
    """DC-01: a promoted connection serves every third-party application."""
    if view.snapshot is None:
        return _stated_connection(view, way)
    if "connections" in view.unknown_reasons:
        return unseen("connection", view, "connections", "connections of the tenant")
    promoted = view.promoted_connections
    place = f"connection{'s' if len(promoted) != 1 else ''} {', '.join(promoted) or '(none)'}"
    closed = [name for name in way.connections if name not in promoted]
    what = f"its users can sign in by {', '.join(promoted)}"
    if closed:
        what += f", not by {', '.join(closed)}"
    if not promoted:
        what = "no connection is promoted to the domain level, so no user can sign in"
    return AuthorizationCheck(gate="connection", open=bool(promoted), place=place, what=what)


def _stated_connection(view: EnvironmentView, way: GrantPath) -> AuthorizationCheck:
    """An application that names none signs in by what others had promoted."""
    catalog = view.catalog
    names = ", ".join(way.connections or catalog.connections)
    what = f"its users sign in by {names}" if names else "no application names a connection"
    place = catalog.line(catalog.file, "connections")
    return AuthorizationCheck(gate="connection", open=bool(names), place=place, what=what)


def _members(view: EnvironmentView, way: GrantPath) -> Iterator[AuthorizationCheck]:
    """ORG-01 to ORG-03, ORG-08: outside of organizations nothing is asked, so it never closes."""
    seen, named = view.snapshot, view.catalog.environment.organizations
    if not way.strict or (seen is None and not named):
        return
    if "organizations" in view.unknown_reasons:
        yield unseen("organization", view, "organizations", "organizations of the tenant")
        return
    place = "organizations of the tenant"
    if seen is None:
        place = view.catalog.line(view.catalog.file, "organizations")
    shown = ", ".join(view.admitting_organizations) or "no organization"
    what = f"users outside of organizations are admitted, and members of: {shown}"
    yield AuthorizationCheck(gate="organization", open=True, place=place, what=what)


POLICIES = {"user": "allow_all", "client": "require_client_grant"}
"""CG-14: those of an API that does not say."""


def gates(view: EnvironmentView, way: GrantPath) -> Iterator[AuthorizationCheck]:
    """Every gate on the way, in the order in which Auth0 asks."""
    yield from _flow(way)
    yield from _api(view, way)
    if way.for_users:
        yield from login_gates(view, way)
    else:
        yield from _hooks(view, way)
        yield _machine(way)


def policy_of(api: Api, subject_type: str) -> str:
    """Who may call an API, by its own policy."""
    return api.policies.get(subject_type) or POLICIES.get(subject_type, "")


def default_gate(way: GrantPath) -> Iterator[AuthorizationCheck]:
    """Whether default permissions count at all."""
    if not way.strict:
        what = "the vendor does not say whether default permissions reach permissive applications"
        yield AuthorizationCheck(gate="default", open=None, place=way.place, what=what)


def _flow(way: GrantPath) -> Iterator[AuthorizationCheck]:
    place = f"application {way.live.id} in the tenant" if way.live else way.place
    if way.flows is None:
        what = "the tenant does not say which grant types the application has"
        yield AuthorizationCheck(gate="flow", open=None, place=place, what=what)
    elif not admits(way.flows, way.subject_type, strict=way.strict):
        needed = "authorization_code" if way.for_users else "client_credentials"
        what = f"the application does not have the grant type {needed}"
        yield AuthorizationCheck(gate="flow", open=False, place=place, what=what)


def _api(view: EnvironmentView, way: GrantPath) -> Iterator[AuthorizationCheck]:
    """CG-11, CG-14, CG-15; policies are the tenant's, no file states them."""
    if view.snapshot is None:
        return
    place = f"API {way.audience} in the tenant"
    if "APIs" in view.unknown_reasons:
        yield unseen("api_policy", view, "APIs", place)
        return
    api = view.snapshot.apis.get(way.audience)
    if api is None:
        what = f"the tenant has no API '{way.audience}'"
        yield AuthorizationCheck(gate="api", open=False, place=place, what=what)
    elif api.system:
        what = "it is one of Auth0's own APIs, closed to third parties"
        yield AuthorizationCheck(gate="api", open=False, place=place, what=what)
    else:
        yield _policy(way, policy_of(api, way.subject_type), place)


def _policy(way: GrantPath, policy: str, place: str) -> AuthorizationCheck:
    needless = "admits it without a grant, and no grant narrows that"
    words: dict[str, tuple[bool, str]] = {
        "deny_all": (False, "which refuses all"),
        "require_client_grant": (True, "which asks for a grant"),
        "allow_all": (True, f"which {needless}"),
    }
    if way.strict:
        words["allow_all"] = (True, "and a strict application needs a grant all the same")
    opened, verdict = words.get(policy, (None, "of which this version knows nothing"))
    whom = "users" if way.for_users else "applications"
    what = f"the API's policy for {whom} is {policy}, {verdict}"
    return AuthorizationCheck(gate="api_policy", open=opened, place=place, what=what)


def _hooks(view: EnvironmentView, way: GrantPath) -> Iterator[AuthorizationCheck]:
    """RT-13."""
    seen = view.snapshot
    if seen is None or not way.strict:
        return
    if "Hooks" in view.unknown_reasons:
        yield unseen("login", view, "Hooks", "Hooks of the tenant")
    elif seen.hooks:
        what = f"an active credentials-exchange Hook ({', '.join(seen.hooks)}) breaks its tokens"
        yield AuthorizationCheck(gate="login", open=False, place="Hooks of the tenant", what=what)


def _machine(way: GrantPath) -> AuthorizationCheck:
    """CG-13, ORG-05: where its own tokens are good. To which organizations a live grant is linked
    takes a call for each, and is not asked.
    """
    inside = ", ".join(way.organizations) or "the organizations it is linked to"
    sentences = {
        "allow": f"good outside of organizations, and in {inside}",
        "require": f"good only in {inside}",
    }
    what = sentences.get(way.usage, "good outside of organizations only")
    return AuthorizationCheck(gate="organization", open=True, place=way.place, what=what)
