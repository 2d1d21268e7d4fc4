"""Which lines of the files changed when differences were accepted."""

import difflib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.tpa.drift.values import FILES, Sides
from tpa.drift.accept import accept
from tpa.drift.accept_grants import reason_of
from tpa.drift.differences import Difference
from tpa.files.catalog import load_catalog
from tpa.files.editing import StagedFiles, staged

TODAY = reason_of("found live")


def lines(stage: StagedFiles) -> list[str]:
    """What changed in all files: lines with - and +, without those between."""
    found = []
    for file in stage.changed:
        old = FILES[file.removeprefix("stacks/").removesuffix(".yaml")]
        now = (stage.read(file) or "").splitlines()
        compared = list(difflib.unified_diff(old.splitlines(), now, n=0, lineterm=""))[2:]
        found += [f"{line[0]} {line[1:]}" for line in compared if line[0] in "-+"]
    return found


def accepted(
    root: Path, sides: Sides, chosen: Iterable[Difference] | None = None
) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The changed lines, what was left, and who moved afterwards."""
    with staged(root) as stage:
        left = accept(stage, sides.view, chosen or sides.differences().values())
        catalog = load_catalog(stage.copy, "dev")
        after = Sides(replace(sides.view, catalog=catalog), sides.last)
        return lines(stage), left, after.owners()
