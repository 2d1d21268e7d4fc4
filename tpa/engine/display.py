"""What a user sees of a run of the engine: what changes, each warning once, and every error.

The engine tells what it does in events, one JSON object a line (`pulumi … --json`).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

from rich.console import Console
from rich.text import Text

from tpa.engine.steps import Step, Value, step_in
from tpa.terminal.output import cell, lines_shown
from tpa.terminal.progress import Progress

MOST_LINES = 60
"""Changes that are printed one by one while they are made."""
LOG_EVERY = 15.0
"""Seconds between two lines of progress in a log."""
SHOWN = {"warning": "yellow", "error": "bold red", "info": "", "info#err": ""}
"""Severities of diagnostics; what is for debugging is not shown."""
DONE = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "import": "imported",
}
STYLES = {"create": "green", "update": "yellow", "delete": "red", "replace": "magenta"}


class Display:
    """Of one run. `steps`, `warnings` and `errors` are what it told; `printed`: whether steps are
    printed as they are made, or left to the caller, who has a plan to show.
    """

    def __init__(self, console: Console, going: Progress, *, printed: bool = True) -> None:
        self.steps: list[Step] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self._console, self._going, self._printed = console, going, printed
        self._seen: set[tuple[str, str]] = set()
        self._failed: dict[str, str] = {}
        self._explained: set[str] = set()
        self._summary: Mapping[str, Any] = {}
        self._finished = 0
        self._said = monotonic()

    def line(self, text: str) -> None:
        """One line that the engine prints. What is no event is passed on as it is."""
        try:
            event = json.loads(text)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            if text.strip():
                self._print(Text(lines_shown(text.rstrip("\n"))))
            return
        for kind, handle in self._handlers().items():
            if isinstance(event.get(kind), dict):
                handle(event[kind])

    def end(self, environment: str) -> None:
        """What failed without a word is named, and the run is summed up."""
        for urn, what in self._failed.items():
            if urn not in self._explained:
                self._diagnose("error", what, "")
        if self._summary and self._printed:
            self._print(cell(self._summed_up(environment), "bold"))

    def _summed_up(self, environment: str) -> str:
        planned = bool(self._summary.get("isPreview"))
        nothing = "nothing would change" if planned else "nothing changed"
        what = counts(self.steps, planned=planned) or nothing
        failed = "failed; " if self._summary.get("result") == "failed" else ""
        seconds = self._summary.get("durationSeconds", 0)
        return f"{environment}: {failed}{what}, {self.unchanged:,} unchanged ({seconds:,} s)"

    @property
    def unchanged(self) -> int:
        """Resources, those of the engine's own too."""
        return int((self._summary.get("resourceChanges") or {}).get("same", 0))

    def _handlers(self) -> Mapping[str, Any]:
        return {
            "summaryEvent": self._ended,
            "resourcePreEvent": self._begun,
            "resOutputsEvent": self._made,
            "resOpFailedEvent": self._failure,
            "diagnosticEvent": self._diagnostic,
            "policyEvent": self._policy,
            "stdoutEvent": lambda event: self._diagnose("info", str(event.get("message")), ""),
            "errorEvent": lambda event: self._diagnose("error", str(event.get("error")), ""),
        }

    def _begun(self, event: Mapping[str, Any]) -> None:
        metadata = event.get("metadata") or {}
        if event.get("planning"):
            self._add(metadata, planned=True)
        name = str(metadata.get("urn", "")).rpartition("::")[2]
        self._count(name if metadata.get("op") != "same" else "")

    def _made(self, event: Mapping[str, Any]) -> None:
        self._finished += 1
        if not event.get("planning"):
            self._add(event.get("metadata") or {}, planned=False)

    def _add(self, metadata: Mapping[str, Any], *, planned: bool) -> None:
        if (step := step_in(metadata)) is None:
            return
        self.steps.append(step)
        if self._printed and len(self.steps) <= MOST_LINES:
            self._print(step_line(step, planned=planned))
        elif self._printed and len(self.steps) == MOST_LINES + 1:
            self._print(cell("   … and more, which the end sums up", "dim"))

    def _ended(self, event: Mapping[str, Any]) -> None:
        self._summary = event

    def _failure(self, event: Mapping[str, Any]) -> None:
        metadata = event.get("metadata") or {}
        urn, what = str(metadata.get("urn", "")), str(metadata.get("op", ""))
        self._failed[urn] = f"{urn.rpartition('::')[2]}: {what} failed"

    def _diagnostic(self, event: Mapping[str, Any]) -> None:
        if event.get("ephemeral"):
            self._count(lines_shown(str(event.get("message", "")).strip()))
            return
        severity, urn = str(event.get("severity", "")), str(event.get("urn", ""))
        if severity in SHOWN:
            self._diagnose(severity, str(event.get("message", "")), urn)

    def _policy(self, event: Mapping[str, Any]) -> None:
        severity = "error" if event.get("enforcementLevel") == "mandatory" else "warning"
        text = f"policy {event.get('policyName')}: {event.get('message')}"
        self._diagnose(severity, text, str(event.get("resourceUrn", "")))

    def _diagnose(self, severity: str, message: str, urn: str) -> None:
        text = lines_shown(message.strip("\n"))
        name = "" if "pulumi:pulumi:Stack" in urn else urn.rpartition("::")[2]
        text = f"{name}: {text}" if name and name not in text else text
        if severity == "error":
            self._explained.add(urn)
        if not text.strip() or (severity, text) in self._seen:
            return
        self._seen.add((severity, text))
        if severity in ("warning", "error"):
            (self.warnings if severity == "warning" else self.errors).append(text)
            head = Text(f"{severity}: ", SHOWN[severity])
            self._print(Text.assemble(head, text))
        else:
            self._print(Text(text))

    def _count(self, name: str) -> None:
        now = monotonic()
        if not self._going.live and now - self._said < LOG_EVERY:
            return
        self._said = now
        done = f"{self._finished:,} done" if self._finished else ""
        self._going.detail(", ".join(filter(None, (done, name))))

    def _print(self, text: Text) -> None:
        with self._going.paused():
            self._console.print(text, soft_wrap=True)


def step_line(step: Step, *, planned: bool) -> Text:
    """` ~ Client order-portal-client updated  name: Portal → Gate`."""
    line = Text.assemble(
        (f" {step.sign} ", STYLES.get(step.action, "")),
        cell(f"{step.kind} {step.name}"),
        (f" {step.action if planned else DONE.get(step.action, step.action)}", "dim"),
    )
    if step.action in ("update", "replace"):
        changed = "; ".join(f"{each.property}: {change_text(each)}" for each in step.values)
        line.append_text(cell(f"  {changed}" if changed else ""))
    return line


def change_text(value: Value) -> str:
    """Old → new."""
    return f"{value.before or '(none)'} → {value.after or '(none)'}"


def counts(steps: Iterable[Step], *, planned: bool) -> str:
    """`2 created, 1 updated`, or `2 to create, 1 to update`; empty where nothing changes."""
    found = sorted(Counter(step.action for step in steps).items())
    return ", ".join(
        f"{count:,} to {action}" if planned else f"{count:,} {DONE.get(action, action)}"
        for action, count in found
    )
