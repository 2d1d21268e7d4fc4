"""The data that a page carries, for the next run to compare with: facts, no secrets."""

import json
from typing import Literal

from pydantic import ValidationError

from auth0_third_party.model.text import address_shown, shown
from auth0_third_party.model.values import Model
from tpa.files.problems import Problem
from tpa.report.labels import identity, unknown_fields
from tpa.report.model import Card, Report, Row

SCRIPT_ID = "tpa-report"
_OPEN = f'<script type="application/json" id="{SCRIPT_ID}">'
_CLOSE = "</script>"
# Inside a script element these would end it, or be parsed as markup by something other than a
# browser. In JSON they only occur in strings, where an escape means the same. `json` itself escapes
# everything that is not ASCII, U+2028 and U+2029 too.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class Finding(Model):
    """A problem without its line, since a comment above it would move the line."""

    severity: str
    place: str
    what: str


class Access(Model):
    """A row; `application` as `labels.identity` names it."""

    application: str
    api: str
    audience: str
    subject_type: str
    scopes: tuple[str, ...]
    all_scopes: bool
    blocked: str
    status: str


class Key(Model):
    """A public key of an application."""

    name: str
    created_at: str


class Application(Model):
    """A card; `identity` is the name that rows have for it."""

    identity: str
    key: str
    name: str
    client_id: str
    owner: str
    contact: str
    kind: str
    security_mode: str
    authentication: str
    keys: tuple[Key, ...]
    callbacks: tuple[str, ...]
    origins: tuple[str, ...]
    connections: tuple[str, ...]
    organizations: tuple[str, ...]
    findings: tuple[Finding, ...]


class PageData(Model):
    """The facts on a page. `unknown`: names of fields, as `labels.unknown_fields` gives them."""

    format: Literal["tpa-report"] = "tpa-report"
    version: Literal[1] = 1
    environment: str
    tenant: str
    made_at: str
    live: bool
    unknown: tuple[str, ...]
    applications: tuple[Application, ...]
    access: tuple[Access, ...]
    findings: tuple[Finding, ...]


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
    return PageData(
        environment=shown(report.environment),
        tenant=shown(report.tenant),
        made_at=shown(report.made_at),
        live=report.live,
        unknown=tuple(sorted(unknown_fields(report.unknown))),
        applications=tuple(map(_application, report.applications)),
        access=tuple(map(_access, report.rows)),
        findings=_findings(report.findings),
    )


def _application(card: Card) -> Application:
    return Application(
        identity=shown(identity(card)),
        key=shown(card.key),
        name=shown(card.name),
        client_id=shown(card.client_id),
        owner=shown(card.owner),
        contact=shown(card.contact),
        kind=shown(card.kind),
        security_mode=shown(card.security_mode),
        authentication=shown(card.authentication),
        keys=tuple(Key(name=shown(k.name), created_at=shown(k.created_at)) for k in card.keys),
        callbacks=tuple(map(address_shown, card.callbacks)),
        origins=tuple(map(address_shown, card.origins)),
        connections=_texts(card.connections),
        organizations=_texts(card.organizations),
        findings=_findings(card.findings),
    )


def _access(row: Row) -> Access:
    return Access(
        application=shown(row.application),
        api=shown(row.api),
        audience=shown(row.audience),
        subject_type=shown(row.subject_type),
        scopes=_texts(row.scopes),
        all_scopes=row.all_scopes,
        blocked=shown(row.blocked),
        status=shown(row.status),
    )


def _findings(problems: tuple[Problem, ...]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            severity=problem.severity,
            place=shown(": ".join(part for part in (problem.file, problem.field) if part)),
            what=shown(problem.what),
        )
        for problem in problems
    )


def _texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(shown, texts))
