"""What the engine has to make anew on the way back."""

from pathlib import Path

import pytest

from tests.tpa.drift.paths import MINE
from tests.tpa.drift.restorations import names, plan
from tests.tpa.drift.values import Bend, settled


def test_a_client_that_is_gone_comes_back_with_all_that_hung_on_it_and_no_more(
    tmp_path: Path,
) -> None:
    """Another application's name begins with the same letters."""
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.managed["portal"]).look(rate_limits={}))
    assert found.reborn == ["portal"]
    assert names(found.refreshed) == [
        "portal-client",
        "portal-credentials",
        "portal-grant-orders-user",
        "portal-grant-orders-client",
    ]
    assert "rate-limits-portal" in names(found.replaced)


def test_a_policy_that_is_still_there_is_looked_at(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.managed["portal"]))
    assert names(found.refreshed)[-1] == "rate-limits-portal"
    assert found.replaced == []


def test_an_agent_that_is_gone_is_replaced_unread(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    found = plan(sides.replaced(sides.view.managed["helper"]))
    assert names(found.replaced) == ["helper-client", "helper-grant-orders-user"]
    assert (found.refreshed, found.reborn) == ([], ["helper"])


@pytest.mark.parametrize(
    ("bend", "name"),
    [
        (lambda s: s.grant(MINE), "portal-grant-orders-user"),
        (lambda s: s.grant("cgr_default_catalog_user"), "default-permissions-catalog-user"),
        (lambda s: s.client("portal", keys=1), "portal-credentials"),
        (
            lambda s: s.client("portal", token_endpoint_auth_method="private_key_jwt"),
            "portal-credentials",
        ),
    ],
)
def test_what_has_an_id_of_its_own_is_left_to_the_engine(
    tmp_path: Path, bend: Bend, name: str
) -> None:
    found = plan(bend(settled(tmp_path)))
    assert (names(found.refreshed), found.writes) == ([name], [])
