"""`tpa drift`: its table, its JSON, its exit status, its number of requests."""

import json

import pytest

from tests.conftest import LiveTenant
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.running import NAME, RULE, dev_file, report
from tests.tpa.files.conftest import PORTAL, Project


def test_no_difference(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "drift")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    assert ended.error == ""
    assert stack.tenant.writes() == []


def test_a_change_outside_is_listed_with_who_changed_it_and_its_line(
    run: Run, stack: AppliedStack
) -> None:
    stack.change(name="Other")
    ended = run(stack.root, "drift")
    assert ended.status == 1
    row = next(line for line in ended.output.splitlines() if NAME in line)
    assert row.split() == [
        *("outside", NAME, "Portal", "Portal", "Other"),
        "stacks/applications/portal.yaml:13",
    ]
    assert "tpa drift -e dev --accept" in ended.output
    assert "tpa drift -e dev --restore" in ended.output


def test_json(run: Run, stack: AppliedStack) -> None:
    stack.change(name="Other", description="theirs")
    stack.project.portal(name="Mine")
    dev = {**dev_file(stack), "ignore_drift": RULE}
    stack.project.write("stacks/dev.yaml", dev)
    found = report(run, stack)
    counts = {name: found[name] for name in ("outside", "ignored", "pending")}
    assert counts == {"outside": 1, "ignored": 1, "pending": 0}
    assert (found["environment"], found["applied"]) == ("dev", True)
    assert found["tenant"] == stack.tenant.domain
    assert found["not_compared"] == []
    (description, name) = found["differences"]
    assert description["ignored"] == "partners word it"
    assert (name.pop("who")[:6], name.pop("at")[:2]) == ("the cl", "20")
    assert name == {
        "path": NAME,
        "changed_by": "both",
        "declared": "Mine",
        "applied": "Portal",
        "live": "Other",
        "file": "stacks/applications/portal.yaml:13",
        "ignored": "",
    }


def test_changes_in_files_that_are_not_applied_yet_do_not_count(
    run: Run, stack: AppliedStack
) -> None:
    stack.project.portal(name="Mine")
    ended = run(stack.root, "drift")
    assert ended.status == 0
    assert "not applied yet: 1 difference; tpa up -e dev" in ended.output


def test_a_stack_that_was_never_applied(run: Run, stack: AppliedStack) -> None:
    (stack.root / "state.json").unlink()
    ended = run(stack.root, "drift")
    assert "dev: no update was applied yet, so earlier values are unknown" in ended.output
    assert report(run, stack)["applied"] is False


def test_control_characters_of_a_tenant_are_escaped(run: Run, stack: AppliedStack) -> None:
    stack.change(name="a\u202eb [red]c[/red] \x1b[31m\x07")
    output = run(stack.root, "drift").output
    assert "[red]c[/red]" in output
    assert not {"\u202e", "\x1b", "\x07"} & set(output)
    before = stack.files()
    refused = run(stack.root, "drift", "--accept")
    assert refused.status
    assert "hidden character U+202E" in refused.output + refused.error
    assert stack.files() == before


@pytest.mark.parametrize("count", [10, 100])
def test_the_number_of_requests_grows_with_pages_only(
    run: Run,
    project: Project,
    live_tenant: LiveTenant,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    """100 applications with two grants each take at most 20 requests."""
    stack = AppliedStack(project, live_tenant, monkeypatch)
    second = {"api": "catalog", "subject_type": "user", "scopes": []}
    keys = [f"partner-{number}" for number in range(count)]
    for key in keys:
        content = {**PORTAL, "name": key, "grants": [*PORTAL["grants"], second]}
        project.write(f"stacks/applications/{key}.yaml", content)
    for key in ("portal", "widget"):
        (project.root / f"stacks/applications/{key}.yaml").unlink()
    project.write("stacks/dev.yaml", dev_file(stack))
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


def test_a_secret_that_was_rotated_in_the_tenant(run: Run, stack: AppliedStack) -> None:
    """It is named and never shown; the state is decrypted where the shell can do that."""
    old = stack.client()["client_secret"]
    file = stack.root / "state.json"
    state = json.loads(file.read_text("utf-8"))
    for entry in state["deployment"]["resources"]:
        if entry["urn"].endswith("::portal-credentials"):
            entry["outputs"] = {"clientSecret": {"plaintext": json.dumps(old)}}
    file.write_text(json.dumps(state), encoding="utf-8")
    assert "rotated" not in run(stack.root, "drift").error
    path = f"/clients/{stack.clients['portal']}/rotate-secret"
    new = stack.tenant.api("POST", path).json()["client_secret"]
    ended, told = run(stack.root, "drift"), run(stack.root, "drift", "--json")
    assert "portal: its secret was rotated in the tenant" in ended.error
    assert "tpa credentials portal" in ended.error
    assert json.loads(told.output)["rotated_secrets"] == ["portal"]
    shown = ended.output + ended.error + told.output + told.error
    assert old not in shown
    assert new not in shown
