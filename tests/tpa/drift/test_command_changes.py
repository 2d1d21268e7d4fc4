"""`tpa drift --accept` and `--restore`: what they act on, what is asked, done and said."""

import pytest
import yaml

from tests.tpa.applied_stack import AppliedStack, client_urn
from tests.tpa.conftest import WIDGET, Run
from tests.tpa.drift.running import NAME, RULE, dev_file
from tpa.files.record import Identity

DESCRIPTION = "applications/portal/description"


def test_an_ignored_difference_does_not_count_and_is_neither_accepted_nor_restored(
    run: Run, stack: AppliedStack
) -> None:
    dev = {**dev_file(stack), "ignore_drift": {**RULE, "connections/none": "never"}}
    stack.project.write("stacks/dev.yaml", dev)
    stack.change(description="theirs")
    ended = run(stack.root, "drift")
    assert ended.status == 0
    assert "'connections/none' matches no difference now" in ended.error
    assert "'applications/*/description'" not in ended.error
    before = stack.files()
    for option in ("--restore", "--accept"):
        ended = run(stack.root, "drift", option, "--yes", DESCRIPTION)
        assert f"left as it is: {DESCRIPTION}: ignored: partners word it" in ended.error
    assert stack.tenant.writes() == []
    assert stack.files() == before


def test_a_conflict_is_accepted_only_if_its_path_is_named(run: Run, stack: AppliedStack) -> None:
    stack.project.portal(name="Mine")
    stack.change(name="Other")
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert f"left as it is: {NAME}: stacks/applications/portal.yaml:13 was changed" in ended.error
    assert stack.files() == before
    assert run(stack.root, "drift", "--accept", NAME).status == 0
    assert "name: Other\n" in stack.files()["portal.yaml"]


def test_a_conflict_is_restored_to_what_was_applied(run: Run, stack: AppliedStack) -> None:
    """The file's own change stays for the next update."""
    stack.project.portal(name="Mine")
    stack.change(name="Other")
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert f"the engine restores portal-client ({NAME})" in ended.error
    assert stack.engine_calls()[-1].endswith("restore=1")


def test_accept_and_restore_exclude_each_other(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "drift", "--accept", "--restore")
    assert ended.status == 2
    assert "choose one" in ended.error


def test_a_path_without_a_difference_can_not_be_restored(run: Run, stack: AppliedStack) -> None:
    """Listing it is no mistake."""
    stack.change(name="Other")
    assert run(stack.root, "drift", "connections/*").status == 0
    ended = run(stack.root, "drift", "--restore", "--yes", "applications/portal/nam")
    assert ended.status == 2
    assert "there is no difference 'applications/portal/nam'" in ended.error


def test_accepting_writes_lines_and_names_the_environments_that_share_them(
    run: Run, stack: AppliedStack
) -> None:
    staging = {**dev_file(stack), "tenant": "staging.auth0.com"}
    stack.project.write("stacks/staging.yaml", staging)
    stack.project.live("portal", environment="staging")
    stack.change(name="Other", callbacks=["https://dev.acme.test/cb"])
    ended = run(stack.root, "drift", "--accept")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    said = [line for line in ended.error.splitlines() if line.startswith("written")]
    assert said == ["written: stacks/applications/portal.yaml (also used by staging)"]
    portal = yaml.safe_load(stack.files()["portal.yaml"])
    assert portal["name"] == "Other"
    assert portal["environments"]["dev"] == {"callbacks": ["https://dev.acme.test/cb"]}
    assert stack.tenant.writes() == []


def test_a_value_that_breaks_a_rule_keeps_everything_from_being_written(
    run: Run, stack: AppliedStack
) -> None:
    stack.change(name="Other", callbacks=["http://acme.test/cb"])
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert "stacks/applications/portal.yaml:3: callbacks[0]: 'http://acme.test/cb' uses http" in (
        ended.error
    )
    assert "--accept was refused" in ended.error
    assert stack.files() == before
    assert run(stack.root, "drift", "--accept", NAME).status == 0


def test_a_value_that_breaks_another_environment_is_not_accepted(
    run: Run, stack: AppliedStack
) -> None:
    """In staging both APIs have one audience, which can't have two grants of one application."""
    staging = {**dev_file(stack), "tenant": "staging.auth0.com"}
    stack.project.write(
        "stacks/staging.yaml", {**staging, "audiences": {"orders": "https://new.test"}}
    )
    new = {"identifier": "https://new.test", "scopes": [{"value": "do:it"}]}
    stack.tenant.api.create("/resource-servers", new)
    grant = {"audience": "https://new.test", "subject_type": "user", "scope": ["do:it"]}
    stack.tenant.api.create("/client-grants", {**grant, "client_id": stack.clients["portal"]})
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert "--accept was refused" in ended.error
    assert stack.files() == before


def test_what_every_update_would_refuse_is_not_accepted(run: Run, stack: AppliedStack) -> None:
    """Auth0 lets an API lose a scope that is granted."""
    (api,) = (
        each["id"]
        for each in stack.tenant.api("GET", "/resource-servers").json()
        if each["identifier"] == "https://orders.test"
    )
    for path, changes in (
        (f"/client-grants/{stack.grant_id()}", {"scope": ["read:orders", "write:orders"]}),
        (f"/resource-servers/{api}", {"scopes": [{"value": "read:orders"}]}),
    ):
        assert stack.tenant.api("PATCH", path, changes).status_code == 200
    before = stack.files()
    ended = run(stack.root, "drift", "--accept", "grants/*")
    assert ended.status == 1
    assert "--accept was refused" in ended.error
    assert "has no scope 'write:orders'" in ended.error
    assert stack.files() == before


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
    assert "nothing was changed: the tenant is a real one, and without a terminal" in ended.error
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
