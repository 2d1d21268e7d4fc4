"""Changes by their meaning, and how much each kind matters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.values import Model

Risk = Literal["critical", "high", "medium", "low"]
ORDER: tuple[Risk, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class Rule:
    """`narrows`: access shrinks, so the gate never refuses it. `consent`: Auth0 asks users again,
    since it remembers consent per user, application, API and scopes (RT-07).
    """

    risk: Risk
    why: str
    narrows: bool = False
    consent: bool = False


RULES: Mapping[str, Rule] = {
    "default-gained": Rule(
        "critical",
        "every third-party application without a grant of its own gets it, registered clients too",
        consent=True,
    ),
    "all-scopes-on": Rule(
        "critical",
        "scopes that are added to the API later are granted without a review",
        consent=True,
    ),
    "registration-opened": Rule(
        "critical", "anyone can register a client without a token, and gets the default permissions"
    ),
    "registration-permissive": Rule(
        "critical", "clients that register themselves are not in strict mode"
    ),
    "connection-promoted": Rule(
        "high", "all third-party applications of the tenant can use it, not only one"
    ),
    "redirect-host-new": Rule("high", "authorization codes are delivered to a new host"),
    "redirect-protection-off": Rule("high", "errors redirect users to the partner's redirect URI"),
    "secret-instead-of-key": Rule("high", "a secret is sent with every request and can leak"),
    "client-became-public": Rule("high", "it no longer authenticates; PKCE alone protects codes"),
    "rotation-off": Rule("high", "a stolen refresh token works until it expires (RFC 9700, 2.2.2)"),
    "subject-type-gained": Rule(
        "high", "it gets user access or client access that it did not have", consent=True
    ),
    "scope-gained-client": Rule("high", "client access: no user is ever asked for consent"),
    "agent-document-changed": Rule("high", "the agent's identity and its redirect URIs may change"),
    "audience-changed": Rule("high", "grants are created again, on another API", consent=True),
    "type-changed": Rule(
        "high", "whether it can keep a secret, and which flows it may use, change"
    ),
    "delete-protection-off": Rule("high", "a client id can be deleted, and can't be created again"),
    "application-removed": Rule(
        "high",
        "its client id can't be created again; its tokens work until they expire",
        narrows=True,
    ),
    "unreadable": Rule(
        "high", "what is applied can't be compared; look at the files in version control"
    ),
    "default-lost": Rule("high", "calls of partners that rely on it fail", narrows=True),
    "application-added": Rule("medium", "a new partner may ask users to sign in", consent=True),
    "agent-added": Rule("medium", "a new agent may ask users to sign in", consent=True),
    "rate-limit-looser": Rule("medium", "third-party clients may send more requests"),
    "pages-changed": Rule("medium", "users see another page at sign-in, or when it fails"),
    "scope-gained-user": Rule("medium", "users are asked for more", consent=True),
    "redirect-gained": Rule("medium", "one more redirect URI on a host that had one"),
    "origin-gained": Rule(
        "medium", "browser pages of that origin may call with the user's session"
    ),
    "sign-in-gained": Rule("medium", "more users can sign in to it"),
    "flow-gained": Rule("medium", "one more way to get tokens"),
    "refresh-longer": Rule("medium", "a stolen or forgotten refresh token works longer"),
    "tokens-longer": Rule("medium", "access ends later after a grant is removed"),
    "client-became-confidential": Rule(
        "medium", "it must authenticate; the partner needs its credentials"
    ),
    "field-changed": Rule("medium", "no rule of this table knows it; review the file"),
    "owner-changed": Rule("medium", "another organization or contact is responsible for it"),
    "agent-removed": Rule("medium", "users can't sign in to it any more", narrows=True),
    "rate-limit-tighter": Rule(
        "medium", "partners that send many requests may be refused", narrows=True
    ),
    "scope-lost": Rule("medium", "calls that need it fail", narrows=True),
    "subject-type-lost": Rule("medium", "calls that need it fail", narrows=True),
    "flow-lost": Rule("medium", "the partner's code may rely on it", narrows=True),
    "sign-in-lost": Rule("medium", "these users can't sign in any more", narrows=True),
    "connection-demoted": Rule(
        "medium", "users of it can't sign in to any third-party application", narrows=True
    ),
    "all-scopes-off": Rule(
        "low", "scopes that are added to the API later must be granted by name", narrows=True
    ),
    "registration-closed": Rule("low", "no more clients can register themselves", narrows=True),
    "registration-strict": Rule(
        "low", "clients that register themselves are in strict mode", narrows=True
    ),
    "redirect-lost": Rule("low", "sign-ins that use this redirect URI fail", narrows=True),
    "origin-lost": Rule("low", "browser pages of that origin can't call any more", narrows=True),
    "redirect-protection-on": Rule(
        "low", "errors show the tenant's error page instead of a redirect", narrows=True
    ),
    "key-instead-of-secret": Rule("low", "the partner signs with its own key", narrows=True),
    "rotation-on": Rule("low", "the partner must keep each new refresh token", narrows=True),
    "refresh-shorter": Rule("low", "users must sign in again sooner", narrows=True),
    "tokens-shorter": Rule("low", "the partner must request tokens more often", narrows=True),
    "delete-protection-on": Rule("low", "removing an application takes one step more"),
    "texts-changed": Rule("low", "users read other texts when they are asked for consent"),
}


class Change(Model):
    """`application` is empty for a change of the tenant as a whole.

    `consent`: Auth0 will ask users of the touched applications for consent again.
    """

    kind: str
    risk: Risk
    application: str
    what: str
    why: str
    touches: tuple[str, ...]
    consent: bool
    narrows: bool


def change(
    kind: str, application: str, what: str, touches: Iterable[str] = (), *, consent: bool = True
) -> Change:
    """A change of a known kind; `consent=False` where no user is involved in this one."""
    rule = RULES[kind]
    return Change(
        kind=kind,
        risk=rule.risk,
        application=application,
        what=what,
        why=rule.why,
        touches=tuple(sorted(touches)) or ((application,) if application else ()),
        consent=rule.consent and consent,
        narrows=rule.narrows,
    )


def by_risk(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Highest risk first; the tenant's changes before those of applications, these by name."""
    return tuple(
        sorted(changes, key=lambda c: (ORDER.index(c.risk), c.application, c.kind, c.what))
    )
