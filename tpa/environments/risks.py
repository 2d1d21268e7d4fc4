"""Changes by their meaning, and how much each kind matters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.values import Model

Risk = Literal["critical", "high", "medium", "low"]
ORDER: tuple[Risk, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class Rule:
    """`narrows`: access shrinks, so it is never refused. `consent`: users are asked again, since
    consent is remembered per user, application, API and scopes (RT-07).
    """

    risk: Risk
    why: str
    narrows: bool = False
    consent: bool = False


RULES: Mapping[str, Rule] = {
    "default-gained": Rule(
        "critical",
        "every third-party application without a grant of its own gets it, registered ones too",
        consent=True,
    ),
    "all-scopes-on": Rule(
        "critical", "scopes that the API gets later are granted unseen", consent=True
    ),
    "registration-opened": Rule(
        "critical", "anybody may register a client, and gets the default permissions"
    ),
    "registration-permissive": Rule(
        "critical", "clients that register themselves are not held to strict mode"
    ),
    "connection-promoted": Rule(
        "high", "it opens to all third-party applications of the tenant, not to one"
    ),
    "redirect-host-new": Rule("high", "authorization codes are delivered to a new host"),
    "redirect-protection-off": Rule("high", "errors redirect users to the partner's address"),
    "secret-instead-of-key": Rule("high", "a secret is sent with every request and can leak"),
    "client-became-public": Rule("high", "it no longer proves itself; PKCE alone protects codes"),
    "rotation-off": Rule("high", "a stolen refresh token works until it expires (RFC 9700, 2.2.2)"),
    "subject-type-gained": Rule(
        "high", "the API is open to a way of calling it that was closed before", consent=True
    ),
    "scope-gained-client": Rule("high", "it acts as itself: no user is asked, ever"),
    "agent-document-changed": Rule("high", "who the agent is, and where it returns users, change"),
    "audience-changed": Rule("high", "grants are made anew on another API", consent=True),
    "type-changed": Rule("high", "what it can keep secret, and which flows it may use, change"),
    "delete-protection-off": Rule("high", "a client id can be deleted, and never made again"),
    "application-removed": Rule(
        "high", "its client id can't be made again; its tokens end with their time", narrows=True
    ),
    "unreadable": Rule("high", "what is applied can't be compared; look at the files' history"),
    "default-lost": Rule("high", "partners that rely on it get errors", narrows=True),
    "application-added": Rule("medium", "a new partner may ask users to sign in", consent=True),
    "agent-added": Rule("medium", "a new agent may ask users to sign in", consent=True),
    "rate-limit-looser": Rule("medium", "third-party clients may send more, or without end"),
    "pages-changed": Rule("medium", "what users see when they sign in, or when it fails"),
    "scope-gained-user": Rule("medium", "users are asked for more", consent=True),
    "redirect-gained": Rule("medium", "one more address at a host that was known"),
    "origin-gained": Rule("medium", "a browser page there may call with the user's session"),
    "sign-in-gained": Rule("medium", "more users can sign in to it"),
    "flow-gained": Rule("medium", "one more way to get tokens"),
    "refresh-longer": Rule("medium", "a forgotten sign-in lives longer"),
    "tokens-longer": Rule("medium", "access ends later after it is taken away"),
    "client-became-confidential": Rule(
        "medium", "it must prove itself; the partner needs its secret"
    ),
    "field-changed": Rule("medium", "no rule of this table knows it: read it"),
    "owner-changed": Rule("medium", "somebody else answers for it"),
    "agent-removed": Rule("medium", "its users can't sign in any more", narrows=True),
    "rate-limit-tighter": Rule("medium", "busy partners may be refused", narrows=True),
    "scope-lost": Rule("medium", "calls that need it fail", narrows=True),
    "subject-type-lost": Rule("medium", "calls that need it fail", narrows=True),
    "flow-lost": Rule("medium", "the partner's code may rely on it", narrows=True),
    "sign-in-lost": Rule("medium", "these users can't sign in any more", narrows=True),
    "connection-demoted": Rule(
        "medium", "users of it can't sign in to any third-party application", narrows=True
    ),
    "all-scopes-off": Rule("low", "new scopes are granted by name from now on", narrows=True),
    "registration-closed": Rule("low", "nobody registers a client any more", narrows=True),
    "registration-strict": Rule("low", "new clients are held to strict mode", narrows=True),
    "redirect-lost": Rule("low", "sign-ins that return there fail", narrows=True),
    "origin-lost": Rule("low", "pages there can't call any more", narrows=True),
    "redirect-protection-on": Rule("low", "errors end on the tenant's error page", narrows=True),
    "key-instead-of-secret": Rule("low", "the partner signs with its key", narrows=True),
    "rotation-on": Rule("low", "the partner must keep each new refresh token", narrows=True),
    "refresh-shorter": Rule("low", "users sign in again sooner", narrows=True),
    "tokens-shorter": Rule("low", "the partner asks for tokens more often", narrows=True),
    "delete-protection-on": Rule("low", "removal takes one step more"),
    "words-changed": Rule("low", "what users read when they are asked for consent"),
}


class Change(Model):
    """`application` is empty for what belongs to the tenant as a whole.

    `consent`: users of the touched applications will be asked for consent again.
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
    """Highest risk first; the tenant's before the applications', which stand by name."""
    return tuple(
        sorted(changes, key=lambda c: (ORDER.index(c.risk), c.application, c.kind, c.what))
    )
