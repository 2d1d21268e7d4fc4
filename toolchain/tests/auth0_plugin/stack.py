"""A stack of the real engine with the plugin attached to it.

Without a language host and without an installed plugin: the engine gets the addresses of the
program and of the plugin.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pulumi_toolchain.auth0_plugin.servicer import Auth0, start
from pulumi_toolchain.choice import Choice
from pulumi_toolchain.errors import ToolchainError

from .program_host import served

ROOT = Path(__file__).resolve().parents[3]
# Measurements of the official plugin; they are in no repository.
FACTS = ROOT.parent / "shared" / "facts"
PROJECT = "sample"


def engine_command() -> str:
    """The chosen engine's path; skips the test where there is none."""
    try:
        return str(Choice.load(ROOT).cli)
    except ToolchainError as error:
        found = shutil.which("pulumi")
        if found is None:
            pytest.skip(f"no engine: {error}")
        return found


@dataclass(frozen=True)
class Result:
    """One finished command."""

    code: int
    output: str


@dataclass
class Stack:
    """One stack with its own file backend."""

    folder: Path
    environment: Mapping[str, str]
    stack: str = "s"

    def run(self, *words: str, program: str | None = None) -> Result:
        """Run one `pulumi` command, with `program` as the stack's program if it has one."""
        with _client_options(program) as client:
            command = [engine_command(), *words, "--stack", self.stack, *client]
            done = subprocess.run(
                [*command, "--non-interactive", "--cwd", str(self.folder)],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        return Result(done.returncode, done.stdout + done.stderr)

    def up(self, program: str) -> Result:
        return self.run("up", "--yes", "--skip-preview", "--color=never", program=program)

    def preview(self, program: str, *words: str) -> Result:
        return self.run("preview", "--color=never", *words, program=program)

    def refresh(self) -> Result:
        return self.run("refresh", "--yes", "--skip-preview", "--color=never")

    def destroy(self) -> Result:
        return self.run("destroy", "--yes", "--skip-preview", "--color=never")

    def forget(self, ending: str | None) -> None:
        """Remove the resource whose URN ends so from the state."""
        for name, entry in self.entries().items() if ending else ():
            if name.endswith(str(ending)):
                assert self.run("state", "delete", entry["urn"], "--yes").code == 0

    def import_state(self, exported: str, without: set[str], more: dict[str, Any]) -> None:
        """Import an export, with some keys removed everywhere and others added to all outputs."""
        state = _without(json.loads(exported), without)
        for each in state["deployment"]["resources"]:
            if ":index/" in each["type"]:
                each["outputs"].update(more)
        file = self.folder / "state.json"
        file.write_text(json.dumps(state))
        assert self.run("stack", "import", "--force", "--file", str(file)).code == 0

    def entries(self) -> dict[str, dict[str, Any]]:
        """The stack's resources by the last part of their URN, secrets shown."""
        exported = self.run("stack", "export", "--show-secrets")
        resources = json.loads(exported.output)["deployment"].get("resources", [])
        return {each["urn"].split("::", 2)[2]: each for each in resources}


def _without(value: Any, keys: set[str]) -> Any:
    if isinstance(value, list):
        return [_without(item, keys) for item in value]
    if isinstance(value, dict):
        return {key: _without(item, keys) for key, item in value.items() if key not in keys}
    return value


@contextmanager
def _client_options(program: str | None) -> Iterator[list[str]]:
    if program is None:
        yield []
        return
    with served(program) as port:
        yield [f"--client=127.0.0.1:{port}", "--exec-kind=auto.inline"]


@contextmanager
def new_stack(folder: Path, environment: Mapping[str, str], plugin: Auth0) -> Iterator[Stack]:
    """A new stack whose `auth0` provider is `plugin`, served from this process."""
    server, port = start(plugin)
    home = folder / "home"
    state = folder / "state"
    work = folder / "work"
    for each in (home, state, work):
        each.mkdir()
    (work / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        "PULUMI_DEBUG_PROVIDERS": f"auth0:{port}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        **environment,
    }
    made = Stack(work, variables)
    try:
        assert made.run("stack", "init").code == 0
        yield made
    finally:
        server.stop(None).wait()
