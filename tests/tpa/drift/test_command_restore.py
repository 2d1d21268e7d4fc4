"""`tpa drift --restore`: what is restored, and the message where something is not."""

from pathlib import Path

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import WIDGET, Run
from tests.tpa.drift.running import NAME


def test_only_what_is_named_is_restored(run: Run, stack: AppliedStack) -> None:
    """Neither another property of the same application, nor a change of the files."""
    stack.project.write("stacks/applications/widget.yaml", {**WIDGET, "name": "Pending"})
    stack.change(name="Other", description="theirs")
    ended = run(stack.root, "drift", "--restore", "--yes", NAME)
    assert ended.status == 0
    assert stack.tenant.writes() == [("PATCH", f"/clients/{stack.clients['portal']}")]
    assert (stack.client()["name"], stack.client()["description"]) == ("Portal", "theirs")
    assert stack.client("widget")["name"] == "Widget"
    assert run(stack.root, "drift").status == 1


def test_everything_is_restored_as_it_was(run: Run, stack: AppliedStack) -> None:
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


def test_without_confirmation_nothing_is_changed(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other")
    ended = run(stack.root, "drift", "--restore")
    assert ended.status == 2
    assert "nothing was changed: dev has a real tenant, and without a terminal" in ended.error
    assert f"changes /clients/{stack.clients['portal']} ({NAME})" in ended.error
    assert stack.tenant.writes() == []


def test_a_failed_request_is_reported_with_what_was_restored_before(
    run: Run, stack: AppliedStack
) -> None:
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


def test_nothing_is_recreated_while_files_are_not_applied(run: Run, stack: AppliedStack) -> None:
    stack.project.write("stacks/applications/widget.yaml", {**WIDGET, "name": "Pending"})
    stack.tenant.api("DELETE", f"/clients/{stack.clients['portal']}")
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "left as it is: applications/portal: it has to be recreated" in ended.error
    assert "not applied yet (widget)" in ended.error
    assert stack.tenant.writes() == []


def test_the_engine_is_not_started_for_what_the_state_does_not_have(
    run: Run, stack: AppliedStack
) -> None:
    stack.tenant.api("DELETE", f"/client-grants/{stack.grant_id()}")
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "the stack's state does not have it: make up ENV=dev creates it" in ended.error
    assert Path(stack.root / "state.json").exists()
