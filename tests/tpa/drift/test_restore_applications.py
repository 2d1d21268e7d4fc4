"""How an application is restored: the properties that differ, and no others."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tpa.drift.restore_plan import RestoreContext, plan_restore
from tpa.drift.restore_requests import PLANNERS

from tests.tpa.drift.restoring import PORTAL, STATE, plan
from tests.tpa.drift.scenario import in_sync


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
        ({"client_metadata/plan": None}, {"client_metadata": {"plan": "gold"}}),
        (
            {"client_metadata/plan": "x", "client_metadata.a/b": "y"},
            {"client_metadata": {"plan": "gold", "a/b": None}},
        ),
        (
            {"refresh_token/leeway": 9, "refresh_token/token_lifetime": "unlimited"},
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
def test_the_properties_that_differ_are_restored_and_no_others(
    tmp_path: Path, changes: dict[str, Any], body: Mapping[str, Any]
) -> None:
    found = plan(in_sync(tmp_path).client("portal", **changes))
    (request,) = found.requests
    assert (request.method, request.path, request.body) == ("PATCH", PORTAL, body)
    assert len(request.restores) == len(changes)
    assert found.not_restored == {}


def test_a_block_that_is_written_as_a_whole_keeps_what_was_not_chosen(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client(
        "portal", **{"refresh_token/leeway": 9, "refresh_token/idle_token_lifetime": 77}
    )
    chosen = [drifted.differences()["applications/portal/refresh_token/leeway"]]
    found = plan_restore(RestoreContext(drifted.view, drifted.last, STATE), chosen, PLANNERS)
    block = found.requests[0].body["refresh_token"]
    assert (block["leeway"], block["idle_token_lifetime"]) == (3, 77)


def test_the_ownership_tags_are_restored(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    old = scenario.view.managed["portal"]
    found = plan(scenario.replaced(old, replace(old, tag=("", ""), owner="")))
    tags = {"tpa_application": "portal", "tpa_stack": "project/dev", "tpa_owner": "Acme"}
    assert found.requests[0].body == {"client_metadata": tags}


def test_a_conflict_is_restored_to_what_was_applied(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("portal", name="live")
    (each,) = drifted.differences().values()
    both = each.model_copy(update={"changed_by": "both", "declared": "files"})
    found = plan_restore(RestoreContext(drifted.view, drifted.last, STATE), [both], PLANNERS)
    assert found.requests[0].body == {"name": "Portal"}
