"""What tests that run `tpa drift` share, and which lines of the files changed."""

import difflib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.scenario import FILES, Scenario
from tpa.comparison.differences import Difference
from tpa.comparison.locations import dated_reason
from tpa.drift.accept import write_live_values
from tpa.files.catalog import load_catalog
from tpa.files.editing import StagedFiles, staged

NAME = "applications/portal/name"
RULE = {"applications/*/description": "partners word it"}


def report(run: Run, stack: AppliedStack, *arguments: str) -> Any:
    return json.loads(run(stack.root, "drift", "--json", *arguments).output)


def dev_file(stack: AppliedStack) -> dict[str, Any]:
    return {
        "tenant": stack.tenant.domain,
        "connections": {"customers": "customers"},
    }


TODAY = dated_reason("found live")


def lines(stage: StagedFiles) -> list[str]:
    """The changed lines of all files, with - or + in front."""
    found = []
    for file in stage.changed:
        old = FILES[file.removeprefix("stacks/").removesuffix(".yaml")]
        now = (stage.read(file) or "").splitlines()
        compared = list(difflib.unified_diff(old.splitlines(), now, n=0, lineterm=""))[2:]
        found += [f"{line[0]} {line[1:]}" for line in compared if line[0] in "-+"]
    return found


def accepted(
    root: Path, scenario: Scenario, chosen: Iterable[Difference] | None = None
) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The changed lines; path -> why not; and who changed what still differs."""
    with staged(root) as stage:
        refused = write_live_values(stage, scenario.view, chosen or scenario.differences().values())
        catalog = load_catalog(stage.copy, "dev")
        after = Scenario(replace(scenario.view, catalog=catalog), scenario.last)
        return lines(stage), refused, after.changed_by()
