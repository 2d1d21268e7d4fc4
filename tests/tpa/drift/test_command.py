"""`tpa drift`: its table, its JSON, its status, its requests; with paths, and without scopes."""

import json

import pytest

from auth0_third_party.management import Credentials
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


UNCHANGED = "connections/*"


@pytest.fixture
def drifted(stack: AppliedStack) -> AppliedStack:
    """Three differences outside: two of one application, one of another."""
    stack.change("portal", name="Other", description="theirs")
    stack.change("widget", name="Other")
    return stack


def test_differences_outside_of_the_selection_are_counted(run: Run, drifted: AppliedStack) -> None:
    ended = run(drifted.root, "drift", UNCHANGED)
    assert (ended.status, ended.error) == (0, "")
    assert ended.output == (
        f"dev: nothing was changed outside at '{UNCHANGED}'; 3 other differences made outside\n"
    )


def test_each_path_without_a_difference_is_named(run: Run, drifted: AppliedStack) -> None:
    ended = run(drifted.root, "drift", UNCHANGED, NAME)
    assert ended.status == 1
    assert ended.error == f"nothing differs at '{UNCHANGED}'\n"
    assert (
        f"1 difference made outside at '{UNCHANGED}', '{NAME}'; 2 other differences" in ended.output
    )


def test_the_suggested_commands_have_the_same_paths(run: Run, drifted: AppliedStack) -> None:
    output = run(drifted.root, "drift", "applications/portal/*").output
    assert "at 'applications/portal/*'; 1 other difference made outside\n" in output
    assert "tpa drift -e dev --accept 'applications/portal/*'\n" in output
    assert "tpa drift -e dev --restore 'applications/portal/*'\n" in output


def test_only_the_selection_is_accepted(run: Run, drifted: AppliedStack) -> None:
    ended = run(drifted.root, "drift", "--accept", "applications/portal/*")
    assert ended.status == 0
    assert ended.output == (
        "dev: nothing was changed outside at 'applications/portal/*';"
        " 1 other difference made outside\n"
    )


def test_json_has_the_paths_as_given(run: Run, drifted: AppliedStack) -> None:
    part, whole = report(run, drifted, UNCHANGED), report(run, drifted)
    assert (part["paths"], part["outside"], part["differences"]) == ([UNCHANGED], 0, [])
    assert (whole["paths"], whole["outside"]) == ([], 3)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("applications/nope", "did you mean 'applications/widget'?"),
        ("applications/portal/nam", "did you mean 'applications/portal/name'?"),
        ("conections/*", "did you mean 'connections/customers'?"),
    ],
)
def test_a_path_at_which_nothing_is_compared_is_refused(
    run: Run, stack: AppliedStack, path: str, hint: str
) -> None:
    for more in ((), ("--json",)):
        ended = run(stack.root, "drift", *more, path)
        assert (ended.status, ended.output) == (2, "")
        assert f"nothing is compared at '{path}': " in ended.error
    assert hint in ended.error


READS = (
    *("read:clients", "read:client_grants", "read:connections", "read:resource_servers"),
    *("read:organizations", "read:tenant_settings", "read:rate_limit_policies"),
    *("read:rules", "read:hooks", "read:prompts"),
)


def sign_in(monkeypatch: pytest.MonkeyPatch, own: Credentials) -> None:
    monkeypatch.setenv("AUTH0_CLIENT_ID", own.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", own.client_secret)


def test_a_missing_scope_for_writing_is_reported_before_the_first_request(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.change(name="Other")
    sign_in(monkeypatch, stack.tenant.second_client(*READS, "update:client_grants"))
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 2
    assert "nothing was changed: the engine's update would be refused" in ended.error
    assert "update:clients" in ended.error
    assert (stack.tenant.writes(), stack.engine_calls()) == ([], [])


@pytest.mark.parametrize(
    ("lacking", "status"),
    [
        (("read:client_grants", "grants"), 1),
        (("read:connections", "connections"), 1),
        (("read:tenant_settings", "open registration"), 0),  # no file states any of it
    ],
)
def test_what_can_not_be_read_is_unknown(
    run: Run,
    stack: AppliedStack,
    monkeypatch: pytest.MonkeyPatch,
    lacking: tuple[str, str],
    status: int,
) -> None:
    """A nightly job must not stay green after its client has lost a scope."""
    scope, what = lacking
    sign_in(monkeypatch, stack.tenant.second_client(*(set(READS) - {scope})))
    ended = run(stack.root, "drift")
    assert ended.status == status
    assert ended.output == "dev: nothing was changed outside, as far as could be read\n"
    assert f"unknown: {what} (the token lacks {scope})" in ended.error
    unknown = report(run, stack)["unknown"]
    assert {"what": what, "scope": scope} in unknown
