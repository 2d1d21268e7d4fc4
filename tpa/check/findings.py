"""What `tpa check` has to say about an environment: its files, its tenant, its stack, its gate.

The stack's state needs an engine. Where there is none, or it can't read the state, what only the
state knows is left out, with a note.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auth0_third_party.management import ManagementError
from pulumi_toolchain.choice import Choice
from pulumi_toolchain.errors import ToolchainError
from tpa.engine.session import open_management
from tpa.engine.stack_export import StackState, stack_state
from tpa.engine.workspace import Workspace
from tpa.environments.proof import Verdict, judge, questions
from tpa.environments.stack_state import other_tenant
from tpa.errors import TpaError
from tpa.files.catalog import Catalog, bare_catalog
from tpa.files.problems import CatalogError, Problem
from tpa.files.warnings import unowned
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import stack_tag
from tpa.tenant.snapshot import TenantSnapshot
from tpa.terminal.progress import Progress, progress


@dataclass(frozen=True)
class Findings:
    """What was found, and one line for each thing that could not be looked at."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Checking:
    """One check under way."""

    root: Path
    catalog: Catalog
    going: Progress
    seen: TenantSnapshot | None = None
    notes: list[str] = field(default_factory=list)

    def run(self) -> Iterator[Problem]:
        yield from unowned(self.catalog)
        state = self._state(self.catalog)
        yield from self._tenant(state)
        if state is not None and self.catalog.environment.advances_from is not None:
            yield from self._gate(state)

    def _state(self, catalog: Catalog) -> StackState | None:
        """What the stack holds; None, and a note, where nobody can tell."""
        self.going.update(f"reading the state of {catalog.name}")
        try:
            state = stack_state(Workspace(self.root, catalog, Choice.load(self.root)))
        except (TpaError, ToolchainError, OSError) as error:
            self._note(f"not looked at: what {catalog.name} holds and recorded ({error})")
            return None
        if state == StackState():
            self._note(f"{catalog.name} has never been applied")
        return state

    def _tenant(self, state: StackState | None) -> Iterator[Problem]:
        catalog = self.catalog
        self.going.update(f"looking at the tenant of {catalog.name}")
        outputs, held = (state.outputs, state.resources) if state else ({}, None)
        try:
            with open_management(self.root, catalog, self.going.wait) as client:
                domain = client.credentials.domain
                moved = other_tenant(catalog.environment, catalog.file, domain, outputs)
                if moved is not None:
                    yield moved
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

    def _gate(self, state: StackState) -> Iterator[Problem]:
        """What the stack will refuse because the environment before it has not applied it yet."""
        source = self.catalog.environment.advances_from or ""
        try:
            before = state.record(self.catalog.name)
            after = self.catalog.record.after(before)
            if not questions(before, after) and not before.overrides:
                yield from gate_warnings(self.catalog, Verdict((), (), {}))
                return
            found = self._state(bare_catalog(self.root, source))
            if found is None:
                return
            earlier = found.record(source)
        except TpaError as error:
            self._note(f"not looked at: what {self.catalog.name} may take over ({error})")
            return
        except CatalogError:
            return  # the files of an environment that can't be used are told by its own check
        reasons = self.catalog.environment.advance_anyway
        yield from gate_warnings(self.catalog, judge(before, after, earlier, source, reasons))

    def _note(self, text: str) -> None:
        self.notes.append(" ".join(text.split()))


def findings(root: Path, catalog: Catalog, seen: TenantSnapshot | None = None) -> Findings:
    """Everything that the tenant, the state and the environment before say about the files.

    `seen`: the tenant's lists, where they have just been read.

    Raises:
        TpaError: the tenant can't be looked at.
    """
    with progress(f"looking at {catalog.name}") as going:
        checking = _Checking(root, catalog, going, seen)
        problems = tuple(dict.fromkeys(checking.run()))
    return Findings(problems, tuple(checking.notes))


def gate_warnings(catalog: Catalog, verdict: Verdict) -> Iterator[Problem]:
    """The verdict ahead of the update that it will stop: warnings, since files alone are fine."""
    name, source = catalog.name, catalog.environment.advances_from or ""
    why = f"{name} takes only what was tried in {source}, the environment it advances from"
    if verdict.refused:
        keys = ", ".join(verdict.refused)
        what = f"{name} will refuse {keys} until {source} has applied the same"
        fix = f"run make up ENV={source} with these files first"
        yield Problem(catalog.file, 0, "advances_from", what, why, fix, "warning")
    for key in verdict.reused:
        what = f"{name} will refuse {key}: the reason was given for another definition"
        fix = "write why this one goes ahead"
        yield Problem(catalog.file, 0, f"advance_anyway.{key}", what, why, fix, "warning")
    for key in catalog.environment.advance_anyway:
        if key not in (*verdict.overrides, *verdict.refused, *verdict.reused):
            what, why = "is not needed", "it would let the next change pass unseen"
            field = f"advance_anyway.{key}"
            yield Problem(catalog.file, 0, field, what, why, "remove it", "warning")
