"""What the report shows, before anything is rendered: plain values without tenant or files.

Then the labels of these values, and the parts of a tenant that they come from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auth0_third_party.model.text import counted, moment
from tpa.access.effective import AccessRow
from tpa.environments.risks import Change
from tpa.files.problems import Problem
from tpa.tenant.snapshot import ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS, Unknown


@dataclass(frozen=True)
class Credential:
    """A key, or the secret, that an application authenticates with. Times: ISO 8601, "" where
    unknown; without an expiry that is "" too.
    """

    name: str
    created_at: str
    expires_at: str = ""


@dataclass(frozen=True)
class Card:
    """One application. `key` is empty for one that is in no file; `client_id` while not live.

    `kind`: its type as a label (`regular web app`). `authentication`: how it authenticates, as a
    label. `connections`: those that its users can sign in with; `sign_in_notes`: where these differ
    from the files. `secret`: None where it has none; Auth0 tells its age by the log alone.
    `last_used`: when it got a token last, "" where the log has none, or was not read.
    """

    key: str
    name: str
    client_id: str
    owner: str
    contact: str
    kind: str
    security_mode: str
    authentication: str
    keys: tuple[Credential, ...]
    callbacks: tuple[str, ...]
    origins: tuple[str, ...]
    connections: tuple[str, ...]
    organizations: tuple[str, ...]
    findings: tuple[Problem, ...]
    sign_in_notes: tuple[str, ...] = ()
    secret: Credential | None = None
    last_used: str = ""

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """Its keys, and its secret."""
        return (*self.keys, *([self.secret] if self.secret else ()))


@dataclass(frozen=True)
class Report:
    """Everything on one page. `live`: whether the tenant was read; `made_at`: ISO 8601, UTC.

    `rows`: what each application may call; a `status` that was not compared is `unknown`.
    `findings`: those that belong to no single application. `pending`: what the files would change
    in what the stack applied last. `excluded`: what is live and another team manages.
    """

    environment: str
    tenant: str
    made_at: str
    live: bool
    unknown: tuple[Unknown, ...]
    rows: tuple[AccessRow, ...]
    applications: tuple[Card, ...]
    findings: tuple[Problem, ...]
    pending: tuple[Change, ...]
    excluded: tuple[str, ...] = ()


SOURCES = {
    "application": "a grant of its own",
    "default": "default permissions",
    "api_policy": "the API's policy, for all",
}
STATUSES = {
    "same": "as in the files",
    "differs": "differs from the files",
    "missing": "not in the tenant",
    "registered": "registered itself",
    "unmanaged": "in no file",
    "unknown": "not compared",
}


def source_name(source: str) -> str:
    """One that is not known has its own name."""
    return SOURCES.get(source, source)


def status_name(status: str) -> str:
    """The same of a status."""
    return STATUSES.get(status, status)


def decided(row: AccessRow) -> str:
    """The place; with the name of the check that decided, since the page names only the source."""
    decision = row.decided_by
    if row.usable is False and decision.by not in ("grant", "default"):
        return f"{decision.by.replace('_', ' ')}: {decision.place}"
    if row.unknown_checks:
        return f"{decision.place} (unknown: {', '.join(row.unknown_checks).replace('_', ' ')})"
    return str(decision.place)


BLOCKED = "blocked"
UNKNOWN_AGE = "age unknown"
LAST_USE = "last use, and age of client secrets"
KEYS = "names and ages of keys"
LAST_APPLIED = "what was applied last"


PARTS: Mapping[str, tuple[str, ...]] = {
    "applications": ("applications",),
    "connections": ("connections",),
    "organizations": ("organizations", ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS, "grants"),
    "keys": (KEYS,),
    "access": ("applications", "grants"),
    "pending": (LAST_APPLIED,),
    "last_used": (LAST_USE,),
}
"""Field of the page -> the parts that it comes from."""


def unknown_fields(unknown: Iterable[Unknown]) -> Mapping[str, Unknown]:
    """Fields of `PARTS` that are unknown, and why: an empty list there does not mean none."""
    parts = tuple(unknown)
    return {field: part for field, names in PARTS.items() for part in parts if part.what in names}


def unknown_text(part: Unknown) -> str:
    """`unknown, the token lacks read:organizations`."""
    return f"unknown, the token lacks {part.scope}" if part.scope else "unknown"


def identity(card: Card) -> str:
    """The name that rows have for it: the key in the files, else the client id, else its name."""
    return card.key or card.client_id or card.name


def states_of(row: AccessRow) -> tuple[str, ...]:
    """The values of the filter that show this row."""
    return (BLOCKED, row.status) if row.blocked else (row.status,)


def age(created_at: str, now: str) -> str:
    """`12 days old` at the time of the report, which is a moment earlier than what it reads, by
    whole seconds and another clock.
    """
    days = _days(created_at, now)
    if days is None:
        return UNKNOWN_AGE
    return "dated in the future" if days < -1 else f"{counted(max(days, 0), 'day')} old"


def expiry(expires_at: str, now: str) -> str:
    """`expires in 12 days`; "" for a time that is none."""
    days = _days(now, expires_at)
    if days is None:
        return ""
    return f"expires in {counted(days, 'day')}" if days >= 0 else "expired"


def _days(earlier: str, later: str) -> int | None:
    first, second = moment(earlier), moment(later)
    return None if first is None or second is None else (second - first).days
