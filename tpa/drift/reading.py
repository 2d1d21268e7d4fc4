"""Reading what a drift is found in: the files, what the stack applied last, and the tenant."""

from dataclasses import dataclass, field
from pathlib import Path

from tpa.environments.stack_state import StackState, other_tenant
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.declaration import Declaration, declaration_in
from tpa.files.record import Record
from tpa.tenant.reading import connect_and_read
from tpa.tenant.snapshot import TenantSnapshot
from tpa.tenant.view import EnvironmentView


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
        return self.view.snapshot or TenantSnapshot()

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
