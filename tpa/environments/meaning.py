"""What one difference of a definition means, by its field and the values beside it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from auth0_third_party.model.application import RateLimit
from auth0_third_party.model.impacts import MoreOrLess
from auth0_third_party.model.text import access_name, address_shown, counted
from auth0_third_party.model.values import seconds
from auth0_third_party.rules.violation import Path
from tpa.comparison.compare import Changed, compare
from tpa.comparison.facts import (
    ERROR_PAGE,
    EVERY_SCOPE,
    RATE_LIMIT,
    REGISTRATION,
    Facts,
    value_text,
)
from tpa.comparison.recorded import ACCESS, DEFAULT, SOURCE
from tpa.environments.risks import FIELD_IMPACTS, Change, change
from tpa.files.record import Identity

SECRETS = ("client_secret_post", "client_secret_basic")
NOTABLE = frozenset(
    (
        *("scope-gained-user", "scope-gained-client", "all-scopes-on", "origin-gained"),
        *("redirect-host-new", "redirect-protection-off", "rotation-off"),
    )
)
"""What deserves a look in a new application or agent."""


@dataclass(frozen=True)
class Reading:
    """One difference, with all facts of its definition.

    `key`: of the application or agent, "" for what belongs to the tenant. `before`: empty for a new
    one. `apis`: audience -> key. `touches`: whom it concerns; empty: `key` alone.
    """

    key: str
    changed: Changed
    before: Facts
    after: Facts
    apis: Mapping[str, str]
    touches: Collection[Identity] = ()

    def change(self, kind: str, what: str, *, consent: bool = True) -> Change:
        """This difference as a change of that kind."""
        return change(kind, self.key, what, self.touches, consent=consent)

    @property
    def where(self) -> str:
        """`user access to orders`."""
        _, audience, subject_type, *_ = map(str, self.changed.path)
        return f"{access_name(subject_type)} to {self.apis.get(audience, audience)}"


def meaning(reading: Reading) -> Iterator[Change]:
    """The changes that a difference is; a field that nothing is known of is one all the same."""
    path = reading.changed.path
    if path[0] in GRANTS:
        _, _, _, *field = path
        return _grant_field(reading) if field else GRANTS[path[0]](reading)
    return READERS.get(path, _field)(reading)


def added(new: Identity, facts: Facts, apis: Mapping[str, str]) -> Iterator[Change]:
    """A new application or agent, and what of it deserves a look."""
    key, owner, app_type = str(new), facts["owner",]["organization"], facts.get(("app_type",))
    if new.kind == "agent":
        yield change("agent-added", key, f"added: {facts['document',]} of {owner}")
    else:
        what = f"added: {facts['name',]}, {app_type} of {owner}"
        yield change("application-added", key, what, consent=app_type != "non_interactive")
    for changed in compare({}, facts):
        for found in meaning(Reading(key, changed, {}, facts, apis)):
            if found.kind in NOTABLE:
                yield found


def removed(old: Identity, facts: Facts, *, protected: bool) -> Change:
    """An application or agent that is taken off the tenant.

    Args:
        protected: whether the environment's delete protection was on.
    """
    sources = [value for path, value in facts.items() if (path[0], path[-1]) == (ACCESS, SOURCE)]
    count = sources.count("application")
    name = facts.get(("name",), old.key)
    ends = f"removed: {name}; its access ends, with {counted(count, 'grant')}"
    if old.kind == "agent":
        return change("agent-removed", str(old), ends)
    first = "; it is protected: pulumi state unprotect comes first" if protected else ""
    lost = "and its client id is gone for good"
    return change("application-removed", str(old), f"{ends}, {lost}{first}")


def renamed(new: Identity, old: Identity, was: Facts, now: Facts) -> Change:
    """The same application or agent under another key; LIVE-02 refuses that where its name stays.

    Args:
        was: what it was; `now`: what it becomes.
    """
    lost = f"the client id of {old} is deleted for good, and another one created"
    first = "tpa check prints the commands that rename it in the state, which keep it"
    if (name := was.get(("name",))) != now.get(("name",)):
        first = f"what keeps it: leave the name {name} for one update, for which {first}"
    users = was.get(("app_type",)) != "non_interactive"
    text = f"renamed from {old}: as it is, {lost}; {first}"
    return change("renamed", str(new), text, consent=users)


def listed(texts: Collection[object]) -> str:
    """Sorted, with commas."""
    return ", ".join(sorted(map(str, texts)))


def _addresses(texts: Collection[object]) -> str:
    return listed([address_shown(str(each)) for each in texts])


def _field(reading: Reading) -> Iterator[Change]:
    """By the row of the field. What is not in the table is named without its values: it may be
    anything. A reason that is taken away goes with what it was for.
    """
    changed = reading.changed
    label, impact = " ".join(map(str, changed.path)), FIELD_IMPACTS.get(changed.path)
    if isinstance(impact, MoreOrLess):
        if isinstance(changed.after or changed.before, tuple):
            if changed.gained:
                yield reading.change(
                    impact.more.kind, f"{label} gains {_addresses(changed.gained)}"
                )
            if changed.lost:
                yield reading.change(impact.less.kind, f"{label} loses {_addresses(changed.lost)}")
        elif None not in (changed.before, changed.after):  # else its block came or went as a whole
            more = seconds(changed.after) > seconds(changed.before)
            kind = (impact.more if more else impact.less).kind
            yield reading.change(kind, f"{label}: {_instead(changed)}")
    elif impact is not None:
        yield reading.change(impact.kind, f"{label}: {_instead(changed)}")
    elif not (str(changed.path[-1]).endswith("_reason") and changed.after is None):
        yield reading.change("field-changed", f"{label} changed")


def _instead(changed: Changed) -> str:
    return f"{value_text(changed.after)} instead of {value_text(changed.before)}"


def _grant_field(reading: Reading) -> Iterator[Change]:
    name, after = reading.changed.path[-1], reading.changed.after
    if name != SOURCE and not (str(name).endswith("_reason") and after is None):
        yield reading.change("field-changed", f"{reading.where}: {name} changed")


def _permission(reading: Reading) -> Iterator[Change]:
    """Scopes and kinds of access of one client, on one API."""
    changed, where, subject = reading.changed, reading.where, reading.changed.path[2]
    was, will, users = changed.before, changed.after, subject == "user"
    if was is None:
        if not reading.before and reading.after[(*changed.path, SOURCE)] == "default":
            return  # of new clients it is no change of its own
        kind = "subject-type-gained" if reading.before else f"scope-gained-{subject}"
        yield reading.change(kind, f"gets {where}: {_scopes(will)}", consent=users)
    elif will is None:
        yield reading.change("subject-type-lost", f"loses {where}: {_scopes(was)}")
    elif was == EVERY_SCOPE:
        yield reading.change("all-scopes-off", f"{where}: gets named scopes, {_scopes(will)}")
    elif will != EVERY_SCOPE:
        replaced = _replaced(reading)
        if changed.gained:
            what = f"{where}: gains {listed(changed.gained)}{replaced}"
            yield reading.change(f"scope-gained-{subject}", what)
        if changed.lost:
            yield reading.change("scope-lost", f"{where}: loses {listed(changed.lost)}{replaced}")
    if will == EVERY_SCOPE:
        yield reading.change("all-scopes-on", f"{where}: gets every scope", consent=users)


def _replaced(reading: Reading) -> str:
    """CG-06: an own grant and the default permission never add up."""
    path = (*reading.changed.path, SOURCE)
    if reading.before[path] == reading.after[path]:
        return ""
    inherited = reading.after[path] == "default"
    return "; back to the default" if inherited else "; a grant of its own replaces the default"


def _scopes(value: Any) -> str:
    return EVERY_SCOPE if value == EVERY_SCOPE else listed(_named(value)) or "no scope"


def _named(value: Any) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())


def _default(reading: Reading) -> Iterator[Change]:
    old, new = _named(reading.changed.before), _named(reading.changed.after)
    where, users = f"default permissions: {reading.where}", reading.changed.path[2] == "user"
    if new - old or reading.changed.before is None:
        what = f"{where} gains {listed(new - old) or 'a grant'}"
        yield reading.change("default-gained", what, consent=users)
    if old - new or reading.changed.after is None:
        yield reading.change("default-lost", f"{where} loses {listed(old - new) or 'its grant'}")


def _redirects(reading: Reading) -> Iterator[Change]:
    known = {_host(uri) for uri in reading.changed.before or ()}
    for uri in sorted(reading.changed.gained):
        kind = "redirect-gained" if _host(uri) in known else "redirect-host-new"
        yield reading.change(kind, f"users may be returned to {address_shown(uri)}")
    for uri in sorted(reading.changed.lost):
        yield reading.change(
            "redirect-lost", f"users are no longer returned to {address_shown(uri)}"
        )


def _host(uri: str) -> str:
    parts = urlsplit(uri)
    return parts.netloc or f"{parts.scheme}:"


def _protection(reading: Reading) -> Iterator[Change]:
    if reading.changed.after == "allow_always":
        reason = reading.after.get(("redirection_policy_reason",), "")
        yield reading.change("redirect-protection-off", f"redirect protection off: {reason}")
    elif reading.changed.before == "allow_always":
        yield reading.change("redirect-protection-on", "redirect protection on")


def _authentication(reading: Reading) -> Iterator[Change]:
    old, new = reading.changed.before, reading.changed.after
    kind = "field-changed"
    if new == "none":
        kind = "client-became-public"
    elif old == "none":
        kind = "client-became-confidential"
    elif (old in SECRETS) != (new in SECRETS):
        kind = "secret-instead-of-key" if new in SECRETS else "key-instead-of-secret"
    yield reading.change(kind, f"authenticates with {new} instead of {old}")


def _rotation(reading: Reading) -> Iterator[Change]:
    """Applications with credentials that get refresh tokens need none (TP-CREATE-07)."""
    old, new = reading.changed.before, reading.changed.after
    public = reading.after["token_endpoint_auth_method",] == "none"
    if new == "non-rotating" and (old is not None or public):
        yield reading.change("rotation-off", "refresh tokens are not rotated")
    elif old == "non-rotating" and new is not None:
        yield reading.change("rotation-on", "refresh tokens are rotated")


def _registration(reading: Reading) -> Iterator[Change]:
    was, will = reading.changed.before, reading.changed.after
    if will is None:
        yield reading.change("registration-closed", "dynamic client registration is off")
        return
    if was is None:
        what = f"dynamic client registration is on ({will.security_mode})"
        yield reading.change("registration-opened", what)
    if will.security_mode == "permissive":
        yield reading.change("registration-permissive", "registered clients are permissive")
    elif was is not None:
        yield reading.change("registration-strict", "registered clients are strict")


def _limit(reading: Reading) -> Iterator[Change]:
    old, new = reading.changed.before, reading.changed.after
    kind = "rate-limit-tighter" if _requests(new) < _requests(old) else "rate-limit-looser"
    limit = "none" if new is None else f"{new.action} {new.limit}"
    yield reading.change(kind, f"rate limit of all third-party clients: {limit}")


def _requests(limit: RateLimit | None) -> float:
    """How many are let through; a limit that only logs stops none."""
    return float("inf") if limit is None or limit.action == "log" else limit.limit


def _owner(reading: Reading) -> Iterator[Change]:
    """Moves it to another organization; another contact of the same one is a field of its own."""
    old, new = reading.changed.before or {}, reading.changed.after or {}
    was, will = old.get("organization"), new.get("organization")
    if was != will:
        contact = new.get("contact")
        yield reading.change("owner-changed", f"moves from {was} to {will} (contact {contact})")
    else:
        changed = Changed((*reading.changed.path, "contact"), old.get("contact"), new["contact"])
        yield from _field(replace(reading, changed=changed))


def _page(reading: Reading) -> Iterator[Change]:
    yield reading.change("pages-changed", f"{reading.changed.path[-1]} changed")


Reader = Callable[[Reading], Iterator[Change]]
GRANTS: Mapping[object, Reader] = {ACCESS: _permission, DEFAULT: _default}
READERS: Mapping[Path, Reader] = {
    ("callbacks",): _redirects,
    ("redirection_policy",): _protection,
    ("owner",): _owner,
    ("token_endpoint_auth_method",): _authentication,
    ("refresh_token", "rotation_type"): _rotation,
    REGISTRATION: _registration,
    RATE_LIMIT: _limit,
    ERROR_PAGE: _page,
    ("tenant", "login_page"): _page,
}
"""Fields whose meaning takes more than their own values."""
