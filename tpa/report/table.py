"""The report as CSV: one line for each API that an application may call, one for each other
application.

A spreadsheet takes a cell for a formula that starts with one of `FORMULA`, so these get an
apostrophe: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Iterator
from itertools import zip_longest

from auth0_third_party.model.text import access_name, shown
from tpa.access.rows import AccessRow
from tpa.report.model import SOURCES, STATUSES, Card, Credential, Report, identity
from tpa.report.views import decided

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
"""Without it Excel reads no UTF-8."""
APPLICATION = (
    *("application", "name", "client_id", "owner", "contact", "type", "security_mode"),
    *("authentication", "redirect_uris", "origins", "connections", "organizations"),
    *("credentials", "credentials_made", "credentials_expire", "last_token", "findings"),
)
ACCESS = ("api", "audience", "access", "scopes", "source", "decided_by", "blocked", "state")
HEAD = ",".join(f'"{name}"' for name in (*APPLICATION, *ACCESS))


def as_csv(report: Report) -> str:
    """The whole file; unknown values are empty."""
    cards = {identity(card): card for card in report.applications}
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    with_access = {row.application for row in report.rows}
    lines: list[tuple[Card | None, AccessRow | None]] = [
        (cards.get(row.application), row) for row in report.rows
    ]
    lines += [(card, None) for known, card in cards.items() if known not in with_access]
    for card, row in sorted(lines, key=_order):
        writer.writerow(_safe(text) for text in (*_application(card, row), *_access(row)))
    return f"{MARK}{HEAD}\r\n{written.getvalue()}"


def is_table(text: str) -> bool:
    """Whether a file is such a table."""
    return text.startswith(f"{MARK}{HEAD}")


def _order(line: tuple[Card | None, AccessRow | None]) -> tuple[str, str, str]:
    card, row = line
    known = row.application if row else identity(card) if card else ""
    return known, row.api if row else "", row.subject_type if row else ""


def _application(card: Card | None, row: AccessRow | None) -> Iterator[str]:
    if card is None:
        known = (row.application, row.name, row.client_id) if row else ()
        yield from (text for text, _ in zip_longest(known, APPLICATION, fillvalue=""))
        return
    held = (*card.keys, *([card.secret] if card.secret else ()))
    yield from (identity(card), card.name, card.client_id, card.owner, card.contact, card.kind)
    yield from (card.security_mode, card.authentication)
    for texts in (card.callbacks, card.origins, card.connections, card.organizations):
        yield " ".join(texts)
    yield from (_each(held, "name"), _each(held, "created_at"), _each(held, "expires_at"))
    yield card.last_used
    yield "; ".join(
        f"{each.severity}: {each.what} ({each.rule}){f'; fix: {each.fix}' if each.fix else ''}"
        for each in card.findings
    )


def _each(held: tuple[Credential, ...], name: str) -> str:
    return ", ".join(str(getattr(each, name)) or "unknown" for each in held)


def _access(row: AccessRow | None) -> Iterator[str]:
    if row is None:
        yield from ("" for _ in ACCESS)
        return
    yield from (row.api, row.audience, access_name(row.subject_type))
    yield row.scopes_text
    yield from (SOURCES.get(row.source, row.source), decided(row), row.blocked)
    yield STATUSES.get(row.status, row.status)


def _safe(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    return f"'{shown(text)}" if text.lstrip(" ").startswith(FORMULA) else shown(text)
