"""Reading an environment for a command: its tenant, its stack's state, what was applied last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from auth0_third_party.management import ManagementClient
from tpa.engine.installation import known_pulumi
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.stack_state import StackState, StateResources, other_tenant
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.declaration import Declaration, declaration_in
from tpa.files.record import Record
from tpa.tenant.snapshot import TenantSnapshot, read_organization_links, read_tenant
from tpa.tenant.view import EnvironmentView
from tpa.terminal.progress import progress


def connect_and_read(
    root: Path, catalog: Catalog, resources: StateResources | None = None
) -> EnvironmentView:
    """Opens the environment's tenant and reads it, with progress on the terminal.

    Raises:
        TpaError, ManagementError: the tenant can't be read.
    """
    held = (resources or StateResources()).client_keys
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        return read_environment(client, catalog, stack_tag(catalog), held)


def read_environment(
    client: ManagementClient,
    catalog: Catalog,
    stack: str,
    held: Mapping[str, str] | None = None,
    *,
    limits: bool = False,
) -> EnvironmentView:
    """Reads the tenant by paged lists, in as few calls as the preflight checks.

    Args:
        limits: also read rate limit policies where the files declare none.

    Raises:
        ManagementError: the tenant can't be read.
    """
    snapshot = read_tenant(client, catalog, whole=True, limits=limits)
    named = (each.name for each in catalog.environment.organizations.values())
    links, unknown = read_organization_links(client, snapshot, named)
    snapshot = replace(snapshot, unknown_parts=(*snapshot.unknown_parts, *unknown))
    return EnvironmentView(catalog, stack, client.credentials.domain, snapshot, held or {}, links)


def stack_tag(catalog: Catalog) -> str:
    """The ownership tag of this stack's applications."""
    return f"{catalog.project}/{catalog.name}"


def read_state_if_possible(
    root: Path, catalog: Catalog, tell: Callable[[Exception], object] = lambda _: None
) -> StackState | None:
    """The stack's state; None where no engine is set up, or it can't be read: `tell` gets why."""
    try:
        return read_stack_state(Workspace(root, catalog, known_pulumi(root)))
    except (TpaError, OSError) as error:
        tell(error)
        return None


@dataclass(frozen=True)
class EnvironmentStates:
    """The files and the tenant (`view`), what the stack applied last, by its record, and the
    stack's state.
    """

    view: EnvironmentView
    last: Declaration
    record: Record = field(default_factory=Record)
    state: StackState = field(default_factory=StackState)

    @property
    def snapshot(self) -> TenantSnapshot:
        """The tenant."""
        return self.view.tenant

    @property
    def ever_applied(self) -> bool:
        return bool(self.record.definitions)


def read_states(root: Path, catalog: Catalog, state: StackState) -> EnvironmentStates:
    """Reads the tenant, and compares it with nothing yet.

    Raises:
        TpaError, ManagementError: the tenant or the record can't be read, or the stack was applied
            to another tenant.
    """
    record = state.record(catalog.name)
    view = connect_and_read(root, catalog, state.resources)
    moved = other_tenant(catalog.environment, catalog.file, view.domain, state)
    if moved is not None:
        raise TpaError(str(moved))
    return EnvironmentStates(view, declaration_in(record), record, state)
