"""`tpa drift` as people and pipelines run it, on a running tenant without an engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from management import Credentials
from tests.catalog.conftest import PORTAL, Project
from tests.conftest import LiveTenant
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import WIDGET
from tests.tpa.test_app import Run, run

__all__ = ["run"]

DESCRIPTION = "applications/portal/description"
NAME = "applications/portal/name"
RULE = {"applications/*/description": "partners word it"}


@pytest.fixture
def stack(
    project: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> AppliedStack:
    made = AppliedStack(project, live_tenant, monkeypatch)
    made.apply()
    live_tenant.forget_log()
    return made


def report(run: Run, stack: AppliedStack, *arguments: str) -> Any:
    return json.loads(run(stack.root, "drift", "--json", *arguments).output)


def test_nothing_was_changed_and_that_is_said(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "drift")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    assert ended.error == ""
    assert stack.tenant.writes() == []


def test_a_change_outside_is_told_with_its_owner_and_its_line(
    run: Run, stack: AppliedStack
) -> None:
    stack.change(name="Other")
    ended = run(stack.root, "drift")
    assert ended.status == 1
    row = next(line for line in ended.output.splitlines() if NAME in line)
    assert row.split() == [
        *("outside", NAME, "Portal", "Portal", "Other"),
        "stacks/applications/portal.yaml:11",
    ]
    assert "tpa drift -e dev --accept" in ended.output
    assert "tpa drift -e dev --restore" in ended.output


def test_the_form_for_scripts(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other", description="theirs")
    stack.project.portal(name="Mine")
    dev = {**_dev(stack), "ignore_drift": RULE}
    stack.project.write("stacks/dev.yaml", dev)
    found = report(run, stack)
    counts = {name: found[name] for name in ("outside", "ignored", "pending")}
    assert counts == {"outside": 1, "ignored": 1, "pending": 0}
    assert (found["environment"], found["applied"]) == ("dev", True)
    assert found["tenant"] == stack.tenant.domain
    assert found["not_compared"] == []
    (description, name) = found["differences"]
    assert description["ignored"] == "partners word it"
    assert name == {
        "path": NAME,
        "owner": "both",
        "declared": "Mine",
        "applied": "Portal",
        "live": "Other",
        "file": "stacks/applications/portal.yaml:11",
        "ignored": "",
    }


def _dev(stack: AppliedStack) -> dict[str, Any]:
    return {
        "tenant": stack.tenant.domain,
        "connections": {"customers": "customers"},
        "applications": {"portal": None, "widget": None},
    }


def test_files_that_were_not_applied_yet_are_no_drift(run: Run, stack: AppliedStack) -> None:
    stack.project.portal(name="Mine")
    ended = run(stack.root, "drift")
    assert ended.status == 0
    assert "not applied yet: 1 difference; make up ENV=dev" in ended.output


def test_what_is_ignored_fails_no_pipeline_and_is_no_side_s(run: Run, stack: AppliedStack) -> None:
    dev = {**_dev(stack), "ignore_drift": {**RULE, "connections/none": "never"}}
    stack.project.write("stacks/dev.yaml", dev)
    stack.change(description="theirs")
    ended = run(stack.root, "drift")
    assert ended.status == 0
    assert "nothing matches 'connections/none' now" in ended.error
    assert "'applications/*/description'" not in ended.error
    before = stack.files()
    for side in ("--restore", "--accept"):
        ended = run(stack.root, "drift", side, "--yes", DESCRIPTION)
        assert f"left as it is: {DESCRIPTION}: ignored: partners word it" in ended.error
    assert stack.tenant.writes() == []
    assert stack.files() == before


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
    stack.tenant.api.made("/client-grants", {**extra, "client_id": stack.clients["widget"]})
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


READS = (
    *("read:clients", "read:client_grants", "read:connections", "read:resource_servers"),
    *("read:organizations", "read:tenant_settings", "read:rate_limit_policies"),
    *("read:rules", "read:hooks", "read:prompts"),
)


def sign_in(monkeypatch: pytest.MonkeyPatch, own: Credentials) -> None:
    monkeypatch.setenv("AUTH0_CLIENT_ID", own.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", own.client_secret)


def test_a_token_that_may_not_write_is_told_before_the_first_write(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.change(name="Other")
    stack.tenant.promote("customers", promoted=False)
    sign_in(monkeypatch, stack.tenant.second_client(*READS, "update:clients"))
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 2
    assert "nothing was changed: the management token lacks the scope update:connec" in ended.error
    assert stack.tenant.writes() == []


@pytest.mark.parametrize(
    ("scope", "what"),
    [
        ("read:client_grants", "grants"),
        ("read:connections", "connections"),
        ("read:tenant_settings", "open registration"),
    ],
)
def test_what_could_not_be_read_is_unknown_and_not_guessed(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch, scope: str, what: str
) -> None:
    sign_in(monkeypatch, stack.tenant.second_client(*(set(READS) - {scope})))
    ended = run(stack.root, "drift")
    assert ended.status == 0
    assert ended.output == "dev: nothing was changed outside, as far as could be seen\n"
    assert f"unknown: {what} (the token lacks {scope})" in ended.error
    unknown = report(run, stack)["unknown"]
    assert {"what": what, "scope": scope} in unknown


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


def test_accepting_writes_lines_and_says_whom_they_count_for(run: Run, stack: AppliedStack) -> None:
    staging = {**_dev(stack), "tenant": "staging.auth0.com"}
    stack.project.write("stacks/staging.yaml", staging)
    stack.change(name="Other", callbacks=["https://dev.acme.test/cb"])
    ended = run(stack.root, "drift", "--accept")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    said = [line for line in ended.error.splitlines() if line.startswith("written")]
    assert said == [
        "written: stacks/applications/portal.yaml (it counts for staging too)",
        "written: stacks/dev.yaml",
    ]
    assert "name: Other\n" in stack.files()["portal.yaml"]
    assert "https://dev.acme.test/cb" in stack.files()["dev.yaml"]
    assert stack.tenant.writes() == []


def test_what_breaks_a_rule_is_not_accepted_and_nor_is_the_rest(
    run: Run, stack: AppliedStack
) -> None:
    stack.change(name="Other", callbacks=["http://acme.test/cb"])
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert "stacks/applications/portal.yaml:2: callbacks[0]: 'http://acme.test/cb' uses http" in (
        ended.error
    )
    assert "--accept was refused" in ended.error
    assert stack.files() == before
    assert run(stack.root, "drift", "--accept", NAME).status == 0


def test_what_another_environment_can_t_bear_is_not_accepted(run: Run, stack: AppliedStack) -> None:
    """Two grants here; there, both APIs are one, and it can't have two grants on it."""
    staging = {**_dev(stack), "tenant": "staging.auth0.com"}
    stack.project.write(
        "stacks/staging.yaml", {**staging, "audiences": {"orders": "https://new.test"}}
    )
    new = {"identifier": "https://new.test", "scopes": [{"value": "do:it"}]}
    stack.tenant.api.made("/resource-servers", new)
    grant = {"audience": "https://new.test", "subject_type": "user", "scope": ["do:it"]}
    stack.tenant.api.made("/client-grants", {**grant, "client_id": stack.clients["portal"]})
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert "--accept was refused" in ended.error
    assert stack.files() == before


