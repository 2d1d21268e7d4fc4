"""What a path may name: everything that is compared, though nothing differs or is there."""

from pathlib import Path

import pytest

from tests.tpa.drift.values import Sides, beside, settled, write
from tpa.drift.selection import compared, names_something
from tpa.drift.states import applied


def names(sides: Sides, pattern: str) -> bool:
    return names_something(sides.view, pattern, compared(sides.view, sides.last))


@pytest.mark.parametrize(
    "pattern",
    [
        *("*", "agents/*", "applications/portal", "applications/*/description"),
        *("tenant/*", "tenant/rate_limit", "organizations/northwind/third_parties"),
        # Nothing is there now.
        *("grants/widget/*", "grants/widget/orders/user", "default_permissions/orders/client"),
        "applications/widget/rate_limit",
    ],
)
def test_what_is_compared_may_be_asked_for(tmp_path: Path, pattern: str) -> None:
    assert names(settled(tmp_path), pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "nope", "application/*", "applications/nope", "applications/nope/*", "grants/nope/*"),
        *("applications/portal/", "applications/portal/nam", "grants/portal/nope/user"),
        *("connections/nope", "organizations/nope/*", "tenant/nope"),
    ],
)
def test_anything_else_is_mistyped(tmp_path: Path, pattern: str) -> None:
    assert not names(settled(tmp_path), pattern)


def test_a_setting_that_no_file_states_is_not_compared(tmp_path: Path) -> None:
    catalog = write(tmp_path, tenant="{}\n")
    sides = beside(catalog, applied(catalog.record), catalog)
    assert not names(sides, "tenant/error_page/url")
    assert names(sides, "tenant/*")


def test_what_could_not_be_read_may_be_there(tmp_path: Path) -> None:
    blind = settled(tmp_path).look(missing_scopes=("read:connections",))
    assert names(blind, "connections/nope")
