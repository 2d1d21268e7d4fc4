"""What can't be restored, and the reason that is shown."""

from pathlib import Path

import pytest

from tests.tpa.drift.restoring import plan
from tests.tpa.drift.scenario import USER_GRANT, Change, in_sync
from tpa.tenant.objects import Connection


def test_nothing_is_recreated_while_files_are_not_applied(tmp_path: Path) -> None:
    """The update would record definitions as applied that are not."""
    scenario = in_sync(tmp_path).grant(USER_GRANT).client("widget", name="x")
    found = plan(scenario, unapplied=("portal",))
    assert found.refreshed == []
    assert "not applied yet (portal)" in found.not_restored["grants/portal/orders/user"]
    assert [request.path for request in found.requests] == ["/clients/tpc_widget"]


@pytest.mark.parametrize(
    ("unapplied", "fix"),
    [
        (("widget",), "run make up ENV=dev, then this again"),
        (("portal",), "take that change out of the files, run this again, then put it back"),
        (
            ("portal", "widget"),
            "take the change to portal out of the files, run make up ENV=dev, then this again",
        ),
    ],
)
def test_the_fix_says_what_to_do_first(
    tmp_path: Path, unapplied: tuple[str, ...], fix: str
) -> None:
    """An update can't change an object that was deleted."""
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.managed["portal"]), unapplied)
    assert f"({', '.join(unapplied)}); {fix}" in found.not_restored["applications/portal"]


def test_the_fix_for_what_belongs_to_no_application(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path).grant("cgr_default_catalog_user")
    found = plan(scenario.tenant(rate_limits={}), ("default_permissions", "tenant_settings"))
    for path, own in (
        ("default_permissions/catalog/user", "default_permissions"),
        ("tenant/rate_limit", "tenant_settings"),
    ):
        assert f"take the change to {own} out" in found.not_restored[path]


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        (
            lambda s: s.tenant(
                connections={**s.snapshot.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "others may rely on it; demote it in the dashboard, let an application",
        ),
        (lambda s: s.tenant(connections={}), "connections/customers", "no such connection"),
        (
            lambda s: s.tenant(organizations={}),
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
            "does not have it: make up ENV=dev",
        ),
    ],
)
def test_what_can_not_be_restored_is_listed_with_its_reason(
    tmp_path: Path, change: Change, path: str, why: str
) -> None:
    found = plan(change(in_sync(tmp_path)))
    assert why in found.not_restored[path]
    assert found.empty
