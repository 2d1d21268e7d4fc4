"""Changes by their meaning, and how much each kind matters."""

from collections.abc import Iterable, Mapping
from typing import Literal

from auth0_third_party.model.client import FIELDS
from auth0_third_party.model.impacts import Impact, MoreOrLess, Risk
from auth0_third_party.model.values import Model
from auth0_third_party.rules.violation import Path

Effect = Literal["", "consent", "narrows"]
"""Users are asked for consent again; or a partner can do less than before."""
ORDER: tuple[Risk, ...] = ("critical", "high", "medium", "low")
FIELD_IMPACTS: Mapping[Path, Impact | MoreOrLess] = {
    **{field.path: field.row.risk for field in FIELDS if field.row.risk is not None},
    ("connections",): MoreOrLess(
        Impact("sign-in-gained", "medium", "more users can sign in to it"),
        Impact("sign-in-lost", "medium", "these users can't sign in any more", narrows=True),
    ),
    ("owner", "contact"): Impact("contact-changed", "low", "another person answers for it"),
    ("document",): Impact(
        "agent-document-changed", "high", "the agent's identity and its redirect URIs may change"
    ),
}
"""Fields of applications and agents whose change means the same, whatever else changes."""
OTHER_IMPACTS: Mapping[tuple[Risk, Effect], Mapping[str, str]] = {
    ("critical", "consent"): {
        "default-gained": (
            "every third-party application without a grant of its own gets it, "
            "registered clients too"
        ),
        "all-scopes-on": "scopes that are added to the API later are granted without a review",
    },
    ("critical", ""): {
        "registration-opened": (
            "anyone can register a client without a token, and gets the default permissions"
        ),
        "registration-permissive": "clients that register themselves are not in strict mode",
    },
    ("high", "consent"): {
        "subject-type-gained": "it gets user access or client access that it did not have",
        "audience-changed": "grants are created again, on another API",
        "renamed": (
            "to the engine another key is another application: the partner would need a new client "
            "id, and the old one can't be created again"
        ),
    },
    ("high", ""): {
        "connection-promoted": (
            "all third-party applications of the tenant can use it, not only one"
        ),
        "redirect-host-new": "authorization codes are delivered to a new host",
        "redirect-protection-off": "errors redirect users to the partner's redirect URI",
        "secret-instead-of-key": "a secret is sent with every request and can leak",
        "client-became-public": "it no longer authenticates; PKCE alone protects codes",
        "rotation-off": "a stolen refresh token works until it expires (RFC 9700, 2.2.2)",
        "scope-gained-client": "client access: no user is ever asked for consent",
        "delete-protection-off": "a client id can be deleted, and can't be created again",
        "owner-changed": "another organization gets the access that users consented to before",
        "unreadable": "what is applied can't be compared; look at the files in version control",
    },
    ("high", "narrows"): {
        "application-removed": (
            "its client id can't be created again; its tokens work until they expire"
        ),
        "default-lost": "calls of partners that rely on it fail",
    },
    ("medium", "consent"): {
        "application-added": "a new partner may ask users to sign in",
        "agent-added": "a new agent may ask users to sign in",
        "scope-gained-user": "users are asked for more",
    },
    ("medium", ""): {
        "rate-limit-looser": "third-party clients may send more requests",
        "pages-changed": "users see another page at sign-in, or when it fails",
        "redirect-gained": "one more redirect URI on a host that had one",
        "client-became-confidential": "it must authenticate; the partner needs its credentials",
        "field-changed": "no rule of this table knows it; review the file",
    },
    ("medium", "narrows"): {
        "agent-removed": "users can't sign in to it any more",
        "rate-limit-tighter": "partners that send many requests may be refused",
        "scope-lost": "calls that need it fail",
        "subject-type-lost": "calls that need it fail",
        "connection-demoted": "users of it can't sign in to any third-party application",
    },
    ("low", ""): {
        "delete-protection-on": "removing an application takes one step more",
    },
    ("low", "narrows"): {
        "all-scopes-off": "scopes that are added to the API later must be granted by name",
        "registration-closed": "no more clients can register themselves",
        "registration-strict": "clients that register themselves are in strict mode",
        "redirect-lost": "sign-ins that use this redirect URI fail",
        "redirect-protection-on": "errors show the tenant's error page instead of a redirect",
        "key-instead-of-secret": "the partner signs with its own key",
        "rotation-on": "the partner must keep each new refresh token",
    },
}
"""Changes that are told from more than one value: kind -> why it matters."""


def _kinds() -> Iterable[Impact]:
    for impact in FIELD_IMPACTS.values():
        yield from impact if isinstance(impact, MoreOrLess) else (impact,)
    for (risk, effect), kinds in OTHER_IMPACTS.items():
        for kind, why in kinds.items():
            yield Impact(kind, risk, why, consent=effect == "consent", narrows=effect == "narrows")


IMPACTS: Mapping[str, Impact] = {impact.kind: impact for impact in _kinds()}
"""All kinds of changes."""


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
    kind: str, application: str, what: str, touches: Iterable[object] = (), *, consent: bool = True
) -> Change:
    """A change of a known kind; `consent=False` where no user is involved in this one."""
    impact = IMPACTS[kind]
    return Change(
        kind=kind,
        risk=impact.risk,
        application=application,
        what=what,
        why=impact.why,
        touches=tuple(sorted(map(str, touches))) or ((application,) if application else ()),
        consent=impact.consent and consent,
        narrows=impact.narrows,
    )


def by_risk(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Highest risk first; the tenant's changes before those of applications, these by name."""
    return tuple(
        sorted(changes, key=lambda c: (ORDER.index(c.risk), c.application, c.kind, c.what))
    )
