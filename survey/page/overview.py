"""The numbers at the head of the page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from survey.page.model import Report
from survey.page.words import unknown_fields


@dataclass(frozen=True)
class Count:
    """`alarming`: a number that somebody should look into, so it is set off where it is not 0."""

    number: int
    what: str
    alarming: bool = False


def overview(report: Report) -> tuple[Count, ...]:
    return tuple(_counts(report))


def _counts(report: Report) -> Iterator[Count]:
    """What the tenant was not asked for is left out: a 0 would say that all is well."""
    statuses = Counter(row.status for row in report.rows)
    blocked = sum(bool(row.blocked) for row in report.rows)
    yield Count(len(report.applications), "applications")
    yield Count(len(report.rows), "rights to call an API")
    yield Count(blocked, "of them blocked", alarming=True)
    if report.live and not {"applications", "access"} & unknown_fields(report.unknown).keys():
        yield Count(statuses["differs"], "differ from the files", alarming=True)
        yield Count(statuses["missing"], "not in the tenant", alarming=True)
        yield Count(statuses["outside"], "in no file", alarming=True)
    if statuses["unknown"] and report.live:
        yield Count(statuses["unknown"], "not compared", alarming=True)
    yield Count(findings_in(report), "findings", alarming=True)
    if (report.live or report.pending) and "pending" not in unknown_fields(report.unknown):
        yield Count(len(report.pending), "pending changes")


def findings_in(report: Report) -> int:
    return len(report.findings) + sum(len(card.findings) for card in report.applications)
