"""What was changed outside since the last update: the engine compares the files with its state, and
so writes none of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tpa.comparison.differences import Difference, changed_outside
from tpa.files.declaration import declaration_in
from tpa.files.problems import Problem
from tpa.files.record import UnreadableRecord, read_record
from tpa.preflight.context import PreflightContext

ORGANIZATIONS = "organizations"
"""Links of organizations take calls of their own, so `tpa drift` alone compares them."""
CLIENTS = ("applications", "agents")
"""One that is gone is reported by its id."""


def check_outside(context: PreflightContext, previous: Mapping[str, Any]) -> Iterator[Problem]:
    """Differences from what the last update applied (`previous`: its outputs), from the lists that
    were read anyway.
    """
    try:
        record = read_record(previous)
    except UnreadableRecord:
        return
    if context.held is None or not record.definitions:
        return
    for problems in changed_outside(context.view, declaration_in(record), _is_told).values():
        yield from problems


def _is_told(each: Difference) -> bool:
    """Whether it is about what the stack has, and about all that could be read."""
    kind, *rest = each.path
    if ORGANIZATIONS in (kind, rest[-1]) or (kind in CLIENTS and len(rest) == 1):
        return False
    return kind in (*CLIENTS, "grants") or (each.applied, each.declared) != (None, None)