def test_a_conflict_is_settled_by_name_alone(run: Run, stack: AppliedStack) -> None:
    stack.project.portal(name="Mine")
    stack.change(name="Other")
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert f"left as it is: {NAME}: stacks/applications/portal.yaml:11 was changed" in ended.error
    assert stack.files() == before
    assert run(stack.root, "drift", "--accept", NAME).status == 0
    assert "name: Other\n" in stack.files()["portal.yaml"]


def test_a_conflict_is_restored_to_what_was_applied(run: Run, stack: AppliedStack) -> None:
    """The file's own change waits for an update, with all that guards one."""
    stack.project.portal(name="Mine")
    stack.change(name="Other")
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 0
    assert stack.client()["name"] == "Portal"
    assert "not applied yet: 1 difference" in ended.output


def test_two_sides_are_no_choice(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "drift", "--accept", "--restore")
    assert ended.status == 2
    assert "choose one" in ended.error


def test_a_pattern_that_names_nothing(run: Run, stack: AppliedStack) -> None:
    """To look is no mistake; to ask for something to be done is one."""
    stack.change(name="Other")
    assert run(stack.root, "drift", "connections/*").status == 0
    assert "nothing differs at 'connections/*'" in run(stack.root, "drift", "connections/*").error
    ended = run(stack.root, "drift", "--restore", "--yes", "applications/portal/nam")
    assert ended.status == 2
    assert "there is no difference 'applications/portal/nam'" in ended.error


def test_a_stack_that_was_never_applied(run: Run, stack: AppliedStack) -> None:
    (stack.root / "state.json").unlink()
    ended = run(stack.root, "drift")
    assert "dev was never applied: nothing tells what was there before" in ended.output
    assert report(run, stack)["applied"] is False


def test_hostile_texts_of_a_tenant_are_shown_and_do_nothing(run: Run, stack: AppliedStack) -> None:
    stack.change(name="a\u202eb [red]c[/red] \x1b[31m\x07")
    output = run(stack.root, "drift").output
    assert "[red]c[/red]" in output
    assert not {"\u202e", "\x1b", "\x07"} & set(output)
    run(stack.root, "drift", "--accept")
    assert not {"\u202e", "\x1b", "\x07"} & set(stack.files()["portal.yaml"])
    assert run(stack.root, "drift").status == 0


@pytest.mark.parametrize("count", [10, 100])
def test_the_calls_grow_with_pages_alone(
    run: Run,
    project: Project,
    live_tenant: LiveTenant,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    """Of 100 applications with two grants each: at most 20 calls."""
    stack = AppliedStack(project, live_tenant, monkeypatch)
    second = {"api": "catalog", "subject_type": "user", "scopes": []}
    keys = [f"partner-{number}" for number in range(count)]
    for key in keys:
        content = {**PORTAL, "name": key, "grants": [*PORTAL["grants"], second]}
        project.write(f"stacks/applications/{key}.yaml", content)
    project.write("stacks/dev.yaml", {**_dev(stack), "applications": dict.fromkeys(keys)})
    stack.apply()
    live_tenant.forget_log()
    assert run(stack.root, "drift").output == "dev: nothing was changed outside\n"
    asked = live_tenant.requests()
    assert {method for method, _ in asked} == {"GET"}
    assert len(asked) <= 20
    lists = [path for _, path in asked if path in ("/clients", "/client-grants")]
    total = sum(
        -(-live_tenant.api("GET", path, include_totals="true").json()["total"] // 100)
        for path in ("/clients", "/client-grants")
    )
    assert len(lists) == total
    print(f"{count} applications: {len(asked)} calls")  # noqa: T201 - what was measured


def test_no_engine_is_asked_for_what_it_does_not_hold(run: Run, stack: AppliedStack) -> None:
    stack.tenant.api("DELETE", f"/client-grants/{stack.grant_id()}")
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 1
    assert "the stack does not hold it: make up ENV=dev makes it" in ended.error
    assert Path(stack.root / "state.json").exists()
