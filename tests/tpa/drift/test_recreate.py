"""What the engine has to recreate, and the check before it does."""

from pathlib import Path

import pytest
from tpa.drift.restore_plan import RestorePlan

from pulumi_toolchain.choice import Choice
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.drift.restoring import names, plan
from tests.tpa.drift.scenario import USER_GRANT, Change, in_sync
from tpa.drift.reading import read_states
from tpa.drift.restore import check_update
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.errors import TpaError


def test_a_deleted_client_is_recreated_with_all_that_refers_to_it(
    tmp_path: Path,
) -> None:
    """Another application's name begins with the same letters."""
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.managed["portal"]).tenant(rate_limits={}))
    assert found.recreated_clients == ["portal"]
    assert names(found.refreshed) == [
        "portal-client",
        "portal-credentials",
        "portal-grant-orders-user",
        "portal-grant-orders-client",
    ]
    assert "portal-rate-limit" in names(found.replaced)


def test_a_rate_limit_that_still_exists_is_refreshed(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.managed["portal"]))
    assert names(found.refreshed)[-1] == "portal-rate-limit"
    assert found.replaced == []


def test_a_deleted_agent_is_replaced_unread(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    found = plan(scenario.replaced(scenario.view.managed["helper"]))
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


def check(stack: AppliedStack, plan: RestorePlan) -> None:
    workspace = Workspace(stack.root, stack.project.load(), Choice.load(stack.root))
    seen = read_states(stack.root, workspace.catalog, read_stack_state(workspace))
    check_update(workspace, seen, plan)


def test_an_update_that_would_not_be_refused(stack: AppliedStack) -> None:
    stack.tenant.api("DELETE", f"/clients/{stack.clients['portal']}")
    check(stack, RestorePlan(recreated_clients=["portal"]))


def test_a_refusal_is_reported_before_anything_is_changed(stack: AppliedStack) -> None:
    found = stack.tenant.api("GET", "/connections").json()
    (customers,) = (each["id"] for each in found if each["name"] == "customers")
    stack.tenant.api("DELETE", f"/connections/{customers}")
    with pytest.raises(TpaError, match=r"nothing was changed: .*\n.*has no connection 'customers'"):
        check(stack, RestorePlan())


def test_what_the_plans_own_requests_restore_is_no_refusal(stack: AppliedStack) -> None:
    path, plan = f"/client-grants/{stack.grant_id()}", RestorePlan()
    assert stack.tenant.api("PATCH", path, {"scope": []}).status_code == 200
    with pytest.raises(TpaError, match="already exists, and is not this stack's"):
        check(stack, plan)
    plan.add("PATCH", path, {"scope": ["read:orders"]}, "grants/portal/orders/user")
    check(stack, plan)
