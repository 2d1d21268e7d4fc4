"""An environment seen from all sides: its files, its stack's record, its tenant."""

from dataclasses import dataclass
from pathlib import Path

from catalog import Catalog
from catalog.holdings import AGENT, CLIENT, Holdings
from catalog.same_tenant import other_tenant
from survey.applied import Applied, applied
from survey.view import View, look
from toolchain.choice import Choice
from toolchain.errors import ToolchainError
from tpa.engine import PROJECT
from tpa.errors import TpaError
from tpa.progress import progress
from tpa.recorded import StackState, stack_state
from tpa.session import open_management
from tpa.workspace import Workspace


@dataclass(frozen=True)
class Surveyed:
    """A live view, and what the stack applied last."""

    view: View
    last: Applied
    state: StackState


def mark(catalog: Catalog) -> str:
    """What this stack's applications carry in the tenant."""
    return f"{PROJECT}/{catalog.name}"


def live_view(root: Path, catalog: Catalog, holdings: Holdings | None = None) -> View:
    """The tenant beside the files, read while a person is told of waits.

    Raises:
        TpaError, ManagementError: it can't be looked at.
    """
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        return look(client, catalog, mark(catalog), keys_of(holdings or Holdings()))


def known_state(root: Path, catalog: Catalog) -> StackState | None:
    """What the stack's state tells; None where no engine is set up, or it can't read it."""
    try:
        return stack_state(Workspace(root, catalog, Choice.load(root)))
    except (TpaError, ToolchainError, OSError):
        return None


def survey(root: Path, catalog: Catalog, state: StackState) -> Surveyed:
    """The tenant beside the files and what the state tells.

    Raises:
        TpaError, ManagementError: one of them can't be looked at.
    """
    last = applied(state.record(catalog.name))
    view = live_view(root, catalog, state.holdings)
    moved = other_tenant(catalog.environment, catalog.file, view.domain, state.outputs)
    if moved is not None:
        raise TpaError(str(moved))
    return Surveyed(view, last, state)


def keys_of(holdings: Holdings) -> dict[str, str]:
    """Client id -> key of the application or agent that the state holds."""
    return {
        held.id: held.name.removesuffix("-client")
        for held in holdings.resources
        if held.type in (CLIENT, AGENT) and held.id
    }
