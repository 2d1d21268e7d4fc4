"""`tpa up` and `tpa down` on a real tenant: what is shown first, who is asked, what is run then."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.tpa.conftest import Ended, Run, choice
from tests.tpa.files.conftest import Project
from tpa.engine.display import Display
from tpa.engine.pulumi import Engine
from tpa.engine.steps import Step
from tpa.engine.workspace import Workspace
from tpa.environments.stack_state import CLIENT, STACK
from tpa.files.record import OUTPUT
from tpa.terminal.progress import Progress

TENANT = "acme-dev.auth0.com"
PREVIEW, DESTROY = ("preview", "--save-plan"), ("destroy", "--yes")
UP, LOOK = ("up", "--yes"), ("destroy", "--preview-only")


@dataclass(frozen=True)
class StubEngine(Engine):
    """Notes what it is asked to run, by the first two words. `applied`: whether the state has what
    the files say; `failed`: whether the last update failed at a client, which a refresh mends,
    unless the tenant is `unreadable`.
    """

    applied: bool = False
    failed: bool = False
    unreadable: bool = False
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def follow(self, *arguments: str, **_: Any) -> tuple[int, Display]:
        self.calls.append(arguments[:2])
        console = Console(file=StringIO())
        display = Display(console, Progress("", console))
        if arguments[0] == "preview":
            Path(arguments[2]).write_text("{}", encoding="utf-8")
            display.steps += [] if self.applied or self.refreshed else [CREATED]
        return 0, display

    def capture(self, *arguments: str, **_: str) -> subprocess.CompletedProcess[str]:
        self.calls.append(arguments[:2])
        return subprocess.CompletedProcess(arguments, int(self.unreadable), "", "no answer\n")

    def outputs(self) -> Mapping[str, Any]:
        return {}

    def export(self) -> str:
        record = self.workspace.catalog.record
        outputs = {OUTPUT: record.after(record).as_output()}
        client = {"urn": f"urn:pulumi:dev::p::{CLIENT}::portal-client", "type": CLIENT, "id": "x"}
        failed = {"initErrors": ["timeout"]} if self.failed and not self.refreshed else {}
        known = outputs if self.applied or self.refreshed else {}
        stack = {"urn": "urn:pulumi:dev::p::s::s", "type": STACK, "outputs": known}
        return json.dumps({"deployment": {"resources": [stack, {**client, **failed}]}})

    @property
    def refreshed(self) -> bool:
        return ("refresh", "--yes") in self.calls and not self.unreadable


CREATED = Step(action="create", kind="Client", name="portal-client")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Command:
    """`tpa up` or `tpa down` on a real tenant, by a stub of the engine."""

    run: Run
    project: Project
    monkeypatch: pytest.MonkeyPatch
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, *arguments: str, answer: str = "", **engine: bool) -> Ended:
        """`answer`: what a user types at a terminal; empty where there is none."""
        self.project.dev(tenant=TENANT, embedded_port=None)
        root = self.project.root
        workspace = Workspace(root, self.project.load(), choice(root, "official"))
        self.calls = []
        stub = StubEngine(workspace, None, calls=self.calls, **engine)
        for module in ("tpa.up.command", "tpa.plan.command"):
            self.monkeypatch.setattr(f"{module}.open_workspace", lambda *_: workspace)
            self.monkeypatch.setattr(f"{module}.start_engine", lambda _: stub)
        self.monkeypatch.setattr("sys.stdin", Terminal(answer) if answer else StringIO())
        self.monkeypatch.delenv("TPA_JOURNAL", raising=False)
        return self.run(root, *arguments)


@pytest.fixture
def command(run: Run, project: Project, monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(run, project, monkeypatch)


@pytest.mark.parametrize(("verb", "shown"), [("up", PREVIEW), ("down", LOOK)])
def test_where_no_one_can_be_asked_nothing_is_applied(
    command: Command, verb: str, shown: tuple[str, ...]
) -> None:
    ended = command(verb)
    assert ended.status == 2
    assert (
        "without a terminal there is no one to ask\n  fix: run it on a terminal, or add --yes"
        in ended.error
    )
    assert command.calls == [shown]


@pytest.mark.parametrize(
    ("verb", "answer", "calls", "status"),
    [
        ("up", "n\n", [PREVIEW], 130),
        ("up", "\n", [PREVIEW], 130),
        ("up", "y\n", [PREVIEW, UP], 0),
        ("down", "n\n", [LOOK], 130),
        ("down", "y\n", [LOOK, DESTROY], 0),
    ],
)
def test_the_answer_decides(
    command: Command, verb: str, answer: str, calls: list[tuple[str, ...]], status: int
) -> None:
    ended = command(verb, answer=answer)
    assert (ended.status, command.calls) == (status, calls)
    question = "Apply this to" if verb == "up" else "Destroy all of this in"
    assert f"{question} {TENANT}? [y/N]" in ended.error
    assert ("tpa: nothing was changed" in ended.error) == (status == 130)
    assert verb == "down" or "portal-client" in ended.output


@pytest.mark.parametrize(("verb", "calls"), [("up", [PREVIEW, UP]), ("down", [DESTROY])])
def test_yes_is_an_answer(command: Command, verb: str, calls: list[tuple[str, ...]]) -> None:
    ended = command(verb, "--yes")
    assert (ended.status, command.calls) == (0, calls)
    assert "[y/N]" not in ended.error


def test_with_json_the_table_is_no_part_of_the_answer(command: Command) -> None:
    ended = command("up", "--json", "--yes")
    assert json.loads(ended.output)["environment"] == "dev"
    assert "portal-client" in ended.error


def test_where_nothing_changes_no_one_is_asked(command: Command) -> None:
    ended = command("up", applied=True)
    assert (ended.status, command.calls) == (0, [PREVIEW, UP])
    assert "dev: nothing would change" in ended.output


@pytest.mark.parametrize(("verb", "after"), [("up", [PREVIEW, UP]), ("plan", [PREVIEW])])
def test_what_is_shown_is_taken_after_what_failed_was_read(
    command: Command, verb: str, after: list[tuple[str, ...]]
) -> None:
    """Else changes would be shown, and asked about, that the state has by then."""
    ended = command(verb, failed=True)
    assert "the last update failed at portal-client; reading what is live" in ended.error
    assert (ended.status, command.calls) == (0, [("refresh", "--yes"), *after])
    assert "dev: nothing would change" in ended.output


@pytest.mark.parametrize("verb", ["up", "plan"])
def test_what_failed_and_cant_be_read_is_no_secret(command: Command, verb: str) -> None:
    """The state is not trusted in silence."""
    ended = command(verb, failed=True, unreadable=True, answer="y\n" if verb == "up" else "")
    assert "it can't be read, so a change of it may be missing below:\nno answer" in ended.error
    assert ended.status == 0
