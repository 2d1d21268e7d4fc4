"""`tpa drift --restore`: changes made outside are undone in the tenant."""

from collections.abc import Sequence

from tpa.drift.differences import Difference
from tpa.drift.reading import EnvironmentStates
from tpa.engine.workspace import Workspace


def restore_differences(
    workspace: Workspace, seen: EnvironmentStates, chosen: Sequence[Difference], *, yes: bool
) -> bool:
    """Restores what the last update applied; whether all that was planned was done."""
    raise NotImplementedError
