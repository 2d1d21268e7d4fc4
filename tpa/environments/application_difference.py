"""What changes for one application, by meaning: rules over its facts before and after."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from auth0_third_party.model.values import Lifetime, seconds
from tpa.environments.facts import Facts, Place, Right
from tpa.environments.risks import Change, change
from tpa.files.definitions import ApplicationDefinition


def right_changes(
    key: str, before: Mapping[Place, Right], after: Mapping[Place, Right]
) -> Iterator[Change]:
    """Scopes and ways of calling that were gained and lost."""
    for place in sorted(before.keys() | after.keys()):
        yield from _place_changes(key, place, before.get(place), after.get(place))


def first_rights(key: str, rights: Mapping[Place, Right]) -> Iterator[Change]:
    """The grants that a new application brings; what it has by default is known already."""
    for (audience, subject), right in sorted(rights.items(), key=lambda item: item[0]):
        if right.by_default:
            continue
        where = _where(right.api or audience, subject)
        yield change(f"scope-gained-{subject}", key, f"may call {where}: {_scopes(right)}")
        if right.every_scope:
            what = f"gets every scope of {where}"
            yield change("all-scopes-on", key, what, consent=subject == "user")


def _place_changes(
    key: str, place: Place, old: Right | None, new: Right | None
) -> Iterator[Change]:
    audience, subject = place
    right = new or old
    where = _where(right.api if right else audience, subject)
    users = subject == "user"
    if old is None and new is not None:
        what = f"may call {where}: {_scopes(new)}"
        yield change("subject-type-gained", key, what, consent=users)
    if old is not None and new is None:
        yield change("subject-type-lost", key, f"may no longer call {where}: {_scopes(old)}")
    if old is not None and new is not None:
        yield from _scope_changes(key, where, subject, old, new)
    if new is not None and new.every_scope and not (old is not None and old.every_scope):
        yield change("all-scopes-on", key, f"gets every scope of {where}", consent=users)


def _scope_changes(key: str, where: str, subject: str, old: Right, new: Right) -> Iterator[Change]:
    if old.every_scope and not new.every_scope:
        yield change("all-scopes-off", key, f"gets named scopes of {where}: {_scopes(new)}")
    if old.every_scope or new.every_scope:
        return
    gained, lost = new.scopes - old.scopes, old.scopes - new.scopes
    replaced = "; a grant of its own replaces the default" if old.by_default else ""
    replaced = "" if new.by_default == old.by_default else replaced or "; back to the default"
    if gained:
        yield change(f"scope-gained-{subject}", key, f"{where}: gains {words(gained)}{replaced}")
    if lost:
        yield change("scope-lost", key, f"{where}: loses {words(lost)}{replaced}")


def _where(api: str, subject: str) -> str:
    return f"{api} {'for its users' if subject == 'user' else 'as itself'}"


def words(texts: Collection[str]) -> str:
    """Sorted, with commas."""
    return ", ".join(sorted(texts))


def _scopes(right: Right) -> str:
    return "every scope" if right.every_scope else words(right.scopes) or "no scope"


SECRETS = ("client_secret_post", "client_secret_basic")
WORDS = ("name", "description", "logo_uri")
KNOWN_FIELDS = frozenset(
    (
        *WORDS,
        *("owner", "app_type", "grant_types", "token_endpoint_auth_method", "grants"),
        *("redirection_policy", "access_token_lifetime", "refresh_token", "connections"),
        *("callbacks", "allowed_origins", "web_origins"),
    )
)
"""Fields that a rule below reads; any other one is reported as changed, whatever it means."""
KNOWN_GRANT_FIELDS = frozenset({"api", "subject_type", "scopes", "allow_all_scopes"})


@dataclass(frozen=True)
class Pair:
    """One application before and after."""

    key: str
    before: Facts
    after: Facts

    def texts(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """What a list of texts gained and lost."""
        old = frozenset(getattr(self.before.definition, name))
        new = frozenset(getattr(self.after.definition, name))
        return new - old, old - new


def application_changes(key: str, before: Facts, after: Facts) -> Iterator[Change]:
    """Every change of one application that is there before and after."""
    pair = Pair(key, before, after)
    for rule in RULES_OF_AN_APPLICATION:
        yield from rule(pair)


def added(key: str, after: Facts) -> Iterator[Change]:
    """A new application, and what about it deserves a look of its own."""
    app = after.definition
    users = app.signs_users_in
    what = f"added: {app.name}, {app.app_type} of {app.owner.organization}"
    yield change("application-added", key, what, consent=users)
    empty = ApplicationDefinition(name=app.name, app_type=app.app_type, owner=app.owner)
    pair = Pair(key, Facts(empty, {}), after)
    yield from first_rights(key, after.rights)
    for rule in (_redirects, _origins, _protection, _rotation):
        yield from rule(pair)


def removed(key: str, before: Facts | None) -> Change:
    """An application that is taken off the tenant."""
    name = before.definition.name if before else key
    return change("application-removed", key, f"removed: {name}")


def _rights(pair: Pair) -> Iterator[Change]:
    yield from right_changes(pair.key, pair.before.rights, pair.after.rights)


def _redirects(pair: Pair) -> Iterator[Change]:
    gained, lost = pair.texts("callbacks")
    known = {_host(uri) for uri in pair.before.definition.callbacks}
    for uri in sorted(gained):
        kind = "redirect-gained" if _host(uri) in known else "redirect-host-new"
        yield change(kind, pair.key, f"users may be returned to {uri}")
    for uri in sorted(lost):
        yield change("redirect-lost", pair.key, f"users are no longer returned to {uri}")


def _origins(pair: Pair) -> Iterator[Change]:
    for name in ("allowed_origins", "web_origins"):
        gained, lost = pair.texts(name)
        if gained:
            yield change("origin-gained", pair.key, f"{name} gains {words(gained)}")
        if lost:
            yield change("origin-lost", pair.key, f"{name} loses {words(lost)}")


def _sign_in(pair: Pair) -> Iterator[Change]:
    gained, lost = pair.texts("connections")
    if gained:
        yield change("sign-in-gained", pair.key, f"sign-in by {words(gained)}")
    if lost:
        yield change("sign-in-lost", pair.key, f"no sign-in by {words(lost)}")


def _protection(pair: Pair) -> Iterator[Change]:
    old, new = (f.definition.redirection_policy for f in (pair.before, pair.after))
    if old != new:
        reason = pair.after.definition.redirection_policy_reason
        kind = "redirect-protection-on" if new == "open_redirect_protection" else ""
        what = f"redirect protection off: {reason}" if not kind else "redirect protection on"
        yield change(kind or "redirect-protection-off", pair.key, what)


def _authentication(pair: Pair) -> Iterator[Change]:
    old, new = (f.definition.auth_method for f in (pair.before, pair.after))
    if old == new:
        return
    what = f"proves itself by {new} instead of {old}"
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


def _flows(pair: Pair) -> Iterator[Change]:
    gained = pair.after.flows - pair.before.flows
    lost = pair.before.flows - pair.after.flows
    if gained:
        yield change("flow-gained", pair.key, f"may use {words(gained)}")
    if lost:
        yield change("flow-lost", pair.key, f"may no longer use {words(lost)}")


def _rotation(pair: Pair) -> Iterator[Change]:
    old, new = _rotates(pair.before.definition), _rotates(pair.after.definition)
    if new is False and (old or (old is None and pair.after.definition.public)):
        yield change("rotation-off", pair.key, "refresh tokens are not rotated")
    elif new and old is False:
        yield change("rotation-on", pair.key, "refresh tokens are rotated")


def _rotates(definition: ApplicationDefinition) -> bool | None:
    """Whether refresh tokens are used once; None without any. On by default for public clients."""
    if definition.refresh_token is None:
        return None
    stated = definition.refresh_token.rotation_type
    return definition.public if stated is None else stated == "rotating"


def _lifetimes(pair: Pair) -> Iterator[Change]:
    old, new = pair.before.definition, pair.after.definition
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


def _identity(pair: Pair) -> Iterator[Change]:
    old, new = pair.before.definition, pair.after.definition
    if old.app_type != new.app_type:
        yield change("type-changed", pair.key, f"{new.app_type} instead of {old.app_type}")
    if old.owner != new.owner:
        what = f"owner: {new.owner.organization}, {new.owner.contact}"
        yield change("owner-changed", pair.key, what)
    changed = [name for name in WORDS if getattr(old, name) != getattr(new, name)]
    if changed:
        yield change("words-changed", pair.key, f"{words(changed)} changed")


def _rest(pair: Pair) -> Iterator[Change]:
    """Fields that no rule knows are never passed over in silence."""
    old, new = (f.definition.content() for f in (pair.before, pair.after))
    for name in sorted((old.keys() | new.keys()) - KNOWN_FIELDS):
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


RULES_OF_AN_APPLICATION: tuple[Callable[[Pair], Iterator[Change]], ...] = (
    _identity,
    _rights,
    _redirects,
    _origins,
    _sign_in,
    _protection,
    _authentication,
    _flows,
    _rotation,
    _lifetimes,
    _rest,
)
