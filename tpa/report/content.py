"""The content of the report: rows and cards, and which finding belongs to which application."""

from collections.abc import Iterator

from tpa.access.rows import AccessRow
from tpa.files.problems import Problem
from tpa.report.cards import cards
from tpa.report.input import ReportInput
from tpa.report.model import Report, Row


def build_report(read: ReportInput, made_at: str) -> Report:
    """Everything on one page; `made_at` is ISO 8601, UTC."""
    view = read.view
    by_key = _findings_by_key(read)
    on_cards = {problem for problems in by_key.values() for problem in problems}
    return Report(
        environment=view.catalog.name,
        tenant=view.domain or view.catalog.environment.tenant,
        made_at=made_at,
        live=view.snapshot is not None,
        unknown=read.unknown,
        rows=tuple(map(_row, read.rows)),
        applications=tuple(cards(view, read.keys, by_key)),
        findings=tuple(problem for problem in read.problems if problem not in on_cards),
        pending=tuple(read.pending),
    )


def _row(row: AccessRow) -> Row:
    denials = (check.what for check in row.checks if check.passed is False)
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
        blocked=next(denials, missing),
        status=row.status or "unknown",
    )


def _decided(row: AccessRow) -> str:
    """The place; with the name of the check that decided, since the page names only the source."""
    decision = row.decided_by
    if row.usable is False and decision.by not in ("grant", "default"):
        return f"{decision.by.replace('_', ' ')}: {decision.place}"
    if row.unknown_checks:
        return f"{decision.place} (unknown: {', '.join(row.unknown_checks).replace('_', ' ')})"
    return decision.place


def _findings_by_key(read: ReportInput) -> dict[str, tuple[Problem, ...]]:
    """Findings that belong to one application, by its key."""
    return {
        key: (*_findings_of(read, key), *read.changed_outside.get(key, ()))
        for key in (*read.view.declared, *read.view.pending_deletion)
    }


def _findings_of(read: ReportInput, key: str) -> Iterator[Problem]:
    """Those in its own file, or in its line of the environment's file."""
    view = read.view
    lines = [(name, key) for name in ("applications", "adopt", "advance_anyway")]
    for problem in read.findings if key in view.declared else ():
        in_line = problem.file == view.catalog.file and problem.path[:2] in lines
        if problem.file == view.catalog.definition_file(key) or in_line:
            yield problem
