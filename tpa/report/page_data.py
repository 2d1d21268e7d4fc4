"""What a page remembers of itself for the next run: facts that are compared, no secrets."""

from typing import Literal

from auth0_third_party.model.text import shown
from auth0_third_party.model.values import Model
from tpa.files.problems import Problem
from tpa.report.labels import identity, unknown_fields
from tpa.report.model import Card, Report, Row


class Finding(Model):
    """A problem without its line: a line moves when somebody adds a comment above it."""

    severity: str
    place: str
    what: str


class Access(Model):
    """`application` as `identity` says it."""

    application: str
    api: str
    audience: str
    subject_type: str
    scopes: tuple[str, ...]
    all_scopes: bool
    blocked: str
    status: str


class Key(Model):
    name: str
    created_at: str


class Application(Model):
    """`identity`: what rows call it by."""

    identity: str
    key: str
    name: str
    client_id: str
    owner: str
    contact: str
    kind: str
    security_mode: str
    proof: str
    keys: tuple[Key, ...]
    callbacks: tuple[str, ...]
    origins: tuple[str, ...]
    connections: tuple[str, ...]
    organizations: tuple[str, ...]
    findings: tuple[Finding, ...]


class PageData(Model):
    """A page's own data. `unknown`: names of fields, as `words.unknown_fields` gives them."""

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


def remembered(report: Report) -> PageData:
    """Texts as they are shown: what nobody can see, or write as UTF-8, is no difference."""
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
        proof=shown(card.proof),
        keys=tuple(Key(name=shown(k.name), created_at=shown(k.created_at)) for k in card.keys),
        callbacks=_texts(card.callbacks),
        origins=_texts(card.origins),
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
