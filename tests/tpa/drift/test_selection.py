"""What a path may match: everything that is compared, even if nothing differs or exists."""

from pathlib import Path

import pytest

from tests.tpa.drift.scenario import Scenario, in_sync, scenario_of, write
from tpa.drift.selection import compared_names, is_meaningful
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
