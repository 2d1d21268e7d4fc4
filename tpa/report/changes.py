"""What changed since the last run: the facts of the earlier page against those of the new one.

A page carries its facts, no secrets, for the next run to compare with.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from jinja2.utils import htmlsafe_json_dumps
from pydantic import JsonValue, ValidationError

from auth0_third_party.model.text import access_name, address_shown, shown
from auth0_third_party.model.values import Model
from auth0_third_party.rules.violation import Path
from tpa.comparison.compare import Changed, compare
from tpa.comparison.facts import EVERY_SCOPE, Facts
from tpa.files.problems import Problem
from tpa.report.model import Report, identity, status_name, unknown_fields

SCRIPT_ID = "tpa-report"
_OPEN = f'<script type="application/json" id="{SCRIPT_ID}">'
_CLOSE = "</script>"
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
    `unknown_fields` gives them.
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
    data = page_data(report).model_dump()
    text = htmlsafe_json_dumps(data, separators=(",", ":"), sort_keys=True)
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


def is_report(text: str) -> bool:
    """Whether a file is a page of any version."""
    return f'id="{SCRIPT_ID}"' in text


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
        for key in card.credentials:
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


_READ = {True: "the tenant", False: "only the files"}
ORDER = ("applications", "findings", "access")
"""Of the sentences about one application."""


def changes_since(earlier: PageData, report: Report) -> tuple[str, ...]:
    """Plain sentences, the tenant's first, then by application; none where nothing changed."""
    now = page_data(report)
    why = _incomparable(earlier, now)
    return (why,) if why else tuple(_changes(earlier, now))


def _incomparable(before: PageData, now: PageData) -> str:
    """Why the two pages can't be compared; "" where they can."""
    if (before.environment, before.tenant) != (now.environment, now.tenant):
        return f"the earlier page is of {before.environment} on {before.tenant}: not compared"
    if before.live != now.live:
        first, second = _READ[before.live], _READ[now.live]
        return f"the earlier page shows {first}, this one {second}: not compared"
    return ""


@dataclass(frozen=True)
class Pages:
    """The facts of both pages. `unknown`: fields that are unknown on one of them."""

    before: Facts
    now: Facts
    unknown: frozenset[str]

    def counts(self, path: Path) -> bool:
        """Whether a fact is known on both pages, and is more than a label."""
        kind, application, *rest = path
        if "applications" in self.unknown and application:
            return False
        if kind == "findings":
            return True
        field = rest[2:] if kind == "access" else rest
        return kind not in self.unknown and not {"api", *self.unknown} & {*field[:1]}

    def is_gone(self, application: object) -> bool:
        """Whether only the earlier page has it."""
        path: Path = ("applications", str(application))
        return path in self.before and path not in self.now


def _changes(before: PageData, now: PageData) -> Iterator[str]:
    unknown = frozenset(before.unknown) | frozenset(now.unknown)
    for field in sorted(unknown):
        if field not in now.unknown:
            yield f"{field}: known now, unknown on the earlier page: not compared"
        elif field not in before.unknown:
            yield f"{field}: unknown now, known on the earlier page: not compared"
    pages = Pages(_renamed(before.by_path(), now.by_path()), now.by_path(), unknown)
    order = {path[1]: index for index, path in enumerate({**pages.now, **pages.before})}
    found = compare(pages.before, pages.now, pages.counts)
    for each in sorted(found, key=lambda each: (order[each.path[1]], ORDER.index(each.path[0]))):
        subject = each.path[1]
        if each.path[0] == "applications" or not pages.is_gone(subject):
            prefix = f"{subject}: " if subject and len(each.path) > 2 else ""
            yield from (f"{prefix}{what}" for what in SENTENCES[str(each.path[0])](pages, each))


