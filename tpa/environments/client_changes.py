"""What changes for one application or agent, by meaning: rules over the client before and after."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from auth0_third_party.model.text import address_shown
from auth0_third_party.model.values import Lifetime, seconds
from tpa.environments.permissions import ApiPermission, Client, GrantKey
from tpa.environments.risks import Change, change
from tpa.files.definitions import AgentDefinition, ApplicationDefinition
from tpa.files.record import AGENTS

SECRETS = ("client_secret_post", "client_secret_basic")
TEXTS = ("name", "description", "logo_uri")
KNOWN_FIELDS = frozenset(
    (
        *TEXTS,
        *("owner", "app_type", "grant_types", "token_endpoint_auth_method", "grants"),
        *("redirection_policy", "access_token_lifetime", "refresh_token", "connections"),
        *("callbacks", "allowed_origins", "web_origins"),
    )
)
"""Fields of an application that a rule reads; any other one is reported as changed."""
KNOWN_AGENT_FIELDS = frozenset(("document", "owner", "grants", "connections"))
KNOWN_GRANT_FIELDS = frozenset({"api", "subject_type", "scopes", "allow_all_scopes"})


@dataclass(frozen=True)
class Pair:
    """One application or agent before and after."""

    key: str
    before: Client
    after: Client

    def texts(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """What a list of texts gained and lost."""
        old = frozenset(getattr(self.before.definition, name))
        new = frozenset(getattr(self.after.definition, name))
        return new - old, old - new


@dataclass(frozen=True)
class ApplicationPair(Pair):
    """One application before and after, with all fields that only applications have."""

    old: ApplicationDefinition
    new: ApplicationDefinition


def client_changes(key: str, before: Client, after: Client) -> Iterator[Change]:
    """Every change of a client that is there before and after."""
    old, new = before.definition, after.definition
    if isinstance(old, ApplicationDefinition) and isinstance(new, ApplicationDefinition):
        application = ApplicationPair(key, before, after, old, new)
        for rule in APPLICATION_RULES:
            yield from rule(application)
    elif isinstance(old, AgentDefinition) and isinstance(new, AgentDefinition):
        yield from _document(key, old, new)
    for common_rule in CLIENT_RULES:
        yield from common_rule(Pair(key, before, after))


def added(key: str, after: Client) -> Iterator[Change]:
    """A new application or agent, and the risks that it brings."""
    new = after.definition
    if isinstance(new, AgentDefinition):
        what = f"added: {new.document} of {new.owner.organization}"
        yield change("agent-added", key, what)
        yield from _first_permissions(key, after.permissions)
        return
    what = f"added: {new.name}, {new.app_type} of {new.owner.organization}"
    yield change("application-added", key, what, consent=new.signs_users_in)
    empty = ApplicationDefinition(name=new.name, app_type=new.app_type, owner=new.owner)
    pair = ApplicationPair(key, Client(empty, {}, frozenset()), after, empty, new)
    yield from _first_permissions(key, after.permissions)
    for rule in (_redirects, _origins, _protection, _rotation):
        yield from rule(pair)


def removed(key: str, before: Client | None) -> Change:
    """An application or agent that is taken off the tenant."""
    if key.startswith(AGENTS):
        return change("agent-removed", key, f"removed: {key.removeprefix(AGENTS)}")
    definition = before.definition if before else None
    name = definition.name if isinstance(definition, ApplicationDefinition) else key
    return change("application-removed", key, f"removed: {name}")


def listed(texts: Iterable[str]) -> str:
    """Sorted, with commas."""
    return ", ".join(sorted(texts))


def _first_permissions(key: str, permissions: Mapping[GrantKey, ApiPermission]) -> Iterator[Change]:
    """The grants that a new client brings; default permissions are no change of its own."""
    for (audience, subject), permission in sorted(permissions.items(), key=lambda item: item[0]):
        if permission.by_default:
            continue
        where = _where(permission.api or audience, subject)
        yield change(f"scope-gained-{subject}", key, f"gets {where}: {_scopes(permission)}")
        if permission.every_scope:
            what = f"{where}: gets every scope"
            yield change("all-scopes-on", key, what, consent=subject == "user")


def _permissions(pair: Pair) -> Iterator[Change]:
    """Scopes and kinds of access that were gained and lost."""
    before, after = pair.before.permissions, pair.after.permissions
    for where in sorted(before.keys() | after.keys()):
        yield from _permission_changes(pair.key, where, before.get(where), after.get(where))


def _permission_changes(
    key: str, grant: GrantKey, old: ApiPermission | None, new: ApiPermission | None
) -> Iterator[Change]:
    audience, subject = grant
    known = new or old
    where = _where(known.api if known else audience, subject)
    users = subject == "user"
    if old is None and new is not None:
        what = f"gets {where}: {_scopes(new)}"
        yield change("subject-type-gained", key, what, consent=users)
    if old is not None and new is None:
        yield change("subject-type-lost", key, f"loses {where}: {_scopes(old)}")
    if old is not None and new is not None:
        yield from _scope_changes(key, where, subject, old, new)
    if new is not None and new.every_scope and not (old is not None and old.every_scope):
        yield change("all-scopes-on", key, f"{where}: gets every scope", consent=users)


def _scope_changes(
    key: str, where: str, subject: str, old: ApiPermission, new: ApiPermission
) -> Iterator[Change]:
    if old.every_scope and not new.every_scope:
        yield change("all-scopes-off", key, f"{where}: gets named scopes, {_scopes(new)}")
    if old.every_scope or new.every_scope:
        return
    gained, lost = new.scopes - old.scopes, old.scopes - new.scopes
    replaced = "; a grant of its own replaces the default" if old.by_default else ""
    replaced = "" if new.by_default == old.by_default else replaced or "; back to the default"
    if gained:
        yield change(f"scope-gained-{subject}", key, f"{where}: gains {listed(gained)}{replaced}")
    if lost:
        yield change("scope-lost", key, f"{where}: loses {listed(lost)}{replaced}")


def _where(api: str, subject: str) -> str:
    return f"{subject} access to {api}"


def _scopes(permission: ApiPermission) -> str:
    return "every scope" if permission.every_scope else listed(permission.scopes) or "no scope"


def _redirects(pair: ApplicationPair) -> Iterator[Change]:
    gained, lost = pair.texts("callbacks")
    known = {_host(uri) for uri in pair.old.callbacks}
    for uri in sorted(gained):
        kind = "redirect-gained" if _host(uri) in known else "redirect-host-new"
        yield change(kind, pair.key, f"users may be returned to {address_shown(uri)}")
    for uri in sorted(lost):
        yield change(
            "redirect-lost", pair.key, f"users are no longer returned to {address_shown(uri)}"
        )


def _origins(pair: ApplicationPair) -> Iterator[Change]:
    for name in ("allowed_origins", "web_origins"):
        gained, lost = pair.texts(name)
        if gained:
            yield change(
                "origin-gained", pair.key, f"{name} gains {listed(map(address_shown, gained))}"
            )
        if lost:
            yield change(
                "origin-lost", pair.key, f"{name} loses {listed(map(address_shown, lost))}"
            )


def _sign_in(pair: Pair) -> Iterator[Change]:
    gained, lost = pair.texts("connections")
    if gained:
        yield change("sign-in-gained", pair.key, f"sign-in by {listed(gained)}")
    if lost:
        yield change("sign-in-lost", pair.key, f"no sign-in by {listed(lost)}")


def _protection(pair: ApplicationPair) -> Iterator[Change]:
    old, new = pair.old.redirection_policy, pair.new.redirection_policy
    if old != new:
        reason = pair.new.redirection_policy_reason
        kind = "redirect-protection-on" if new == "open_redirect_protection" else ""
        what = f"redirect protection off: {reason}" if not kind else "redirect protection on"
        yield change(kind or "redirect-protection-off", pair.key, what)


def _authentication(pair: ApplicationPair) -> Iterator[Change]:
    old, new = pair.old.auth_method, pair.new.auth_method
    if old == new:
        return
    what = f"authenticates with {new} instead of {old}"
    if new == "none":
        yield change("client-became-public", pair.key, what)
    elif old == "none":
        yield change("client-became-confidential", pair.key, what)
    elif new in SECRETS and old not in SECRETS:
        yield change("secret-instead-of-key", pair.key, what)
    elif old in SECRETS and new not in SECRETS:
        yield change("key-instead-of-secret", pair.key, what)
    else:
        yield change("field-changed", pair.key, what)


def _flows(pair: ApplicationPair) -> Iterator[Change]:
    gained = pair.after.flows - pair.before.flows
    lost = pair.before.flows - pair.after.flows
    if gained:
        yield change("flow-gained", pair.key, f"may use {listed(gained)}")
    if lost:
        yield change("flow-lost", pair.key, f"may no longer use {listed(lost)}")


def _rotation(pair: ApplicationPair) -> Iterator[Change]:
    old, new = _rotates(pair.old), _rotates(pair.new)
    if new is False and (old or (old is None and pair.new.public)):
        yield change("rotation-off", pair.key, "refresh tokens are not rotated")
    elif new and old is False:
        yield change("rotation-on", pair.key, "refresh tokens are rotated")


def _rotates(definition: ApplicationDefinition) -> bool | None:
    """Whether refresh tokens are used once; None without any. On by default for public clients."""
    if definition.refresh_token is None:
        return None
    stated = definition.refresh_token.rotation_type
    return definition.public if stated is None else stated == "rotating"


def _lifetimes(pair: ApplicationPair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    yield from _lifetime(
        pair.key, "tokens", "access token", old.access_token_lifetime, new.access_token_lifetime
    )
    if old.refresh_token is None or new.refresh_token is None:
        return
    for name in ("token_lifetime", "idle_token_lifetime", "leeway"):
        values = getattr(old.refresh_token, name), getattr(new.refresh_token, name)
        yield from _lifetime(pair.key, "refresh", f"refresh token {name}", *values)


def _lifetime(key: str, kind: str, label: str, old: Lifetime, new: Lifetime) -> Iterator[Change]:
    if old != new:
        length = "longer" if seconds(new) > seconds(old) else "shorter"
        what = f"{label}: {_with_unit(new)} instead of {_with_unit(old)}"
        yield change(f"{kind}-{length}", key, what)


def _with_unit(lifetime: Lifetime) -> str:
    return lifetime if isinstance(lifetime, str) else f"{lifetime} s"


def _identity(pair: ApplicationPair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old.app_type != new.app_type:
        yield change("type-changed", pair.key, f"{new.app_type} instead of {old.app_type}")
    changed = [name for name in TEXTS if getattr(old, name) != getattr(new, name)]
    if changed:
        yield change("texts-changed", pair.key, f"{listed(changed)} changed")


def _document(key: str, old: AgentDefinition, new: AgentDefinition) -> Iterator[Change]:
    if old.document != new.document:
        yield change("agent-document-changed", key, f"{new.document} instead of {old.document}")


def _owner(pair: Pair) -> Iterator[Change]:
    old, new = pair.before.definition.owner, pair.after.definition.owner
    if old != new:
        yield change("owner-changed", pair.key, f"owner: {new.organization}, {new.contact}")


def _rest(pair: Pair) -> Iterator[Change]:
    """Fields that no rule knows: none passes unreported."""
    definitions = pair.before.definition, pair.after.definition
    known = KNOWN_AGENT_FIELDS if pair.key.startswith(AGENTS) else KNOWN_FIELDS
    old, new = (each.model_dump(mode="json", exclude_defaults=True) for each in definitions)
    for name in sorted((old.keys() | new.keys()) - known):
        if old.get(name) != new.get(name):
            yield change("field-changed", pair.key, f"{name} changed")
    grants = [_unknown_grant_fields(content) for content in (old, new)]
    if grants[0] != grants[1]:
        yield change("field-changed", pair.key, "further fields of its grants changed")


def _unknown_grant_fields(content: Mapping[str, object]) -> list[tuple[str, str]]:
    found = []
    grants = content.get("grants", [])
    for grant in grants if isinstance(grants, list) else []:
        rest = {name: value for name, value in grant.items() if name not in KNOWN_GRANT_FIELDS}
        if rest:
            found.append((f"{grant['api']} {grant['subject_type']}", repr(sorted(rest.items()))))
    return sorted(found)


def _host(uri: str) -> str:
    parts = urlsplit(uri)
    return parts.netloc or f"{parts.scheme}:"


CLIENT_RULES: tuple[Callable[[Pair], Iterator[Change]], ...] = (
    _owner,
    _permissions,
    _sign_in,
    _rest,
)
APPLICATION_RULES: tuple[Callable[[ApplicationPair], Iterator[Change]], ...] = (
    _identity,
    _redirects,
    _origins,
    _protection,
    _authentication,
    _flows,
    _rotation,
    _lifetimes,
)
