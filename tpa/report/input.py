"""Everything that the report is made of, read from files, tenant and state.

What was changed outside Pulumi is among its findings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from tpa.access.effective import access_rows
from tpa.access.rows import AccessRow
from tpa.check.findings import findings
from tpa.comparison.changed_outside import changed_outside
from tpa.engine.session import open_management
from tpa.environments.difference import difference
from tpa.environments.risks import Change
from tpa.environments.stack_state import StackState
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.declaration import declaration_in
from tpa.files.problems import Problem
from tpa.files.record import Record
from tpa.files.warnings import file_warnings
from tpa.report.credentials import Credentials, read_credentials
from tpa.tenant.reading import read_environment, read_state_if_possible, stack_tag
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import say
from tpa.terminal.progress import progress


@dataclass(frozen=True)
class ReportInput:
    """`findings`: of the files and of preflight. `changed_outside`: what was changed outside
    Pulumi, by the key of an application, "" where it belongs to none. `more_unknown`: what could
    not be read besides the parts of the tenant that `view` names.
    """

    view: EnvironmentView
    rows: Sequence[AccessRow]
    findings: Sequence[Problem] = ()
    pending: Sequence[Change] = ()
    credentials: Credentials = field(default_factory=Credentials)
    more_unknown: tuple[Unknown, ...] = ()
    changed_outside: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Everything that could not be read."""
        return (*self.view.unknown, *self.credentials.unknown, *self.more_unknown)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings of the page."""
        outside = (each for found in self.changed_outside.values() for each in found)
        return (*self.findings, *outside)


def read_files(catalog: Catalog) -> ReportInput:
    """The input of a report about the files only."""
    view = EnvironmentView(catalog, stack_tag(catalog))
    return ReportInput(view, access_rows(view), tuple(file_warnings(catalog)))


def read_all(root: FilePath, catalog: Catalog) -> ReportInput:
    """The input of a report about files, tenant and, where it can be read, the stack's state.

    Raises:
        TpaError, ManagementError: the tenant can't be read.
    """
    state = read_state_if_possible(root, catalog)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        held = state.resources.client_keys if state else {}
        view = read_environment(client, catalog, stack_tag(catalog), held)
        credentials = read_credentials(client, view)
    found = findings(root, catalog, view.snapshot)
    for note in found.notes:
        say(note)
    read = ReportInput(view, access_rows(view), found.problems, credentials=credentials)
    record = _record(state, catalog)
    if record is None:
        return replace(read, more_unknown=(Unknown("what was applied last", ""),))
    outside = changed_outside(view, declaration_in(record))
    pending = tuple(difference(record, catalog.record))
    return replace(read, pending=pending, changed_outside=outside)


def _record(state: StackState | None, catalog: Catalog) -> Record | None:
    """What the stack applied last; None where it is unknown."""
    if state is None:
        return None
    try:
        return state.record(catalog.name)
    except TpaError as error:
        say(str(error))
        return None
