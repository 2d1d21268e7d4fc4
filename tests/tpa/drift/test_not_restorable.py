"""What is left as it is on the way back, and the reason that is told."""

from pathlib import Path

import pytest

from tests.tpa.drift.paths import MINE
from tests.tpa.drift.restorations import plan
from tests.tpa.drift.values import Bend, settled
from tpa.tenant.objects import Connection


def test_nothing_is_made_anew_while_the_files_are_ahead(tmp_path: Path) -> None:
    """An update would write down definitions as applied that are not."""
    sides = settled(tmp_path).grant(MINE).client("widget", name="x")
    found = plan(sides, ahead=("portal",))
    assert found.refreshed == []
    assert "ahead of the last one (portal)" in found.left["grants/portal/orders/user"]
    assert [write.path for write in found.writes] == ["/clients/tpc_widget"]


@pytest.mark.parametrize(
    ("ahead", "way"),
    [
        (("widget",), "run make up ENV=dev, then this again"),
        (("portal",), "take that change out of the files, run this again, then put it back"),
        (
            ("portal", "widget"),
            "take the change to portal out of the files, run make up ENV=dev, then this again",
        ),
    ],
)
def test_what_comes_first_is_something_that_works(
    tmp_path: Path, ahead: tuple[str, ...], way: str
) -> None:
    """An update can't change what is not there."""
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.managed["portal"]), ahead)
    assert f"({', '.join(ahead)}); {way}" in found.left["applications/portal"]


def test_what_comes_first_for_things_of_no_application(tmp_path: Path) -> None:
    sides = settled(tmp_path).grant("cgr_default_catalog_user")
    found = plan(sides.look(rate_limits={}), ("default_permissions", "tenant_settings"))
    for path, own in (
        ("default_permissions/catalog/user", "default_permissions"),
        ("tenant/rate_limit", "tenant_settings"),
    ):
        assert f"take the change to {own} out" in found.left[path]


@pytest.mark.parametrize(
    ("bend", "path", "why"),
    [
        (
            lambda s: s.look(
                connections={**s.seen.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "maybe for others; close it in the dashboard, let an application of the files name",
        ),
        (lambda s: s.look(connections={}), "connections/customers", "no such connection"),
        (
            lambda s: s.look(organizations={}),
            "organizations/northwind/third_parties",
            "no such organization",
        ),
        (
            lambda s: s.client("portal", security_mode="permissive"),
            "applications/portal/security_mode",
            "Auth0 fixes it",
        ),
        (
            lambda s: s.client("widget", keys=1),
            "applications/widget/keys",
            "does not hold it: make up ENV=dev",
        ),
    ],
)
def test_what_stays_is_told_with_its_reason(
    tmp_path: Path, bend: Bend, path: str, why: str
) -> None:
    found = plan(bend(settled(tmp_path)))
    assert why in found.left[path]
    assert found.empty
