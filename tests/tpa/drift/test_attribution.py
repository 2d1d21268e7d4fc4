"""What an update of ours left when it failed was not changed outside."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.scenario import USER_GRANT, in_sync
from tests.tpa.drift.test_restore_plan import state_of
from tpa.drift.attribution import attributed_differences
from tpa.environments.stack_state import StackState, StateResources

WIDE = ("read:orders", "write:orders")


@pytest.mark.parametrize(
    ("failed", "grant", "name"),
    [
        ("portal-grant-orders-user", "files", "outside"),
        ("portal-client", "outside", "files"),
        ("", "outside", "outside"),
    ],
)
def test_only_what_failed_is_ours(tmp_path: Path, failed: str, grant: str, name: str) -> None:
    """The files were put back after a run that wrote half of it."""
    changed = in_sync(tmp_path).grant(USER_GRANT, scopes=WIDE).client("portal", name="Other")
    held = tuple(replace(e, failed=e.name == failed) for e in state_of(changed).resources)
    state = StackState(resources=StateResources(held))
    seen = replace(changed.seen, record=changed.view.catalog.record, state=state)
    found = {each.name: each.changed_by for each in attributed_differences(seen)}
    assert found == {"applications/portal/name": name, "grants/portal/orders/user": grant}
