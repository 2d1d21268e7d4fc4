"""The data that a page carries, for the next run to compare with: facts, no secrets."""

import json
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import JsonValue, ValidationError

from auth0_third_party.model.text import address_shown, shown
from auth0_third_party.model.values import Model
from auth0_third_party.rules.violation import Path
from tpa.comparison.facts import EVERY_SCOPE, Facts
from tpa.files.problems import Problem
from tpa.report.labels import identity, unknown_fields
from tpa.report.model import Report

SCRIPT_ID = "tpa-report"
_OPEN = f'<script type="application/json" id="{SCRIPT_ID}">'
_CLOSE = "</script>"
# Inside a script element these would end it, or be parsed as markup by something other than a
# browser. In JSON they only occur in strings, where an escape means the same. `json` itself escapes
# everything that is not ASCII, U+2028 and U+2029 too.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
VALUES = {
    "name": "name",
    "client_id": "client id",
    "owner": "owner",
    "contact": "contact",
    "kind": "application type",
    "security_mode": "security mode",
    "authentication": "authentication",
    "callbacks": "redirect URIs",
    "origins": "origins",
    "connections": "connections",
    "organizations": "organizations",
}
"""The fields of a card that are compared, and their names in sentences."""


class PageData(Model):
    """The facts on a page: pairs of a path and a value. `unknown`: names of fields, as
    `labels.unknown_fields` gives them.
    """

    format: Literal["tpa-report"] = "tpa-report"
    version: Literal[2] = 2
    environment: str
    tenant: str
    made_at: str
    live: bool
    unknown: tuple[str, ...]
    facts: tuple[tuple[tuple[str, ...], JsonValue], ...]

    def by_path(self) -> Facts:
        """The facts, to be compared."""
        return dict(self.facts)


def embedded(report: Report) -> str:
    """The script element that a page carries: the same for the same report, byte for byte."""
    text = json.dumps(page_data(report).model_dump(), separators=(",", ":"), sort_keys=True)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return f"{_OPEN}{text}{_CLOSE}"


def read_page_data(page: str) -> PageData | None:
    """The data of an existing page; None where it is no report, or one of another version."""
    _, found, rest = page.partition(_OPEN)
    data, closed, _ = rest.partition(_CLOSE)
    if not (found and closed):
        return None
    try:
        return PageData.model_validate(json.loads(data))
    except (ValueError, RecursionError, ValidationError):
        return None


def page_data(report: Report) -> PageData:
    """Texts as they are shown, so that what is invisible, or no UTF-8, makes no difference."""
    facts = ((tuple(map(shown, map(str, path))), _shown(value)) for path, value in _facts(report))
    return PageData(
        environment=shown(report.environment),
        tenant=shown(report.tenant),
        made_at=shown(report.made_at),
        live=report.live,
        unknown=tuple(sorted(unknown_fields(report.unknown))),
        facts=tuple(facts),
    )


def _facts(report: Report) -> Iterator[tuple[Path, object]]:
    """Applications and their access in the order of the page; the value of an application is its
    name. Findings have no line, since a comment above them would move it.
    """
    yield from _findings("", report.findings)
    for card in report.applications:
        known = identity(card)
        yield ("applications", known), card.name
        for field in VALUES:
            value = getattr(card, field)
            if field in ("callbacks", "origins"):
                value = tuple(map(address_shown, value))
            yield ("applications", known, field), value
        for key in card.keys:
            yield ("applications", known, "keys", key.name), key.created_at
        yield from _findings(known, card.findings)
    for row in report.rows:
        path = ("access", row.application, row.audience, row.subject_type)
        yield path, EVERY_SCOPE if row.all_scopes else row.scopes
        for name in ("api", "blocked", "status"):
            yield (*path, name), getattr(row, name)


def _findings(application: str, problems: Iterable[Problem]) -> Iterator[tuple[Path, object]]:
    for problem in problems:
        place = ": ".join(part for part in (problem.file, problem.field) if part)
        yield ("findings", application, place, problem.what), problem.severity


def _shown(value: object) -> JsonValue:
    return [shown(str(each)) for each in value] if isinstance(value, tuple) else shown(str(value))
