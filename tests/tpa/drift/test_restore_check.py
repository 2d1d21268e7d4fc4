"""What would keep the engine from making anew what was deleted, found before the first write."""

import pytest

from pulumi_toolchain.choice import Choice
from tests.tpa.applied_stack import AppliedStack
from tpa.drift.restore import check_update
from tpa.drift.restore_plan import RestorePlan
from tpa.engine.stack_export import stack_state
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.tenant.survey import survey


def check(stack: AppliedStack, plan: RestorePlan) -> None:
    workspace = Workspace(stack.root, stack.project.load(), Choice.load(stack.root))
    seen = survey(stack.root, workspace.catalog, stack_state(workspace))
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
    with pytest.raises(TpaError, match="is there already, and not this stack's"):
        check(stack, plan)
    plan.add("PATCH", path, {"scope": ["read:orders"]}, "grants/portal/orders/user")
    check(stack, plan)
