"""The content of the report: a view, its access rows, what checks found, what is pending."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tpa.access import rows as access
from tpa.drift.differences import user_file
from tpa.environments.risks import Change
from tpa.files.problems import Problem
from tpa.report.cards import cards
from tpa.report.model import Key, Report, Row
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class ReportInput:
    """`keys`: client id -> its public keys; `unread`: what else could not be looked at.

    `outside`: what was changed outside, by the key of an application, "" where it is of none.
    """

    view: EnvironmentView
    rows: Sequence[access.Row]
    findings: Sequence[Problem] = ()
    pending: Sequence[Change] = ()
    keys: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    unread: tuple[Unknown, ...] = ()
    outside: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """All that could not be looked at."""
        return (*self.view.unknown, *self.unread)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings of the page."""
        return (*self.findings, *(each for found in self.outside.values() for each in found))


def report(material: ReportInput, made_at: str) -> Report:
    """All of one page; `made_at` is ISO 8601, UTC."""
    view = material.view
    own = _own_findings(material)
    told = {problem for problems in own.values() for problem in problems}
    return Report(
        environment=view.catalog.name,
        tenant=view.domain or view.catalog.environment.tenant,
        made_at=made_at,
        live=view.snapshot is not None,
        unknown=material.unknown,
        rows=tuple(map(_row, material.rows)),
        applications=tuple(cards(view, material.keys, own)),
        findings=tuple(problem for problem in material.problems if problem not in told),
        pending=tuple(material.pending),
    )


def _row(row: access.Row) -> Row:
    closed = (gate for gate in row.gates if gate.open is False)
    missing = "not in the tenant" if row.status == "missing" else ""
    return Row(
        application=row.application,
        name=row.name,
        api=row.api,
        audience=row.audience,
        subject_type=row.subject_type,
        scopes=row.scopes,
        all_scopes=row.all_scopes,
        source=row.source,
        decided_by=_decided(row),
        blocked=next((gate.what for gate in closed), missing),
        status=row.status or "unknown",
    )


def _decided(row: access.Row) -> str:
    """The place; the page says beside it what kind of grant it is, unless a gate decided."""
    decision = row.decided_by
    if row.usable is False and decision.by not in ("grant", "default"):
        return f"{decision.by.replace('_', ' ')}: {decision.place}"
    if row.unsure:
        return f"{decision.place} (unknown: {', '.join(row.unsure).replace('_', ' ')})"
    return decision.place


def _own_findings(material: ReportInput) -> dict[str, tuple[Problem, ...]]:
    """Findings about one application, by its key."""
    view = material.view
    return {
        key: (*_about(material, key), *material.outside.get(key, ()))
        for key in (*view.declared, *view.pending_deletion)
    }


def _about(material: ReportInput, key: str) -> Iterator[Problem]:
    """Those in its file, or in its line of the environment's."""
    view = material.view
    lines = tuple(f"{name}.{key}" for name in ("applications", "adopt", "advance_anyway"))
    for problem in material.findings if key in view.declared else ():
        in_line = problem.file == view.catalog.file and problem.field.startswith(lines)
        if problem.file == user_file(view, key) or in_line:
            yield problem