def _renamed(before: Facts, now: Facts) -> Facts:
    """The earlier facts, with the name that an application has now: a file may have adopted it."""
    ids = {value: path[1] for path, value in now.items() if path[2:] == ("client_id",) and value}
    taken = {path[1] for path in before if path[0] == "applications"}
    names = {
        path[1]: ids[value]
        for path, value in before.items()
        if path[2:] == ("client_id",) and value in ids and ids[value] not in taken
    }
    return {(path[0], names.get(path[1], path[1]), *path[2:]): v for path, v in before.items()}


def _application(_pages: Pages, each: Changed) -> Iterator[str]:
    _, known, *field = each.path
    if not field:
        name = each.after or each.before
        label = name if known == name else f"{known} ({name})"
        if None in (each.before, each.after):
            yield f"{label} is {'gone' if each.after is None else 'new'}"
    elif field[0] == "keys":
        yield from _key(str(field[1]), each)
    elif isinstance(each.after, list):
        parts = (("new", each.gained), ("gone", each.lost))
        told = (f"{word} {', '.join(found)}" for word, found in parts if found)
        yield f"{VALUES[str(field[0])]}: {'; '.join(told)}"
    else:
        name = VALUES[str(field[0])]
        yield f"{name} {each.after or 'none'}, before: {each.before or 'none'}"


def _key(name: str, each: Changed) -> Iterator[str]:
    """A key of unknown age is not compared."""
    if each.before is None or each.after is None:
        yield f"keys: {'new' if each.before is None else 'gone'} {name}"
    elif each.before and each.after:
        yield f"{name if name == 'client secret' else f'key {name}'} was replaced"


def _finding(_: Pages, each: Changed) -> Iterator[str]:
    _kind, _application, place, what = each.path
    severity = each.after or each.before
    details = ", ".join(part for part in (severity, str(place)) if part)
    yield f"{'settled' if each.after is None else 'new finding'}: {what} ({details})"


def _access(pages: Pages, each: Changed) -> Iterator[str]:
    row, field = each.path[:4], each.path[4:]
    facts = pages.now if row in pages.now else pages.before
    target = f"{facts[*row, 'api']} ({access_name(str(row[3]))})"
    if each.before is None:
        blocked = facts[*row, "blocked"]
        yield f"may call {target}: {_scopes(each.after)}{blocked and f', blocked: {blocked}'}"
    elif each.after is None:
        yield f"may no longer call {target}: {_scopes(each.before)}"
    else:
        told = CHANGED_ROW[str(field[0]) if field else ""](each)
        yield from (f"{target}: {what}" for what in told)


def _changed_scopes(each: Changed) -> Iterator[str]:
    if EVERY_SCOPE in (each.before, each.after):
        verb = "gains" if each.after == EVERY_SCOPE else "is limited to"
        yield f"{verb} {_scopes(each.after)}"
        return
    for verb, scopes in (("gains", each.gained), ("loses", each.lost)):
        if scopes:
            yield f"{verb} {', '.join(sorted(scopes))}"


def _changed_block(each: Changed) -> Iterator[str]:
    if not each.before:
        yield f"blocked now: {each.after}"
    elif not each.after:
        yield f"no longer blocked, before: {each.before}"
    else:
        yield f"blocked for another reason: {each.after}, before: {each.before}"


def _changed_status(each: Changed) -> Iterator[str]:
    """Of a grant that is or was missing, `_changed_block` tells."""
    if not {"unknown", "missing"} & {each.before, each.after}:
        yield f"{status_name(each.after)}, before: {status_name(each.before)}"


def _scopes(scopes: object) -> str:
    return ", ".join(scopes) or "no scope" if isinstance(scopes, list) else str(scopes)


CHANGED_ROW: Mapping[str, Callable[[Changed], Iterator[str]]] = {
    "": _changed_scopes,
    "blocked": _changed_block,
    "status": _changed_status,
}
SENTENCES: Mapping[str, Callable[[Pages, Changed], Iterator[str]]] = {
    "applications": _application,
    "findings": _finding,
    "access": _access,
}
