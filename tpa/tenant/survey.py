"""An environment seen from all sides: its files, its stack's record, its tenant."""

from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain.choice import Choice
from pulumi_toolchain.errors import ToolchainError
from tpa.drift.states import LastApplied, last_applied
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.stack_state import AGENT, CLIENT, StackState, StateResources, other_tenant
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.tenant.view import View, look
from tpa.terminal.progress import progress


@dataclass(frozen=True)
class Surveyed:
    """A live view, and what the stack applied last."""

    view: View
    last: LastApplied
    state: StackState


def stack_tag(catalog: Catalog) -> str:
    """What this stack's applications carry in the tenant."""
    return f"{catalog.project}/{catalog.name}"


def live_view(root: Path, catalog: Catalog, resources: StateResources | None = None) -> View:
    """The tenant beside the files, read while a person is told of waits.

    Raises:
        TpaError, ManagementError: it can't be looked at.
    """
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        return look(client, catalog, stack_tag(catalog), keys_of(resources or StateResources()))


def known_state(root: Path, catalog: Catalog) -> StackState | None:
    """What the stack's state tells; None where no engine is set up, or it can't read it."""
    try:
        return read_stack_state(Workspace(root, catalog, Choice.load(root)))
    except (TpaError, ToolchainError, OSError):
        return None


def survey(root: Path, catalog: Catalog, state: StackState) -> Surveyed:
    """The tenant beside the files and what the state tells.

    Raises:
        TpaError, ManagementError: one of them can't be looked at.
    """
    last = last_applied(state.record(catalog.name))
    view = live_view(root, catalog, state.resources)
    moved = other_tenant(catalog.environment, catalog.file, view.domain, state.outputs)
    if moved is not None:
        raise TpaError(str(moved))
    return Surveyed(view, last, state)


def keys_of(resources: StateResources) -> dict[str, str]:
    """Client id -> key of the application or agent that the state holds."""
    return {
        held.id: held.name.removesuffix("-client")
        for held in resources.resources
        if held.type in (CLIENT, AGENT) and held.id
    }
