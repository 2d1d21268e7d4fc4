"""`tpa drift PATH`: what is said of a part holds for that part, and the rest is counted."""

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.drifting import NAME, report

CALM = "connections/*"


@pytest.fixture
def bent(stack: AppliedStack) -> AppliedStack:
    """Three differences outside: two of one application, one of another."""
    stack.change("portal", name="Other", description="theirs")
    stack.change("widget", name="Other")
    return stack


def test_a_part_where_nothing_was_changed_is_not_the_whole(run: Run, bent: AppliedStack) -> None:
    ended = run(bent.root, "drift", CALM)
    assert (ended.status, ended.error) == (0, "")
    assert ended.output == (
        f"dev: nothing was changed outside at '{CALM}'; 3 other differences made outside\n"
    )


def test_of_several_paths_each_without_a_difference_is_named(run: Run, bent: AppliedStack) -> None:
    ended = run(bent.root, "drift", CALM, NAME)
    assert ended.status == 1
    assert ended.error == f"nothing differs at '{CALM}'\n"
    assert f"1 difference made outside at '{CALM}', '{NAME}'; 2 other differences" in ended.output


def test_what_comes_next_is_about_the_same_part(run: Run, bent: AppliedStack) -> None:
    output = run(bent.root, "drift", "applications/portal/*").output
    assert "at 'applications/portal/*'; 1 other difference made outside\n" in output
    assert "tpa drift -e dev --accept 'applications/portal/*'\n" in output
    assert "tpa drift -e dev --restore 'applications/portal/*'\n" in output


@pytest.mark.parametrize("side", ["--accept", "--restore"])
def test_a_part_that_was_settled_is_not_the_whole(run: Run, bent: AppliedStack, side: str) -> None:
    ended = run(bent.root, "drift", side, "--yes", "applications/portal/*")
    assert ended.status == 0
    assert ended.output == (
        "dev: nothing was changed outside at 'applications/portal/*';"
        " 1 other difference made outside\n"
    )


def test_scripts_get_the_paths_that_were_asked_for(run: Run, bent: AppliedStack) -> None:
    part, whole = report(run, bent, CALM), report(run, bent)
    assert (part["paths"], part["outside"], part["differences"]) == ([CALM], 0, [])
    assert (whole["paths"], whole["outside"]) == ([], 3)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("applications/nope", "did you mean 'applications/widget'?"),
        ("applications/portal/nam", "did you mean 'applications/portal/name'?"),
        ("conections/*", "did you mean 'connections/customers'?"),
    ],
)
def test_a_path_at_which_nothing_is_compared(
    run: Run, stack: AppliedStack, path: str, hint: str
) -> None:
    for more in ((), ("--json",)):
        ended = run(stack.root, "drift", *more, path)
        assert (ended.status, ended.output) == (2, "")
        assert f"nothing is compared at '{path}': " in ended.error
    assert hint in ended.error
