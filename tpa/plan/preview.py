"""A preview by the engine, as its own plan and as a proposal."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tpa.engine.pulumi import Engine
from tpa.environments.stack_state import state_in_export
from tpa.plan.inputs import domain_of
from tpa.plan.proposal import Proposal, in_order, meaning_of

EnginePlan = dict[str, Any]
"""What `pulumi preview --save-plan` writes."""


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
            tenant=domain_of(engine.workspace, engine),
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
