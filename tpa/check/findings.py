"""The findings of `tpa check` about an environment: its files, tenant, state, and the gate.

Reading the state needs an engine. Without one, or where it can't read the state, the checks that
need the state are left out, with a note.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from auth0_third_party.management import ManagementError
from tpa.engine.session import open_management
from tpa.environments.difference import difference
from tpa.environments.gate import check_gate
from tpa.environments.stack_state import StackState, other_tenant
from tpa.errors import TpaError
from tpa.files.catalog import Catalog, empty_catalog
from tpa.files.problems import CatalogError, Problem
from tpa.files.record import UnreadableRecord
from tpa.files.warnings import plain_warnings
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import read_state_if_possible, stack_tag
from tpa.tenant.snapshot import TenantSnapshot
from tpa.terminal.progress import Progress, progress

NOTED = frozenset({"application-removed", "agent-removed", "owner-changed"})
"""Changes of a partner that the next update makes, and that no check refuses."""


@dataclass(frozen=True)
class Findings:
    """What was found, and one line for each check that was left out, and each of `NOTED`."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


class _LeftOut(Exception):
    """The earlier environment's state can't be had; a note, or another check, says why."""


@dataclass
class _Checking:
    root: Path
    catalog: Catalog
    going: Progress
    seen: TenantSnapshot | None = None
    notes: list[str] = field(default_factory=list)

    def run(self) -> Iterator[Problem]:
        yield from plain_warnings(self.catalog, self.root)
        state = self._state(self.catalog)
        yield from self._tenant(state)
        self._note_what_ends(state or StackState())
        if state is not None and self.catalog.environment.advances_from is not None:
            yield from self._gate(state)

    def _state(self, catalog: Catalog) -> StackState | None:
        """The state of an environment's stack; None, and a note, where it can't be read."""
        self.going.update(f"reading the state of {catalog.name}")
        state = read_state_if_possible(
            self.root,
            catalog,
            lambda why: self._note(f"not checked: the state of {catalog.name} ({why})"),
        )
        if state == StackState():
            self._note(f"{catalog.name} has never been applied")
        return state

    def _tenant(self, state: StackState | None) -> Iterator[Problem]:
        catalog = self.catalog
        self.going.update(f"reading the tenant of {catalog.name}")
        outputs, held = (state.outputs, state.resources) if state else ({}, None)
        known = state or StackState()
        try:
            with open_management(self.root, catalog, self.going.wait) as client:
                domain = client.credentials.domain
                other = other_tenant(catalog.environment, catalog.file, domain, known)
                if other is not None:
                    yield other
                    return
                look = run_preflight(
                    client,
                    catalog,
                    stack_tag(catalog),
                    outputs,
                    held,
                    documents=True,
                    snapshot=self.seen,
                )
        except ManagementError as error:
            raise TpaError(f"{catalog.file}: {error}\n  fix: {error.fix}") from None
        yield from look.problems

    def _note_what_ends(self, state: StackState) -> None:
        with suppress(UnreadableRecord):
            for each in difference(state.readable_record(), self.catalog.record):
                if each.kind in NOTED:
                    self._note(f"{each.application}: {each.what}")

    def _gate(self, state: StackState) -> Iterator[Problem]:
        """What the gate will say: warnings, since the files by themselves are fine."""
        try:
            result = check_gate(self.catalog, state, self._earlier_state)
        except _LeftOut:
            return
        for problem in (*result.problems, *result.warnings):
            yield replace(problem, severity="warning")

    def _earlier_state(self) -> StackState:
        source = self.catalog.environment.advances_from or ""
        try:
            state = self._state(empty_catalog(self.root, source))
        except CatalogError:
            raise _LeftOut from None  # its own check reports the problems of its files
        if state is None:
            raise _LeftOut
        return state

    def _note(self, text: str) -> None:
        self.notes.append(" ".join(text.split()))


def findings(root: Path, catalog: Catalog, seen: TenantSnapshot | None = None) -> Findings:
    """Everything that the tenant, the state and the earlier environment say about the files.

    `seen`: the tenant's lists, where they have just been read.

    Raises:
        TpaError: the tenant can't be read.
    """
    with progress(f"checking {catalog.name}") as going:
        checking = _Checking(root, catalog, going, seen)
        problems = tuple(dict.fromkeys(checking.run()))
    return Findings(problems, tuple(checking.notes))
