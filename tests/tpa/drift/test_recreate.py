"""What the engine has to recreate, and the check before it does."""

from pathlib import Path

import pytest

from tests.tpa.drift.restoring import names, plan
from tests.tpa.drift.scenario import USER_GRANT, Change, in_sync


def test_a_deleted_client_is_recreated_with_all_that_refers_to_it(
    tmp_path: Path,
) -> None:
    """Another application's name begins with the same letters."""
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.ours["portal"]).tenant(rate_limits={}))
    assert found.recreated_clients == ["portal"]
    assert names(found.refreshed) == [
        "portal-client",
        "portal-credentials",
        "portal-grant-orders-user",
        "portal-grant-orders-client",
    ]
    assert "rate-limits-portal" in names(found.replaced)


def test_a_rate_limit_that_still_exists_is_refreshed(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.ours["portal"]))
    assert names(found.refreshed)[-1] == "rate-limits-portal"
    assert found.replaced == []


def test_a_deleted_agent_is_replaced_unread(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.ours["helper"]))
    assert names(found.replaced) == ["helper-client", "helper-grant-orders-user"]
    assert (found.refreshed, found.recreated_clients) == ([], ["helper"])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda s: s.grant(USER_GRANT), "portal-grant-orders-user"),
        (lambda s: s.grant("cgr_default_catalog_user"), "default-permissions-catalog-user"),
        (lambda s: s.client("portal", keys=1), "portal-credentials"),
        (
            lambda s: s.client("portal", token_endpoint_auth_method="private_key_jwt"),
            "portal-credentials",
        ),
    ],
)
def test_objects_with_an_id_of_their_own_are_recreated_by_the_engine(
    tmp_path: Path, change: Change, name: str
) -> None:
    found = plan(change(in_sync(tmp_path)))
    assert (names(found.refreshed), found.requests) == ([name], [])
