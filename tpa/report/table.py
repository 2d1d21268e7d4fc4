"""The report as CSV: one line for each API that an application may call, one for each other
application.

A spreadsheet takes a cell for a formula that starts with one of `FORMULA`, so these get an
apostrophe: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Callable, Mapping
from operator import attrgetter

from auth0_third_party.model.text import access_name, shown
from tpa.access.effective import AccessRow
from tpa.files.problems import Problem
from tpa.report.model import Card, Report, decided, identity, source_name, status_name

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
"""Without it Excel reads no UTF-8."""
APPLICATION: Mapping[str, Callable[[Card], str]] = {
    "application": identity,
    "name": attrgetter("name"),
    "client_id": attrgetter("client_id"),
    "owner": attrgetter("owner"),
    "contact": attrgetter("contact"),
    "type": attrgetter("kind"),
    "security_mode": attrgetter("security_mode"),
    "authentication": attrgetter("authentication"),
    "redirect_uris": lambda card: " ".join(card.callbacks),
    "origins": lambda card: " ".join(card.origins),
    "connections": lambda card: " ".join(card.connections),
    "organizations": lambda card: " ".join(card.organizations),
    "credentials": lambda card: _credentials(card, "name"),
    "credentials_made": lambda card: _credentials(card, "created_at"),
    "credentials_expire": lambda card: _credentials(card, "expires_at"),
    "last_token": attrgetter("last_used"),
    "findings": lambda card: "; ".join(map(_finding, card.findings)),
}
ACCESS: Mapping[str, Callable[[AccessRow], str]] = {
    "api": attrgetter("api"),
    "audience": attrgetter("audience"),
    "access": lambda row: access_name(row.subject_type),
    "scopes": attrgetter("scopes_text"),
    "source": lambda row: source_name(row.source),
    "decided_by": decided,
    "blocked": attrgetter("blocked"),
    "state": lambda row: status_name(row.status),
}
"""Column -> what is in it."""
HEAD = ",".join(f'"{name}"' for name in (*APPLICATION, *ACCESS))


def as_csv(report: Report) -> str:
    """The whole file; unknown values are empty."""
    cards = {identity(card): card for card in report.applications}
    with_access = {row.application for row in report.rows}
    lines = [
        _application(cards.get(row.application), row) | {n: of(row) for n, of in ACCESS.items()}
        for row in sorted(report.rows, key=attrgetter("application", "api", "subject_type"))
    ]
    lines += [_application(card) for known, card in cards.items() if known not in with_access]
    written = io.StringIO()
    writer = csv.DictWriter(written, (*APPLICATION, *ACCESS), quoting=csv.QUOTE_ALL)
    for line in sorted(lines, key=lambda line: line["application"]):
        writer.writerow({name: _safe(text) for name, text in line.items()})
    return f"{MARK}{HEAD}\r\n{written.getvalue()}"


def is_table(text: str) -> bool:
    """Whether a file is such a table."""
    return text.startswith(f"{MARK}{HEAD}")


def _application(card: Card | None, row: AccessRow | None = None) -> dict[str, str]:
    if card is not None:
        return {name: of(card) for name, of in APPLICATION.items()}
    known = ("application", "name", "client_id") if row else ()
    return {name: str(getattr(row, name)) for name in known}


def _credentials(card: Card, name: str) -> str:
    return ", ".join(str(getattr(each, name)) or "unknown" for each in card.credentials)


def _finding(found: Problem) -> str:
    fix = f"; fix: {found.fix}" if found.fix else ""
    return f"{found.severity}: {found.what} ({found.rule}){fix}"


def _safe(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    return f"'{shown(text)}" if text.lstrip(" ").startswith(FORMULA) else shown(text)
