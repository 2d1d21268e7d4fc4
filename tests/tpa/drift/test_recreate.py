"""What would keep the engine from making anew what was deleted, found before the first write."""

import pytest

from pulumi_toolchain.choice import Choice
from tests.tpa.applied_stack import AppliedStack
from tpa.drift.reading import read_states
from tpa.drift.recreate import check_update
from tpa.drift.restore_plan import Restoration
from tpa.engine.stack_export import stack_state
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError


def look_before(stack: AppliedStack, plan: Restoration) -> None:
    workspace = Workspace(stack.root, stack.project.load(), Choice.load(stack.root))
    seen = read_states(stack.root, workspace.catalog, stack_state(workspace))
    check_update(workspace, seen, plan)


def test_an_update_that_nothing_stands_against(stack: AppliedStack) -> None:
    stack.tenant.api("DELETE", f"/clients/{stack.clients['portal']}")
    look_before(stack, Restoration(reborn=["portal"]))


def test_what_would_refuse_the_update_is_told_first(stack: AppliedStack) -> None:
    found = stack.tenant.api("GET", "/connections").json()
    (customers,) = (each["id"] for each in found if each["name"] == "customers")
    stack.tenant.api("DELETE", f"/connections/{customers}")
    with pytest.raises(TpaError, match=r"nothing was changed: .*\n.*has no connection 'customers'"):
        look_before(stack, Restoration())


def test_what_the_run_itself_sets_back_stands_against_nothing(stack: AppliedStack) -> None:
    path, plan = f"/client-grants/{stack.grant_id()}", Restoration()
    assert stack.tenant.api("PATCH", path, {"scope": []}).status_code == 200
    with pytest.raises(TpaError, match="already exists, and is not this stack's"):
        look_before(stack, plan)
    plan.write("PATCH", path, {"scope": ["read:orders"]}, "grants/portal/orders/user")
    look_before(stack, plan)
