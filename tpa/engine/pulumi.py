"""The `pulumi` command, run for one environment."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import IO

from tpa.engine.display import Display
from tpa.engine.embedded import Tenant
from tpa.engine.stack_lock import locks, take_dead
from tpa.engine.state_repair import check_readable, repair
from tpa.engine.workspace import Workspace
from tpa.environments.stack_state import StackState, state_in_export
from tpa.errors import TpaError
from tpa.terminal.output import errors, results, say
from tpa.terminal.progress import Progress, progress

WORK = {"preview": "previewing", "up": "updating", "destroy": "destroying", "refresh": "reading"}
STREAMING = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
"""A preview prints its events as they come, as an update does."""
PENDING = b'"pending_operations"'
HINTS = ("Update plan written to", "Run `pulumi up --plan")
"""Of the engine, about a plan's file: ours is gone when they are read."""


@dataclass(frozen=True)
class Engine:
    """`tenant` is None for an environment with a real one."""

    workspace: Workspace
    tenant: Tenant | None

    def open_stack(self) -> None:
        """Creates the stack where it does not exist, and puts in order what a killed run left.

        Raises:
            TpaError: the state is out of reach.
        """
        if self.tenant is not None:
            self._take_dead_lock()
            self._repair_state()
        if not self._exists():
            self._create_stack()
        elif self.tenant is not None and not self.workspace.stack_config.exists():
            self._recover_salt()
        if self.tenant is not None and self._was_cut_off():
            self._clear_pending()

    def run(self, *arguments: str, quiet: bool = False, **variables: str) -> int:
        """The exit status of `follow`, which shows each change as it is made."""
        return self.follow(*arguments, quiet=quiet, steps=True, **variables)[0]

    def follow(
        self, *arguments: str, quiet: bool = False, steps: bool = True, **variables: str
    ) -> tuple[int, Display]:
        """Runs `preview`, `up`, `refresh` or `destroy`, and shows what it tells; its exit status.

        Args:
            quiet: to standard error, so that standard output holds the caller's results only.
            steps: whether each change is shown as it is made.
            variables: for this command alone.

        Raises:
            KeyboardInterrupt: Ctrl-C, after the engine has ended in order.
        """
        command = [str(self.workspace.choice.cli), *arguments, "--stack", self.workspace.name]
        with progress(f"{WORK.get(arguments[0], arguments[0])} {self.workspace.name}") as going:
            display = Display(errors if quiet else results(), going, printed=steps)
            process = subprocess.Popen(  # noqa: S603
                [*command, "--json"],
                cwd=self.workspace.root,
                env={**self.environment(), **STREAMING, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            followed = (
                Thread(target=_read, args=(process.stdout, display.line)),
                Thread(target=_read, args=(process.stderr, partial(_pass_on, going))),
            )
            for each in followed:
                each.start()
            try:
                status = _ended(process)
            finally:
                for each in followed:
                    each.join()
            display.end(self.workspace.name)
        if status:
            self._say_who_holds_it()
        return status, display

    def capture(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command and returns what it printed; a failure raises nothing."""
        return self._captured([*arguments, "--stack", self.workspace.name], **variables)

    def state(self) -> StackState:
        """What the stack has recorded; secret outputs stay encrypted."""
        return state_in_export(self.export())

    def export(self) -> str:
        """The whole state of the stack as JSON; secrets stay encrypted."""
        found = self.workspace.exported()
        return found or self._read("stack", "export", "--stack", self.workspace.name)

    def environment(self) -> Mapping[str, str]:
        """The environment variables of the engine's processes."""
        return self.workspace.process_environment(self.tenant)

    def start_over(self) -> None:
        """Removes the state of the stack and creates it again; nothing in the tenant is touched."""
        self._read("stack", "rm", "--yes", "--force", "--stack", self.workspace.name)
        self.open_stack()

    def _create_stack(self) -> None:
        """`stack init` always writes the salt next to Pulumi.yaml, so an embedded stack is created
        in a folder of its own that git ignores.
        """
        folder = self.workspace.root
        if self.tenant is not None:
            folder = self.workspace.stack_config.parent
            folder.mkdir(parents=True, exist_ok=True)
            self.workspace.stack_config.unlink(missing_ok=True)
            project = f"name: {self.workspace.catalog.project}\nruntime: python\n"
            (folder / "Pulumi.yaml").write_text(project, encoding="utf-8")
        self._read("stack", "init", self.workspace.name, "--no-select", folder=str(folder))

    def _repair_state(self) -> None:
        folder, file = self.workspace.state_folder, self.workspace.state_file
        if folder is not None and file is not None:
            for name, state in repair(folder).items():
                say(f"{name}: its state was half-written; restored {state}")
            check_readable(file)

    def _exists(self) -> bool:
        """A folder is asked by its files: the engine's list fails where any other stack is torn."""
        name, file = self.workspace.name, self.workspace.state_file
        if self.tenant is not None and file is not None:
            # The second one with PULUMI_DIY_BACKEND_GZIP.
            return file.exists() or file.with_name(f"{file.name}.gz").exists()
        known = json.loads(self._read("stack", "ls", "--json"))
        return any(stack["name"].split("/")[-1] == name for stack in known)

    def _take_dead_lock(self) -> None:
        """Removes the lock of an update of this machine that was killed."""
        folder, name = self.workspace.state_folder, self.workspace.name
        for lock in take_dead(folder, self.workspace.catalog.project, name) if folder else []:
            say(f"{name}: the last update was killed ({lock}); its lock is removed")

    def _was_cut_off(self) -> bool:
        """Whether the state says that something was being done, and no update runs that does it."""
        folder, project, name = (
            self.workspace.state_folder,
            self.workspace.catalog.project,
            self.workspace.name,
        )
        if folder is None or locks(folder, project, name):
            return False
        state = self.workspace.state_file
        return state is not None and state.is_file() and PENDING in state.read_bytes()

    def _clear_pending(self) -> None:
        """What the killed update was about to do: the next run looks into the tenant, by ownership
        tags, and the engine would repeat a warning about it in every run.
        """
        state = json.loads(self.export())
        if (state.get("deployment") or {}).pop("pending_operations", None):
            self.replace_state(state)

    def forget_undeclared_inputs(self) -> None:
        """Takes out of the state what an import took for declared, and the program ignores.

        The engine keeps ignored inputs as they were, so every later update would write the values
        that were live when they were imported. The tenant is not touched.
        """
        state = json.loads(self.export())
        resources = (state.get("deployment") or {}).get("resources") or []
        for resource in resources:
            for path in resource.get("ignoreChanges") or []:
                block, _, name = path.rpartition(".")
                inputs = resource.get("inputs") or {}
                (inputs.get(block) or {} if block else inputs).pop(name, None)
        self.replace_state(state)

    def replace_state(self, state: object) -> None:
        """Puts a changed export in the place of the state; the tenant is not touched."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            self._read("stack", "import", "--file", file.name, "--stack", self.workspace.name)

    def _say_who_holds_it(self) -> None:
        """After a failed run: the advice of the engine is a command that may not be on PATH."""
        folder, name = self.workspace.state_folder, self.workspace.name
        for lock in locks(folder, self.workspace.catalog.project, name) if folder else []:
            gone = "which is gone; take it over" if lock.dead else "if that is gone for good"
            say(
                f"{name} is held by {lock}; {gone}:\n"
                f'  eval "$(tpa env -e {name})" && pulumi cancel --yes --stack {name}'
            )

    def _recover_salt(self) -> None:
        """Writes the lost config file again: the state keeps a copy of its salt."""
        provider = json.loads(self.export())["deployment"].get("secrets_providers", {})
        salt = provider.get("state", {}).get("salt")
        if salt is None:
            self._read("stack", "rm", "--yes", "--stack", self.workspace.name)
            self._create_stack()
            return
        self.workspace.stack_config.parent.mkdir(parents=True, exist_ok=True)
        self.workspace.stack_config.write_text(f"encryptionsalt: {salt}\n", encoding="utf-8")

    def _captured(
        self, arguments: Sequence[str], folder: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            [str(self.workspace.choice.cli), *arguments, "--non-interactive"],
            cwd=folder or self.workspace.root,
            env={**self.environment(), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def _read(self, *arguments: str, folder: str = "") -> str:
        done = self._captured(arguments, folder)
        if done.returncode:
            command = " ".join(["pulumi", *arguments])
            raise TpaError(f"{command} failed:\n{done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def _read(lines: IO[bytes] | None, show: Callable[[str], None]) -> None:
    """To the end, whatever happens: the engine waits for its reader."""
    for line in lines or ():
        text = line.decode("utf-8", "replace")
        try:
            show(text)
        except Exception:  # noqa: BLE001
            sys.stderr.write(text)


def _pass_on(going: Progress, text: str) -> None:
    if not text.startswith(HINTS):
        with going.paused():
            sys.stderr.write(text)
            sys.stderr.flush()


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Its exit status. Ctrl-C reaches the engine too, which then finishes the call that it is in,
    records it and unlocks the stack; killed, it would leave the lock, and a call unrecorded.
    """
    interrupted = False
    while process.returncode is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return process.returncode
