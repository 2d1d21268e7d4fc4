"""What an update would do, as its approver reads it: by meaning, and resource by resource."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from auth0_third_party.model.text import counted
from auth0_third_party.model.values import Model
from tpa.engine.display import STYLES, counts
from tpa.engine.pulumi import Engine
from tpa.engine.steps import Step
from tpa.environments.advance import changes_in_markdown, show_changes
from tpa.environments.difference import difference
from tpa.environments.risks import ORDER, Change
from tpa.environments.stack_state import StackState, state_in_export
from tpa.files.catalog import Catalog
from tpa.files.record import UnreadableRecord
from tpa.plan.inputs import domain_of
from tpa.terminal.markdown import LIMIT, Table, document, escaped, escaped_lines
from tpa.terminal.output import Rows, cell

EnginePlan = dict[str, Any]
"""What `pulumi preview --save-plan` writes."""
COLUMNS = ("does", "resource", "property", "now", "then")
ACTIONS = ("delete", "replace", "update", "import", "create")
"""What is to be looked at first."""


class Proposal(Model):
    """`changes` by meaning, `resources` as the engine changes them, without secrets, and how many
    stay `unchanged`; `warnings` and `errors` of the preview, or of the files.
    """

    environment: str
    tenant: str = ""
    changes: tuple[Change, ...] = ()
    resources: tuple[Step, ...] = ()
    unchanged: int = 0
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def changes_something(self) -> bool:
        return bool(self.changes or self.resources)


class NoPlan(Exception):
    """The preview failed; `proposal` has its errors, which were shown already."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("the preview failed")
        self.proposal = proposal


def preview(engine: Engine, exported: str, *, quiet: bool) -> tuple[EnginePlan, Proposal]:
    """Previews an update, without showing its steps.

    Args:
        exported: the state, as `pulumi stack export` prints it.

    Raises:
        NoPlan: it failed.
    """
    catalog = engine.workspace.catalog
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        command = ("preview", "--save-plan", str(file))
        status, display = engine.follow(*command, quiet=quiet, steps=False)
        proposal = Proposal(
            environment=catalog.name,
            tenant=domain_of(engine),
            changes=meaning_of(catalog, state_in_export(exported)),
            resources=in_order(display.steps),
            unchanged=display.unchanged,
            warnings=tuple(display.warnings),
            errors=tuple(display.errors) if status else (),
        )
        if status:
            if not proposal.errors:
                reason = "the preview failed, and gave no reason"
                proposal = proposal.model_copy(update={"errors": (reason,)})
            raise NoPlan(proposal)
        engine_plan: EnginePlan = json.loads(file.read_text(encoding="utf-8"))
        return engine_plan, proposal


def meaning_of(catalog: Catalog, state: StackState) -> tuple[Change, ...]:
    """What the files change of what the stack applied last; nothing where another version of this
    project applied it, which the preview reports.
    """
    try:
        before = state.readable_record()
    except UnreadableRecord:
        return ()
    return difference(before, catalog.record.after(before))


def in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Deletes first, then by kind and name."""
    known = {action: index for index, action in enumerate(ACTIONS)}
    return tuple(sorted(steps, key=lambda s: (known.get(s.action, -1), s.kind, s.name)))


def headline(proposal: Proposal) -> str:
    """`prod: 2 changes (1 high, 1 low), 1 resource to update`."""
    name = proposal.environment
    if proposal.errors:
        return f"{name}: no plan, {counted(len(proposal.errors), 'error')}"
    same = f"{proposal.unchanged:,} unchanged" if proposal.unchanged else ""
    if not proposal.changes_something:
        return ", ".join(filter(None, (f"{name}: nothing would change", same)))
    risks = [(risk, sum(each.risk == risk for each in proposal.changes)) for risk in ORDER]
    listed = ", ".join(f"{count:,} {risk}" for risk, count in risks if count)
    said = f"{counted(len(proposal.changes), 'change')} ({listed})" if listed else ""
    done = counts(proposal.resources, planned=True)
    return f"{name}: " + ", ".join(filter(None, (said, f"resources: {done}" if done else "", same)))


def show(console: Console, proposal: Proposal) -> None:
    """In a terminal; warnings and errors were shown when they came up."""
    console.print()
    console.print(cell(headline(proposal), "bold"))
    if proposal.changes:
        console.print()
        show_changes(console, proposal.changes)
    if proposal.resources:
        console.print()
        table = Rows(*COLUMNS)
        for step in proposal.resources:
            for action, *cells in _rows(step):
                table.add_row(cell(action, STYLES.get(action, "")), *map(cell, cells))
        table.show(console)
    console.print()


def markdown(proposal: Proposal, limit: int = LIMIT, link: str = "") -> str:
    """A comment or a job's summary; see `document` for `limit` and `link`."""
    parts: list[str | Table] = [f"### {escaped(headline(proposal))}"]
    parts += [f"- **error** {escaped_lines(each)}" for each in proposal.errors]
    parts += changes_in_markdown(proposal.changes)
    parts += [f"- **warning** {escaped_lines(each)}" for each in proposal.warnings]
    if proposal.resources:
        on = f" on {escaped(proposal.tenant)}" if proposal.tenant else ""
        rows = [row for step in proposal.resources for row in _rows(step)]
        parts += [f"What the engine will do{on}:", Table(COLUMNS, rows)]
    return document(parts, limit, link)


def _rows(step: Step) -> list[tuple[str, ...]]:
    """One row per property that changes; one for a resource that comes or goes as a whole."""
    head = (step.action, f"{step.kind} {step.name}")
    if step.action in ("update", "replace"):
        changed: list[tuple[str, ...]]
        changed = [(*head, each.property, each.before, each.after) for each in step.values]
        return changed or [(*head, "", "", "")]
    stated = "; ".join(f"{each.property}: {each.after}" for each in step.values)
    return [(*head, "", "", stated)]
