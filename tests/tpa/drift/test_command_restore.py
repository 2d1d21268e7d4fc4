"""`tpa drift --restore`: the tenant as it was, and an account of what could not be restored."""

from pathlib import Path

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import WIDGET, Run
from tests.tpa.drift.drifting import NAME


def test_only_what_is_named_is_restored(run: Run, stack: AppliedStack) -> None:
    """Neither another property of the same application, nor a file that is ahead."""
    stack.project.write("stacks/applications/widget.yaml", {**WIDGET, "name": "Pending"})
    stack.change(name="Other", description="theirs")
    ended = run(stack.root, "drift", "--restore", "--yes", NAME)
    assert ended.status == 0
    assert stack.tenant.writes() == [("PATCH", f"/clients/{stack.clients['portal']}")]
    assert (stack.client()["name"], stack.client()["description"]) == ("Portal", "theirs")
    assert stack.client("widget")["name"] == "Widget"
    assert run(stack.root, "drift").status == 1


def test_all_is_restored_as_it_was(run: Run, stack: AppliedStack) -> None:
    before = stack.tenant.api("GET", "/client-grants").json(), stack.client()
    stack.change(name="Other", client_metadata={"a/b": "x"}, grant_types=["authorization_code"])
    path = f"/client-grants/{stack.grant_id()}"
    assert stack.tenant.api("PATCH", path, {"scope": []}).status_code == 200
    extra = {"audience": "https://orders.test", "subject_type": "user", "scope": []}
    stack.tenant.api.create("/client-grants", {**extra, "client_id": stack.clients["widget"]})
    stack.tenant.promote("customers", promoted=False)
    assert run(stack.root, "drift").status == 1
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    now = stack.tenant.api("GET", "/client-grants").json(), stack.client()
    for one in (before[1], now[1]):
        one.pop("updated_at", None)
    assert now == before


def test_nobody_who_agrees_means_nothing_is_changed(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other")
    ended = run(stack.root, "drift", "--restore")
    assert ended.status == 2
    assert "nothing was changed: dev has a real tenant, and nobody is there" in ended.error
    assert f"changes /clients/{stack.clients['portal']} ({NAME})" in ended.error
    assert stack.tenant.writes() == []


def test_a_write_that_fails_on_the_way_leaves_an_account(run: Run, stack: AppliedStack) -> None:
    stack.change("portal", name="Other")
    stack.change("widget", name="Other")
    path = f"/api/v2/clients/{stack.clients['widget']}"
    fault = {"do": "status", "status": 400, "method": "PATCH", "path": path, "count": 1}
    stack.tenant.api.control("POST", "/faults", fault)
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 2
    assert f"restored before that: {NAME}\n" in ended.error
    assert "not restored: applications/widget/name\n" in ended.error
    assert run(stack.root, "drift", "--restore", "--yes").status == 0


def test_what_is_gone_is_not_made_while_files_are_ahead(run: Run, stack: AppliedStack) -> None:
    stack.project.write("stacks/applications/widget.yaml", {**WIDGET, "name": "Pending"})
    stack.tenant.api("DELETE", f"/clients/{stack.clients['portal']}")
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "left as it is: applications/portal: it has to be made anew" in ended.error
    assert "ahead of the last one (widget)" in ended.error
    assert stack.tenant.writes() == []


def test_no_engine_is_asked_for_what_it_does_not_hold(run: Run, stack: AppliedStack) -> None:
    stack.tenant.api("DELETE", f"/client-grants/{stack.grant_id()}")
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "the stack does not hold it: make up ENV=dev makes it" in ended.error
    assert Path(stack.root / "state.json").exists()
