"""The report as one HTML page that loads nothing, and that runs no script but its own."""

import base64
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auth0_third_party.model.text import access_name, counted, moment, shown, time_shown
from auth0_third_party.rules.registry import rules
from tpa.access.effective import AccessRow
from tpa.report.changes import PageData, changes_since, embedded
from tpa.report.model import (
    BLOCKED,
    STATUSES,
    Card,
    Credential,
    Report,
    age,
    decided,
    expiry,
    identity,
    source_name,
    states_of,
    status_name,
    unknown_fields,
    unknown_text,
)
from tpa.tenant.snapshot import Unknown

NAME_LIMIT = 120
"""Characters; a longer text is cut and its length shown, so that a name can't fill the page."""
# The page has no form, no frame and loads nothing; only the digests allow its script and style.
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}';"
    " base-uri 'none'; form-action 'none'"
)


def render(report: Report, earlier: PageData | None) -> str:
    """The whole page; the same for the same report and the same earlier page."""
    unknown = unknown_fields(report.unknown)
    cards = tuple(card_views(report))
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            earlier=earlier,
            changes=changes_since(earlier, report) if earlier else (),
            overview=overview(report),
            cards=cards,
            cards_by_name={identity(view.card): view for view in cards},
            choices=choices(report.rows),
            orders=ORDERS,
            unknown={field: unknown_text(part) for field, part in unknown.items()},
            data=Markup(embedded(report)),  # noqa: S704 - escaped there for a script element
        )
    )


def cut(text: str, limit: int = NAME_LIMIT) -> str:
    """A text from the tenant or a file, safe to be shown on one line."""
    line = shown(text)
    return line if len(line) <= limit else f"{line[:limit]}… ({len(line):,} characters)"


def isolated(text: str, limit: int = NAME_LIMIT) -> Markup:
    """The same in an element of its own, so that its direction does not affect the text around."""
    return Markup("<bdi>%s</bdi>") % cut(text, limit)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"isolated": isolated, "cut": cut, "time": time_shown}
    style, script = _file("report.css"), _file("report.js")
    environment.globals |= {
        "counted": counted,
        "access_name": access_name,
        "decided": decided,
        "source_name": source_name,
        "states_of": states_of,
        "status_name": status_name,
        "unknown_text": unknown_text,
        "rules": rules(),
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": _POLICY.format(script=_digest(script), style=_digest(style)),
    }
    return environment


def _file(name: str) -> str:
    return files("tpa.report").joinpath("page", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@dataclass(frozen=True)
class Count:
    """`alarming`: a number that is highlighted where it is not 0."""

    number: int
    what: str
    alarming: bool = False


def overview(report: Report) -> Iterator[Count]:
    """What is unknown is left out: a 0 would mean that there is none."""
    unknown = unknown_fields(report.unknown)
    statuses = Counter(row.status for row in report.rows)
    blocked = sum(bool(row.blocked) for row in report.rows)
    yield Count(len(report.applications), "applications")
    yield Count(len(report.rows), "API permissions")
    yield Count(blocked, "of them blocked", alarming=True)
    if report.live and not {"applications", "access"} & unknown.keys():
        yield Count(statuses["differs"], "differ from the files", alarming=True)
        yield Count(statuses["missing"], "not in the tenant", alarming=True)
        yield Count(statuses["unmanaged"], "in no file", alarming=True)
    if statuses["unknown"] and report.live:
        yield Count(statuses["unknown"], "not compared", alarming=True)
    on_cards = sum(len(card.findings) for card in report.applications)
    yield Count(len(report.findings) + on_cards, "findings", alarming=True)
    if (report.live or report.pending) and "pending" not in unknown:
        yield Count(len(report.pending), "pending changes")


_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True)
class CardView:
    """`credentials`: name and age of each key, and of the secret. `oldest`: the time of the oldest,
    as far as known; `oldest_age` and `last_used`: in words.
    """

    card: Card
    anchor: str
    rows: tuple[AccessRow, ...]
    credentials: tuple[tuple[str, str], ...]
    oldest: str
    oldest_age: str
    last_used: str

    @property
    def blocked(self) -> int:
        return sum(bool(row.blocked) for row in self.rows)


ORDERS = {
    "name": "name",
    "owner": "owner",
    "problems": "findings, most first",
    "blocked": "blocked permissions, most first",
    "age": "oldest credential",
    "used": "last token, longest ago first",
}
"""Orders of the applications: attribute of a card -> its name."""


def card_views(report: Report) -> Iterator[CardView]:
    unknown = unknown_fields(report.unknown)
    rows: dict[str, list[AccessRow]] = defaultdict(list)
    for row in report.rows:
        rows[row.application].append(row)
    for card, anchor in zip(report.applications, anchors_of(report.applications), strict=True):
        known = [each.created_at for each in card.credentials if moment(each.created_at)]
        oldest = min(known, default="")
        several = "oldest " if len(card.credentials) > 1 else ""
        words = f"{several}credential: {age(oldest, report.made_at)}"
        yield CardView(
            card=card,
            anchor=anchor,
            rows=tuple(rows[identity(card)]),
            credentials=tuple((each.name, _age(each, report.made_at)) for each in card.credentials),
            oldest=oldest,
            oldest_age=words if card.credentials else "no key or secret",
            last_used=_last_used(card, report, unknown),
        )


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
        "state": {state: status_name(state) for state in states},
        "source": {source: source_name(source) for source in sources},
    }


def _age(each: Credential, now: str) -> str:
    return ", ".join(filter(None, (age(each.created_at, now), expiry(each.expires_at, now))))


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
