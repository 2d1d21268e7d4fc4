"""Changes by their meaning, and how much each kind matters."""

from collections.abc import Iterable, Mapping

from auth0_third_party.model.client import FIELDS
from auth0_third_party.model.impacts import Impact, MoreOrLess, Risk
from auth0_third_party.model.values import Model
from auth0_third_party.rules.violation import Path

ORDER: tuple[Risk, ...] = ("critical", "high", "medium", "low")
FIELD_IMPACTS: Mapping[Path, Impact | MoreOrLess] = {
    **{field.path: field.row.risk for field in FIELDS if field.row.risk is not None},
    ("connections",): MoreOrLess(
        Impact("sign-in-gained", "medium", "more users can sign in to it"),
        Impact("sign-in-lost", "medium", "these users can't sign in any more", narrows=True),
    ),
    ("owner",): Impact(
        "owner-changed", "medium", "another organization or contact is responsible for it"
    ),
    ("document",): Impact(
        "agent-document-changed", "high", "the agent's identity and its redirect URIs may change"
    ),
}
"""Fields of applications and agents whose change means the same, whatever else changes."""
OTHER_IMPACTS = (
    Impact(
        "default-gained",
        "critical",
        "every third-party application without a grant of its own gets it, registered clients too",
        consent=True,
    ),
    Impact(
        "all-scopes-on",
        "critical",
        "scopes that are added to the API later are granted without a review",
        consent=True,
    ),
    Impact(
        "registration-opened",
        "critical",
        "anyone can register a client without a token, and gets the default permissions",
    ),
    Impact(
        "registration-permissive",
        "critical",
        "clients that register themselves are not in strict mode",
    ),
    Impact(
        "subject-type-gained",
        "high",
        "it gets user access or client access that it did not have",
        consent=True,
    ),
    Impact("audience-changed", "high", "grants are created again, on another API", consent=True),
    Impact(
        "connection-promoted",
        "high",
        "all third-party applications of the tenant can use it, not only one",
    ),
    Impact("redirect-host-new", "high", "authorization codes are delivered to a new host"),
    Impact(
        "redirect-protection-off", "high", "errors redirect users to the partner's redirect URI"
    ),
    Impact("secret-instead-of-key", "high", "a secret is sent with every request and can leak"),
    Impact("client-became-public", "high", "it no longer authenticates; PKCE alone protects codes"),
    Impact(
        "rotation-off", "high", "a stolen refresh token works until it expires (RFC 9700, 2.2.2)"
    ),
    Impact("scope-gained-client", "high", "client access: no user is ever asked for consent"),
    Impact(
        "delete-protection-off", "high", "a client id can be deleted, and can't be created again"
    ),
    Impact(
        "unreadable",
        "high",
        "what is applied can't be compared; look at the files in version control",
    ),
    Impact(
        "application-removed",
        "high",
        "its client id can't be created again; its tokens work until they expire",
        narrows=True,
    ),
    Impact("default-lost", "high", "calls of partners that rely on it fail", narrows=True),
    Impact("application-added", "medium", "a new partner may ask users to sign in", consent=True),
    Impact("agent-added", "medium", "a new agent may ask users to sign in", consent=True),
    Impact("scope-gained-user", "medium", "users are asked for more", consent=True),
    Impact("rate-limit-looser", "medium", "third-party clients may send more requests"),
    Impact("pages-changed", "medium", "users see another page at sign-in, or when it fails"),
    Impact("redirect-gained", "medium", "one more redirect URI on a host that had one"),
    Impact(
        "client-became-confidential",
        "medium",
        "it must authenticate; the partner needs its credentials",
    ),
    Impact("field-changed", "medium", "no rule of this table knows it; review the file"),
    Impact("agent-removed", "medium", "users can't sign in to it any more", narrows=True),
    Impact(
        "rate-limit-tighter",
        "medium",
        "partners that send many requests may be refused",
        narrows=True,
    ),
    Impact("scope-lost", "medium", "calls that need it fail", narrows=True),
    Impact("subject-type-lost", "medium", "calls that need it fail", narrows=True),
    Impact(
        "connection-demoted",
        "medium",
        "users of it can't sign in to any third-party application",
        narrows=True,
    ),
    Impact("delete-protection-on", "low", "removing an application takes one step more"),
    Impact(
        "all-scopes-off",
        "low",
        "scopes that are added to the API later must be granted by name",
        narrows=True,
    ),
    Impact("registration-closed", "low", "no more clients can register themselves", narrows=True),
    Impact(
        "registration-strict",
        "low",
        "clients that register themselves are in strict mode",
        narrows=True,
    ),
    Impact("redirect-lost", "low", "sign-ins that use this redirect URI fail", narrows=True),
    Impact(
        "redirect-protection-on",
        "low",
        "errors show the tenant's error page instead of a redirect",
        narrows=True,
    ),
    Impact("key-instead-of-secret", "low", "the partner signs with its own key", narrows=True),
    Impact("rotation-on", "low", "the partner must keep each new refresh token", narrows=True),
)
"""Changes that are told from more than one value."""


def _kinds() -> Iterable[Impact]:
    for impact in FIELD_IMPACTS.values():
        yield from impact if isinstance(impact, MoreOrLess) else (impact,)
    yield from OTHER_IMPACTS


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
    kind: str, application: str, what: str, touches: Iterable[str] = (), *, consent: bool = True
) -> Change:
    """A change of a known kind; `consent=False` where no user is involved in this one."""
    impact = IMPACTS[kind]
    return Change(
        kind=kind,
        risk=impact.risk,
        application=application,
        what=what,
        why=impact.why,
        touches=tuple(sorted(touches)) or ((application,) if application else ()),
        consent=impact.consent and consent,
        narrows=impact.narrows,
    )


def by_risk(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Highest risk first; the tenant's changes before those of applications, these by name."""
    return tuple(
        sorted(changes, key=lambda c: (ORDER.index(c.risk), c.application, c.kind, c.what))
    )
