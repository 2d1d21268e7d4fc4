"""What Auth0 checks between a grant and a token: a grant alone gives no access.

Auth0 consults several objects in turn; the first that denies decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from auth0_third_party.model.access import admits
from auth0_third_party.model.text import access_name
from auth0_third_party.rules import SUBJECT_TYPES, required_grant_type
from tpa.tenant.objects import Api, Client, target_of
from tpa.tenant.token_settings import declared_holder, live_holder, token_effects
from tpa.tenant.view import EnvironmentView

CheckName = Literal[
    "security_mode",
    "subject_type",
    "grant_type",
    "default",
    "api",
    "api_policy",
    "sign_in",
    "connection",
    "organization",
    "token",
]
Source = Literal["application", "default", "api_policy"]


@dataclass(frozen=True)
class AuthorizationCheck:
    """One check. `passed`: None where it is unknown; `place`: the line of a file, or the object in
    the tenant, that decides it; `what`: a sentence, or why it is unknown.
    """

    check: CheckName
    passed: bool | None
    place: str
    what: str


class Place(NamedTuple):
    """The line of a file; or an object in the tenant, of a `kind`."""

    name: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".lstrip()


@dataclass(frozen=True)
class GrantPath:
    """An application that may call an API by a grant, and what that gives. `place` is where the
    grant is; `source`, whose it is.

    `key` is empty for an application that is in no file; `client` is its live client, where the
    tenant was read. `grant_types`: of the application, None where they are unknown. Of client
    access: `organization_usage` of the grant, and the `organizations` that it is usable in.
    `details`: the types of authorization details that it allows.
    """

    key: str
    audience: str
    subject_type: str
    grant_types: tuple[str, ...] | None
    strict: bool
    place: Place
    source: Source = "application"
    scopes: tuple[str, ...] = ()
    all_scopes: bool = False
    details: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    organization_usage: str = ""
    client: Client | None = None

    @property
    def user_access(self) -> bool:
        return self.subject_type == "user"

    @property
    def client_access(self) -> bool:
        return self.subject_type == "client"

    @property
    def mode(self) -> str:
        """The security mode, as the tenant has it."""
        return self.client.mode if self.client else "strict" if self.strict else "permissive"

    @property
    def holder_place(self) -> str:
        """What has the properties of the application: its live client, else where the grant is."""
        return f"application {self.client.id} in the tenant" if self.client else str(self.place)

    @property
    def api_place(self) -> str:
        return f"API {self.audience} in the tenant"


def authorization_checks(view: EnvironmentView, path: GrantPath) -> Iterator[AuthorizationCheck]:
    """Every check for a path, in Auth0's order."""
    yield from _undocumented(path)
    yield from _grant_type(path)
    yield from _api(view, path)
    yield from _sign_in(view, path)
    if path.user_access:
        yield _connection(view, path)
        yield from _members(view, path)
    elif path.client_access:
        yield _client_organizations(path)
    yield from _tokens(view, path)


def _undocumented(path: GrantPath) -> Iterator[AuthorizationCheck]:
    """Default permissions, subject types and security modes of which Auth0's pages tell nothing."""
    if path.source == "default" and not path.strict:
        what = (
            "Auth0's documentation does not say whether default permissions apply to"
            f" {path.mode} applications"
        )
        yield AuthorizationCheck("default", None, str(path.place), what)
    if path.subject_type not in SUBJECT_TYPES:
        what = f"what access the subject type {path.subject_type} gives is not known"
        yield AuthorizationCheck("subject_type", None, str(path.place), what)
    if path.client and path.mode not in MODES:
        what = f"what the security mode {path.mode} admits is not known"
        yield AuthorizationCheck("security_mode", None, path.holder_place, what)


MODES = ("strict", "permissive")
POLICIES = {"user": "allow_all", "client": "require_client_grant"}
"""CG-14: those of an API that does not set them."""


def policy_of(api: Api, subject_type: str) -> str:
    """The API's own policy for user access or client access."""
    return api.policies.get(subject_type) or POLICIES.get(subject_type, "")


def _unknown(view: EnvironmentView, check: CheckName, what: str, place: str) -> AuthorizationCheck:
    return AuthorizationCheck(check, None, place, view.unknown_reasons[what])


def _grant_type(path: GrantPath) -> Iterator[AuthorizationCheck]:
    if path.grant_types is None:
        what = "the tenant does not list the grant types of the application"
        yield AuthorizationCheck("grant_type", None, path.holder_place, what)
    elif not admits(path.grant_types, path.subject_type, strict=path.strict):
        needed = required_grant_type(path.subject_type)
        what = f"the application does not have the grant type {needed}"
        yield AuthorizationCheck("grant_type", False, path.holder_place, what)


def _api(view: EnvironmentView, path: GrantPath) -> Iterator[AuthorizationCheck]:
    """CG-11, CG-14, CG-15; API access policies are set in the tenant, not in files."""
    if view.snapshot is None:
        return
    place = path.api_place
    if "APIs" in view.unknown_reasons:
        yield _unknown(view, "api_policy", "APIs", place)
        return
    api = view.snapshot.apis.get(path.audience)
    if api is None:
        what = f"the tenant has no API '{path.audience}'"
        yield AuthorizationCheck("api", False, place, what)
    elif api.system:
        what = "it is one of Auth0's own APIs, closed to third parties"
        if not path.strict:
            what = (
                "it is one of Auth0's own APIs, and Auth0's documentation does not say whether they"
                f" are closed to {path.mode} applications"
            )
        passed = False if path.strict else None
        yield AuthorizationCheck("api", passed, place, what)
    elif path.subject_type in SUBJECT_TYPES or path.subject_type in api.policies:
        yield _policy(path, policy_of(api, path.subject_type))


