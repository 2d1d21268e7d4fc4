"""What the report says in people's words, and which parts of a tenant its fields come from."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tpa.report.model import Card, Row
from tpa.tenant.snapshot import Unknown

SUBJECTS = {"user": "its users", "client": "itself"}
SOURCES = {
    "application": "a grant of its own",
    "default": "default permissions",
    "api_policy": "the API, open to all",
}
STATUSES = {
    "same": "as in the files",
    "differs": "differs from the files",
    "missing": "not in the tenant",
    "outside": "in no file",
    "unknown": "not compared",
}
BLOCKED = "blocked"
UNKNOWN_AGE = "age unknown"

# A field is unknown when a part that could not be read is named like it, or needs such a scope.
PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "applications": (("applications", "clients"), ("read:clients",)),
    "connections": (("connection",), ("read:connections",)),
    "organizations": (
        ("organization",),
        ("read:organizations", "read:organization_connections", "read:client_grants"),
    ),
    "keys": (("key", "credential"), ("read:client_keys", "read:client_credentials")),
    "access": (("grant", "applications", "clients"), ("read:client_grants", "read:clients")),
    "pending": (("applied last",), ()),
}


def unknown_fields(unknown: Iterable[Unknown]) -> Mapping[str, Unknown]:
    """Names out of `PARTS`, and why: for these, an empty list does not mean that there is none."""
    return {
        field: part
        for field, (names, scopes) in PARTS.items()
        for part in unknown
        if part.scope in scopes or _is_about(part.what.lower(), names)
    }


def _is_about(what: str, names: tuple[str, ...]) -> bool:
    """What organizations are linked to (`grants in organizations`) is about these."""
    if "organization" in what:
        return "organization" in names
    return any(name in what for name in names)


def unread(part: Unknown) -> str:
    """`unknown, the token lacks read:organizations`."""
    return f"unknown, the token lacks {part.scope}" if part.scope else "unknown"


def scopes_of(scopes: Iterable[str], *, every: bool) -> str:
    """For a sentence; the table lists them one by one."""
    return "every scope" if every else ", ".join(scopes) or "no scope"


def where(api: str, subject_type: str) -> str:
    """`orders for its users`, `orders as itself`."""
    return f"{api} {manner(subject_type)}"


def manner(subject_type: str) -> str:
    return f"{'as' if subject_type == 'client' else 'for'} {subject(subject_type)}"


def subject(subject_type: str) -> str:
    return SUBJECTS.get(subject_type, subject_type)


def identity(card: Card) -> str:
    """What rows call it by: the key of a file, else the id that the tenant gave it."""
    return card.key or card.client_id or card.name


def states_of(row: Row) -> tuple[str, ...]:
    """The values of the filter that show this row."""
    return (BLOCKED, row.status) if row.blocked else (row.status,)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `1,500 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(text: str) -> datetime | None:
    """An ISO 8601 time in UTC, which is also meant where no zone is named; None for other texts."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def time(text: str) -> str:
    """`2026-11-24 22:50 UTC`; what is no time is said as it is."""
    found = moment(text)
    return f"{found:%Y-%m-%d %H:%M} UTC" if found else text


def age(created_at: str, now: str) -> str:
    """`12 days old`, at the time of the report; never a guess."""
    created, made = moment(created_at), moment(now)
    if created is None or made is None:
        return UNKNOWN_AGE
    days = (made - created).days
    return "dated in the future" if days < 0 else f"{counted(days, 'day')} old"
