"""What `--accept` and `--restore` act on: ignore rules, conflicts, paths without a difference."""

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.running import NAME, RULE, dev_file

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
