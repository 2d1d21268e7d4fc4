"""The way back of an application: what differs is written, and no other property."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.restorations import HELD, PORTAL, plan
from tests.tpa.drift.values import settled
from tpa.drift.restore_plan import Ground, restoration
from tpa.drift.restore_writes import PLANS


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"name": "Other"}, {"name": "Portal"}),
        ({"callbacks": ()}, {"callbacks": ["https://dev.acme.test/cb"]}),
        (
            {"redirection_policy": "allow_always"},
            {"redirection_policy": "open_redirect_protection"},
        ),
        (
            {"token_endpoint_auth_method": "client_secret_basic"},
            {"token_endpoint_auth_method": "client_secret_post"},
        ),
        (
            {"access_token_lifetime": 60},
            {"jwt_configuration": {"lifetime_in_seconds": 3600, "alg": "RS256"}},
        ),
        ({"client_metadata.plan": None}, {"client_metadata": {"plan": "gold"}}),
        (
            {"client_metadata.plan": "x", "client_metadata.a/b": "y"},
            {"client_metadata": {"plan": "gold", "a/b": None}},
        ),
        (
            {"refresh_token.leeway": 9, "refresh_token.token_lifetime": "unlimited"},
            {
                "refresh_token": {
                    "rotation_type": "non-rotating",
                    "expiration_type": "expiring",
                    "leeway": 3,
                    "token_lifetime": 2592000,
                    "idle_token_lifetime": 1296000,
                    "infinite_token_lifetime": False,
                    "infinite_idle_token_lifetime": False,
                }
            },
        ),
    ],
)
def test_an_application_gets_back_the_properties_that_differ_and_no_other(
    tmp_path: Path, changes: dict[str, Any], body: Mapping[str, Any]
) -> None:
    found = plan(settled(tmp_path).client("portal", **changes))
    (write,) = found.writes
    assert (write.method, write.path, write.body) == ("PATCH", PORTAL, body)
    assert len(write.settles) == len(changes)
    assert found.left == {}


def test_a_block_that_is_written_whole_keeps_what_was_not_chosen(tmp_path: Path) -> None:
    bent = settled(tmp_path).client(
        "portal", **{"refresh_token.leeway": 9, "refresh_token.idle_token_lifetime": 77}
    )
    chosen = [bent.differences()["applications/portal/refresh_token.leeway"]]
    found = restoration(Ground(bent.view, bent.last, HELD), chosen, PLANS)
    block = found.writes[0].body["refresh_token"]
    assert (block["leeway"], block["idle_token_lifetime"]) == (3, 77)


def test_the_marks_come_back_and_one_that_was_never_ours_goes(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    old = sides.view.managed["portal"]
    found = plan(sides.replaced(old, replace(old, tag=("", ""), owner="")))
    tags = {"tpa_application": "portal", "tpa_stack": "project/dev", "tpa_owner": "Acme"}
    assert found.writes[0].body == {"client_metadata": tags}


def test_a_conflict_goes_back_to_what_the_last_update_left(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", name="live")
    (each,) = bent.differences().values()
    both = each.model_copy(update={"owner": "both", "declared": "file"})
    found = restoration(Ground(bent.view, bent.last, HELD), [both], PLANS)
    assert found.writes[0].body == {"name": "Portal"}
