"""The differences of `tpa drift`: which are ours, and what a path may match."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.scenario import USER_GRANT, Scenario, in_sync, scenario_of, write
from tests.tpa.drift.test_restore_plan import state_of
from tpa.drift.selection import attributed_differences, compared_names, is_meaningful
from tpa.environments.stack_state import StackState, StateResources
from tpa.files.declaration import declaration_in


def accepted(scenario: Scenario, pattern: str) -> bool:
    return is_meaningful(scenario.seen, pattern, compared_names(scenario.seen))


@pytest.mark.parametrize(
    "pattern",
    [
        *("*", "agents/*", "applications/portal", "applications/*/description"),
        *("tenant/*", "tenant/rate_limit", "organizations/northwind/third_parties"),
        # Nothing exists there now.
        *("grants/widget/*", "grants/widget/orders/user", "default_permissions/orders/client"),
        "applications/widget/rate_limit",
    ],
)
def test_what_is_compared_may_be_named(tmp_path: Path, pattern: str) -> None:
    assert accepted(in_sync(tmp_path), pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "nope", "application/*", "applications/nope", "applications/nope/*", "grants/nope/*"),
        *("applications/portal/", "applications/portal/nam", "grants/portal/nope/user"),
        *("connections/nope", "organizations/nope/*", "tenant/nope"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, pattern: str) -> None:
    assert not accepted(in_sync(tmp_path), pattern)


def test_a_setting_that_no_file_states_is_not_compared(tmp_path: Path) -> None:
    catalog = write(tmp_path, tenant="{}\n")
    scenario = scenario_of(catalog, declaration_in(catalog.record), catalog)
    assert not accepted(scenario, "tenant/error_page/url")
    assert accepted(scenario, "tenant/*")


def test_what_could_not_be_read_may_be_named(tmp_path: Path) -> None:
    unread = in_sync(tmp_path).tenant(missing_scopes=("read:connections",))
    assert accepted(unread, "connections/nope")


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
