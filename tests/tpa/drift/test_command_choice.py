"""What `tpa drift` acts on: what is named and not ignored, on one side."""

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.drifting import NAME, RULE, dev_file

DESCRIPTION = "applications/portal/description"


def test_what_is_ignored_fails_no_pipeline_and_is_no_side_s(run: Run, stack: AppliedStack) -> None:
    dev = {**dev_file(stack), "ignore_drift": {**RULE, "connections/none": "never"}}
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


def test_nothing_can_be_done_where_nothing_differs(run: Run, stack: AppliedStack) -> None:
    """To look there is no mistake."""
    stack.change(name="Other")
    assert run(stack.root, "drift", "connections/*").status == 0
    ended = run(stack.root, "drift", "--restore", "--yes", "applications/portal/nam")
    assert ended.status == 2
    assert "there is no difference 'applications/portal/nam'" in ended.error