def _policy(path: GrantPath, policy: str) -> AuthorizationCheck:
    effects: dict[str, tuple[bool | None, str]] = {
        "deny_all": (False, "which denies all applications"),
        "require_client_grant": (True, "which requires a grant"),
        "allow_all": (True, "which admits it without a grant, and no grant narrows that"),
    }
    if path.strict:
        effects["allow_all"] = (True, "but a strict application needs a grant anyway")
    elif path.mode not in MODES:
        effects["allow_all"] = (None, "and whether it needs a grant anyway is not known")
    if path.subject_type not in SUBJECT_TYPES:
        effects = {}
    passed, effect = effects.get(policy, (None, "which this version of tpa does not know"))
    what = f"the API's policy for {access_name(path.subject_type)} is {policy}, {effect}"
    return AuthorizationCheck("api_policy", passed, path.api_place, what)


def _sign_in(view: EnvironmentView, path: GrantPath) -> Iterator[AuthorizationCheck]:
    """Strict applications work with neither Rules nor the Classic page (RT-15, RT-16), and their
    client access with no Hook (RT-13).
    """
    snapshot = view.snapshot
    if snapshot is None or not path.strict:
        return
    fails, found = "sign-in to strict applications fails", {}
    if path.user_access:
        classic = "the Classic page" if snapshot.classic_login else ""
        active = f"active: {', '.join(snapshot.rules)}" if snapshot.rules else ""
        found = {"Rules": active, "the login experience": classic}
        found = {part: what and f"{part}: {what}; {fails}" for part, what in found.items()}
    elif path.client_access:
        hooks = f"an active credentials-exchange Hook ({', '.join(snapshot.hooks)})"
        found = {"Hooks": f"{hooks} breaks tokens for client access" if snapshot.hooks else ""}
    for part, what in found.items():
        place = f"{part} of the tenant"
        if part in view.unknown_reasons:
            yield _unknown(view, "sign_in", part, place)
        elif what:
            yield AuthorizationCheck("sign_in", False, place, what)


def _connection(view: EnvironmentView, path: GrantPath) -> AuthorizationCheck:
    """DC-01: a promoted connection serves every third-party application."""
    if view.snapshot is None:
        return _declared_connection(view, path)
    if "connections" in view.unknown_reasons:
        return _unknown(view, "connection", "connections", "connections of the tenant")
    promoted = view.promoted_connections
    place = f"connection{'s' if len(promoted) != 1 else ''} {', '.join(promoted) or '(none)'}"
    missing = [name for name in path.connections if name not in promoted]
    what = f"its users can sign in with {', '.join(promoted)}"
    if missing:
        what += f", not with {', '.join(missing)}"
    if not promoted:
        what = "no connection is promoted to the domain level, so no user can sign in"
    return AuthorizationCheck("connection", bool(promoted), place, what)


def _declared_connection(view: EnvironmentView, path: GrantPath) -> AuthorizationCheck:
    """Users of an application that names no connection sign in with what others have promoted."""
    catalog = view.catalog
    names = ", ".join(path.connections or catalog.connections)
    what = f"its users sign in with {names}" if names else "no application names a connection"
    place = catalog.line(catalog.file, "connections")
    return AuthorizationCheck("connection", bool(names), place, what)


def _members(view: EnvironmentView, path: GrantPath) -> Iterator[AuthorizationCheck]:
    """ORG-01 to ORG-03, ORG-08: nothing is checked outside of organizations, so this never denies
    access.
    """
    declared = view.catalog.environment.organizations
    if not path.strict or (view.snapshot is None and not declared):
        return
    place = "organizations of the tenant"
    if "organizations" in view.unknown_reasons:
        yield _unknown(view, "organization", "organizations", place)
        return
    if view.snapshot is None:
        place = view.catalog.line(view.catalog.file, "organizations")
    names = ", ".join(view.admitting_organizations) or "no organization"
    what = f"usable by users outside of organizations, and by members of: {names}"
    if path.client is not None and path.client.document:
        what += " (the page on metadata documents says that agents have no organizations)"
    live = view.tenant.organizations.items()
    unknown = [f"{name} ({each.access})" for name, each in live if each.access and not each.known]
    if unknown:
        what += f"; what these say is not known: {', '.join(unknown)}"
    yield AuthorizationCheck("organization", True, place, what)


def _client_organizations(path: GrantPath) -> AuthorizationCheck:
    """CG-13, ORG-05: where tokens of client access are usable. The organizations that a live grant
    is linked to are not read: that takes a call for each grant.
    """
    linked = ", ".join(path.organizations) or "the organizations it is linked to"
    sentences = {
        "allow": f"usable outside of organizations, and in {linked}",
        "require": f"usable only in {linked}",
    }
    sentences |= dict.fromkeys(("", "deny"), "usable outside of organizations only")
    passed = True if path.organization_usage in sentences else None
    unknown = f"the organization usage is {path.organization_usage}, which is not known"
    what = sentences.get(path.organization_usage, unknown)
    return AuthorizationCheck("organization", passed, str(path.place), what)


def _tokens(view: EnvironmentView, path: GrantPath) -> Iterator[AuthorizationCheck]:
    """What makes a token hold other than the grant says; only a tenant that was read tells."""
    if view.snapshot is None:
        return
    known = live_holder(path.client) if path.client else declared_holder(view.declared[path.key])
    if known.agent and path.user_access and "open registration" in view.unknown_reasons:
        yield _unknown(view, "token", "open registration", "settings of the tenant")
    api, settings = view.snapshot.apis.get(path.audience), view.snapshot.settings
    for effect in token_effects(api, settings, known, target_of(path), path.details):
        place = "settings of the tenant" if effect.of_tenant else path.api_place
        yield AuthorizationCheck("token", effect.passed, place, effect.what)
