"""The report in the structure of the page: its counts, rows, cards, and choices of filters."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from auth0_third_party.model.text import moment, time_shown
from tpa.access.rows import AccessRow
from tpa.report.model import (
    BLOCKED,
    SOURCES,
    STATUSES,
    Card,
    Credential,
    Report,
    age,
    expiry,
    identity,
    states_of,
    unknown_fields,
    unknown_text,
)
from tpa.tenant.snapshot import Unknown


@dataclass(frozen=True)
class Count:
    """`alarming`: a number that is highlighted where it is not 0."""

    number: int
    what: str
    alarming: bool = False


def overview(report: Report) -> tuple[Count, ...]:
    return tuple(_counts(report))


def _counts(report: Report) -> Iterator[Count]:
    """What is unknown is left out: a 0 would mean that there is none."""
    statuses = Counter(row.status for row in report.rows)
    blocked = sum(bool(row.blocked) for row in report.rows)
    yield Count(len(report.applications), "applications")
    yield Count(len(report.rows), "API permissions")
    yield Count(blocked, "of them blocked", alarming=True)
    if report.live and not {"applications", "access"} & unknown_fields(report.unknown).keys():
        yield Count(statuses["differs"], "differ from the files", alarming=True)
        yield Count(statuses["missing"], "not in the tenant", alarming=True)
        yield Count(statuses["unmanaged"], "in no file", alarming=True)
    if statuses["unknown"] and report.live:
        yield Count(statuses["unknown"], "not compared", alarming=True)
    yield Count(findings_in(report), "findings", alarming=True)
    if (report.live or report.pending) and "pending" not in unknown_fields(report.unknown):
        yield Count(len(report.pending), "pending changes")


def findings_in(report: Report) -> int:
    return len(report.findings) + sum(len(card.findings) for card in report.applications)


_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True)
class Field:
    """One line of a card. `empty` is shown where there are no values, `more` after them.

    `names`: the filter also finds the application's rows by its values, which rows don't show.
    """

    label: str
    values: tuple[str, ...]
    empty: str = "none"
    more: str = ""
    code: bool = False
    names: bool = False


@dataclass(frozen=True)
class RowView:
    """`anchor`: of the card, "" where there is none. `again`: of the same application as the row
    before, so its name is not in bold.
    """

    row: AccessRow
    anchor: str
    second_name: str
    source: str
    decided_by: str
    status: str
    states: str
    findings: bool
    again: bool


@dataclass(frozen=True)
class Oldest:
    """The oldest key or secret: its time, as far as known, and its age in words."""

    created_at: str
    age: str


@dataclass(frozen=True)
class CardView:
    """`credentials`: name and age of each key, and of the secret. `last_used`: in words."""

    card: Card
    anchor: str
    names: str
    fields: tuple[Field, ...]
    rows: tuple[AccessRow, ...]
    credentials: tuple[tuple[str, str], ...]
    oldest: Oldest
    last_used: str
    blocked: int
    only_in_tenant: bool


ORDERS = {
    "name": "name",
    "owner": "owner",
    "problems": "findings, most first",
    "blocked": "blocked permissions, most first",
    "age": "oldest credential",
    "used": "last token, longest ago first",
}
"""Orders of the applications: attribute of a card -> its name."""


def card_views(report: Report, unknown: Mapping[str, Unknown]) -> tuple[CardView, ...]:
    rows: dict[str, list[AccessRow]] = defaultdict(list)
    for row in report.rows:
        rows[row.application].append(row)
    anchors = anchors_of(report.applications)
    return tuple(
        _card_view(card, anchor, tuple(rows.get(identity(card), ())), report, unknown)
        for card, anchor in zip(report.applications, anchors, strict=True)
    )


def row_views(report: Report, cards: Iterable[CardView]) -> Iterator[RowView]:
    known = {identity(view.card): view for view in cards}
    last = ""
    for row in report.rows:
        view = known.get(row.application)
        yield RowView(
            row=row,
            anchor=view.anchor if view else "",
            second_name=row.application if row.application != row.name else "",
            source=SOURCES.get(row.source, row.source),
            decided_by=decided(row),
            status=STATUSES.get(row.status, row.status),
            states=" ".join(states_of(row)),
            findings=bool(view and view.card.findings),
            again=row.application == last,
        )
        last = row.application


def decided(row: AccessRow) -> str:
    """The place; with the name of the check that decided, since the page names only the source."""
    decision = row.decided_by
    if row.usable is False and decision.by not in ("grant", "default"):
        return f"{decision.by.replace('_', ' ')}: {decision.place}"
    if row.unknown_checks:
        return f"{decision.place} (unknown: {', '.join(row.unknown_checks).replace('_', ' ')})"
    return decision.place


def anchors_of(cards: Iterable[Card]) -> tuple[str, ...]:
    """Ids for stable links: the key or client id, or its digest where that is no plain word.

    Two applications never share one, whatever their names are.
    """
    taken: set[str] = set()
    found = []
    for card in cards:
        name = identity(card)
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        anchor = f"app-{name}" if _PLAIN.fullmatch(name) else f"app-{digest}"
        while anchor in taken:
            anchor += "_"
        taken.add(anchor)
        found.append(anchor)
    return tuple(found)


def choices(rows: Iterable[AccessRow]) -> Mapping[str, Mapping[str, str]]:
    """The choices of each filter: value -> label; only what some row has."""
    rows = tuple(rows)
    found = {state for row in rows for state in states_of(row)}
    sources = sorted({row.source for row in rows})
    known = [state for state in (BLOCKED, *STATUSES) if state in found]
    states = [*known, *sorted(found.difference(known))]
    return {
        "api": {api: api for api in sorted({row.api for row in rows})},
        "state": {state: STATUSES.get(state, state) for state in states},
        "source": {source: SOURCES.get(source, source) for source in sources},
    }


def _card_view(
    card: Card,
    anchor: str,
    rows: tuple[AccessRow, ...],
    report: Report,
    unknown: Mapping[str, Unknown],
) -> CardView:
    names = card.key or f"in no file, {card.client_id}"
    held = (*card.keys, *([card.secret] if card.secret else ()))
    return CardView(
        card=card,
        anchor=anchor,
        names=names,
        fields=tuple(_fields(card, report.live, unknown)),
        rows=rows,
        credentials=tuple((each.name, _age(each, report.made_at)) for each in held),
        oldest=_oldest(held, report.made_at),
        last_used=_last_used(card, report, unknown),
        blocked=sum(bool(row.blocked) for row in rows),
        only_in_tenant=not card.key,
    )


def _age(each: Credential, now: str) -> str:
    return ", ".join(filter(None, (age(each.created_at, now), expiry(each.expires_at, now))))


def _oldest(held: Sequence[Credential], now: str) -> Oldest:
    known = min((each.created_at for each in held if moment(each.created_at)), default="")
    if not held:
        return Oldest("", "no key or secret")
    return Oldest(known, f"{'oldest ' if len(held) > 1 else ''}credential: {age(known, now)}")


def _last_used(card: Card, report: Report, unknown: Mapping[str, Unknown]) -> str:
    """When it got a token last: by any of its keys and secrets, since the log does not tell."""
    if card.last_used:
        return time_shown(card.last_used)
    lacking = unknown.get("last_used") or unknown.get("applications")
    if lacking:
        return unknown_text(lacking)
    if not report.live:
        return "not read"
    return "not in the tenant's log" if card.client_id else "not in the tenant"


def _fields(card: Card, live: bool, unknown: Mapping[str, Unknown]) -> Iterator[Field]:
    why = {name: unknown_text(part) for name, part in unknown.items()}
    # While the tenant's applications are unknown, these are the files' values.
    lacking = why.get("applications", "")
    empty, more = (lacking or "not given"), _also(lacking)
    not_live = lacking or ("not in the tenant" if live else "not read")
    yield Field("Owner", _one(card.owner), empty="not given", names=True)
    yield Field("Contact", _one(card.contact), empty="not given", names=True)
    yield Field("Client id", _one(card.client_id), empty=not_live, code=True, names=True)
    yield Field("Application type", _one(card.kind), empty, more)
    yield Field("Security mode", _one(card.security_mode), empty, more)
    yield Field("Authenticates with", _one(card.authentication), empty, more)
    yield Field("Redirect URIs", card.callbacks, lacking or "none", more, code=True)
    yield Field("Origins", card.origins, lacking or "none", more, code=True)
    lacking = why.get("connections", "")
    notes = "; ".join(card.sign_in_notes)
    more = _also(lacking) or notes
    yield Field("Sign-in with", card.connections, lacking or notes or "none", more)
    lacking = why.get("organizations", "")
    yield Field("Organizations", card.organizations, lacking or "none", _also(lacking))


def _also(why: str) -> str:
    """A note after the files' values."""
    return why and f"in the tenant: {why}"


def _one(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
