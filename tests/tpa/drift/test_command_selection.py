"""`tpa drift PATH`: the result is about the matching paths, and the others are counted."""

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.running import NAME, report

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
