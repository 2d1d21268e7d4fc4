"""What is seen of a run: what changes, each warning once, and every error."""

import json
from io import StringIO
from typing import Any

from rich.console import Console

from tests.tpa.engine.test_steps import URN, event
from tpa.engine.display import MOST_LINES, Display
from tpa.terminal.progress import Progress

STACK = "urn:pulumi:dev::partners::pulumi:pulumi:Stack::partners-dev"


class Run:
    def __init__(self, *, printed: bool = True) -> None:
        self.file = StringIO()
        console = Console(file=self.file, width=80, highlight=False)
        self.display = Display(console, Progress("updating dev", console), printed=printed)

    def tell(self, kind: str, **content: Any) -> None:
        self.display.line(json.dumps({"sequence": 1, kind: content}))

    def say(self, severity: str, message: str, urn: str = STACK) -> None:
        self.tell("diagnosticEvent", severity=severity, message=message, urn=urn)

    def end(self) -> list[str]:
        self.display.end("dev")
        return self.file.getvalue().splitlines()


def update(number: int = 0) -> dict[str, Any]:
    found = event("update", {"name": "Portal"}, {"name": "Gate"})
    return {**found, "urn": f"{URN}-{number}" if number else URN}


def test_a_change_is_one_line_with_old_and_new() -> None:
    run = Run()
    run.tell("resourcePreEvent", metadata=update())
    run.tell("resOutputsEvent", metadata=update())
    run.tell("resOutputsEvent", metadata={**update(), "op": "same"})
    run.tell("summaryEvent", resourceChanges={"same": 48, "update": 1}, durationSeconds=3)
    assert run.end() == [
        " ~ Client portal-client updated  name: Portal → Gate",
        "dev: 1 updated, 48 unchanged (3 s)",
    ]


def test_nothing_changed() -> None:
    run = Run()
    run.tell("resOutputsEvent", metadata={**update(), "op": "same"})
    run.tell("summaryEvent", resourceChanges={"same": 49}, durationSeconds=3)
    assert run.end() == ["dev: nothing changed, 49 unchanged (3 s)"]


def test_a_warning_is_said_once_and_an_error_always() -> None:
    run = Run()
    for _ in range(3):
        run.say("warning", "callbacks: one host\n    fix: none\n")
    run.say("error", "403 Forbidden", URN)
    run.say("debug", "noise")
    run.say("info", "a note of the program")
    assert run.end() == [
        "warning: callbacks: one host",
        "    fix: none",
        "error: portal-client: 403 Forbidden",
        "a note of the program",
    ]
    assert run.display.errors == ["portal-client: 403 Forbidden"]
    assert run.display.warnings == ["callbacks: one host\n    fix: none"]


def test_a_failure_without_a_word_is_an_error() -> None:
    run = Run()
    run.tell("resOpFailedEvent", metadata=update())
    assert run.end() == ["error: portal-client: update failed"]
    told = Run()
    told.say("error", "403 Forbidden", URN)
    told.tell("resOpFailedEvent", metadata=update())
    assert told.end() == ["error: portal-client: 403 Forbidden"]


def test_a_failed_run_is_called_so() -> None:
    run = Run()
    run.tell("summaryEvent", resourceChanges={"same": 1}, durationSeconds=3, result="failed")
    assert run.end() == ["dev: failed; nothing changed, 1 unchanged (3 s)"]


def test_a_policy_that_is_violated_is_told() -> None:
    run = Run()
    rule = {"policyName": "no-spa", "resourceUrn": URN, "message": "not here"}
    run.tell("policyEvent", enforcementLevel="mandatory", **rule)
    run.tell("policyEvent", enforcementLevel="advisory", **rule)
    assert [line.partition(":")[0] for line in run.end()] == ["error", "warning"]


def test_what_is_no_event_is_passed_on_without_control_characters() -> None:
    run = Run()
    for line in ("panic: \x1b[31mof the engine\n", "[1]\n", "\n", '{"sequence": 1}'):
        run.display.line(line)
    assert run.end() == ["panic: \\x1b[31mof the engine", "[1]"]


def test_hundreds_of_changes_are_counted() -> None:
    run = Run()
    for number in range(500):
        run.tell("resOutputsEvent", metadata=update(number))
    run.tell("summaryEvent", resourceChanges={"update": 500}, durationSeconds=3)
    lines = run.end()
    assert len(lines) == MOST_LINES + 2
    assert lines[-1] == "dev: 500 updated, 0 unchanged (3 s)"


def test_a_preview_is_shown_where_nothing_else_shows_it() -> None:
    run = Run()
    run.tell("resourcePreEvent", metadata=update(), planning=True)
    run.tell("resOutputsEvent", metadata=update(), planning=True)
    run.tell("summaryEvent", resourceChanges={"same": 3}, isPreview=True, durationSeconds=1)
    assert run.end() == [
        " ~ Client portal-client update  name: Portal → Gate",
        "dev: 1 to update, 3 unchanged (1 s)",
    ]


def test_a_preview_is_left_to_the_caller() -> None:
    run = Run(printed=False)
    run.tell("resourcePreEvent", metadata=update(), planning=True)
    run.tell("resOutputsEvent", metadata=update(), planning=True)
    run.tell("summaryEvent", resourceChanges={"same": 3}, isPreview=True)
    assert run.end() == []
    assert [step.name for step in run.display.steps] == ["portal-client"]
    assert run.display.unchanged == 3
