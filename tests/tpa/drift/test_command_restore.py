"""`tpa drift --restore`: what is removed, what the engine is asked, and what is said."""

import pytest

from tests.tpa.applied_stack import AppliedStack, client_urn
from tests.tpa.conftest import WIDGET, Run
from tests.tpa.drift.running import NAME
from tpa.files.record import Identity

UP = "up --yes --skip-preview --suppress-outputs --refresh"


def add_default(stack: AppliedStack) -> str:
    body = {"audience": "https://orders.test", "subject_type": "user", "scope": []}
    body["default_for"] = "third_party_clients"
    made = stack.tenant.api.create("/client-grants", body)
    stack.tenant.forget_log()
    return f"/client-grants/{made['id']}"


def test_only_what_is_named_is_restored(run: Run, stack: AppliedStack) -> None:
    """A change of the files stays: the engine declares what was applied last."""
    stack.project.write("stacks/applications/widget.yaml", {**WIDGET, "name": "Pending"})
    stack.change("portal", name="Other", description="theirs")
    stack.change("widget", name="Other")
    add_default(stack)
    ended = run(stack.root, "drift", "--restore", "--yes", NAME)
    assert ended.status == 1  # no engine ran here
    target = f"--target {client_urn('portal')}"
    assert stack.engine_calls() == [f"{UP} {target} --stack dev --json restore=1"]
    assert stack.tenant.writes() == []
    assert f"the engine restores portal-client ({NAME})\n" in ended.error
    also = "restored too, as parts of these objects: applications/portal/description\n"
    assert also in ended.error


def test_what_was_added_outside_is_removed(run: Run, stack: AppliedStack) -> None:
    """The engine knows nothing of it."""
    added = add_default(stack)
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    assert f"removes {added} (default_permissions/orders/user)\n" in ended.error
    assert stack.tenant.writes() == [("DELETE", added)]
    assert stack.engine_calls() == []


def test_without_confirmation_nothing_is_changed(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other")
    added = add_default(stack)
    ended = run(stack.root, "drift", "--restore")
    assert ended.status == 2
    assert "nothing was changed: dev has a real tenant, and without a terminal" in ended.error
    for line in (f"the engine restores portal-client ({NAME})", f"removes {added}"):
        assert line in ended.error
    assert (stack.tenant.writes(), stack.engine_calls()) == ([], [])


def test_a_removal_that_fails_stops_it(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other")
    added = add_default(stack)
    fault = {"do": "status", "status": 400, "method": "DELETE", "path": f"/api/v2{added}"}
    stack.tenant.api.control("POST", "/faults", {**fault, "count": 1})
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 2
    assert "removed before that: nothing; nothing else was changed\n" in ended.error
    assert "then run tpa drift -e dev --restore again" in ended.error
    assert stack.engine_calls() == []


def test_an_engine_that_fails_is_no_success(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other")
    added = add_default(stack)
    stack.engine_fails()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "restored before that: default_permissions/orders/user\n" in ended.error
    assert f"not restored: {NAME}\n" in ended.error
    assert "then run tpa drift -e dev --restore again" in ended.error
    assert stack.tenant.writes() == [("DELETE", added)]


def test_what_the_engine_would_refuse_is_told_before_anything_is_changed(
    run: Run, stack: AppliedStack
) -> None:
    stack.change(name="Other")
    add_default(stack)
    found = stack.tenant.api("GET", "/connections").json()
    (customers,) = (each["id"] for each in found if each["name"] == "customers")
    stack.tenant.api("DELETE", f"/connections/{customers}")
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 2
    assert "nothing was changed: the engine's update would be refused:\n" in ended.error
    assert "has no connection 'customers'" in ended.error
    assert (stack.tenant.writes(), stack.engine_calls()) == ([], [])


def test_what_the_state_does_not_have_is_left_to_an_update(run: Run, stack: AppliedStack) -> None:
    stack.tenant.promote("customers", promoted=False)
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "the stack's state does not have it: tpa up -e dev creates it" in ended.error
    assert (stack.tenant.writes(), stack.engine_calls()) == ([], [])


@pytest.mark.parametrize("digest", ["1:0", "0"])
def test_a_record_that_can_not_be_declared_again_is_refused(
    run: Run, stack: AppliedStack, digest: str
) -> None:
    stack.change(name="Other")
    state = stack.root / "state.json"
    known = stack.project.load().record.definitions[Identity("widget")].digest
    state.write_text(state.read_text("utf-8").replace(known, digest), encoding="utf-8")
    ended = run(stack.root, "drift", "--restore", "--yes", NAME)
    assert ended.status == 2
    assert "nothing was changed: widget of dev was applied in a form" in ended.error
    assert stack.engine_calls() == []
