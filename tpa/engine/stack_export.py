"""What stacks have recorded, read with the engine's command alone: no tenant, no program."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tpa.engine.workspace import Workspace
from tpa.environments.record import Record, UnreadableRecord, outputs_in, read_record
from tpa.environments.stack_state import StateResources, resources_in_export
from tpa.errors import TpaError


@dataclass(frozen=True)
class StackState:
    """What a stack put out after its last good run, and what its state holds now. Both are empty
    where it never ran; secrets stay encrypted.
    """

    outputs: Mapping[str, Any] = field(default_factory=dict)
    resources: StateResources = field(default_factory=StateResources)

    def record(self, name: str) -> Record:
        """What it applied; `name` is the stack's, for the message.

        Raises:
            TpaError: another version of this project wrote it.
        """
        try:
            return read_record(self.outputs) or Record()
        except UnreadableRecord as error:
            raise TpaError(
                f"the record of {name} can't be compared: {error}\n  fix: run"
                f" make up ENV={name} with this version"
            ) from None


FIX = "  fix: name where it is kept, by backend: in the environment's file, and sign in there"


def stack_state(workspace: Workspace) -> StackState:
    """Both out of one export.

    Raises:
        TpaError: the state is out of reach.
    """
    command = ["stack", "export", "--stack", workspace.name, "--non-interactive"]
    done = subprocess.run(  # noqa: S603
        [str(workspace.choice.cli), *command],
        cwd=workspace.root,
        env=workspace.process_environment(None),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "no stack named" in done.stderr:
        return StackState()
    if done.returncode:
        why = done.stderr.strip().removeprefix("error: ")
        raise TpaError(f"the state of {workspace.name} can't be read: {why}\n{FIX}")
    return StackState(outputs_in(done.stdout), resources_in_export(done.stdout))


def stack_record(workspace: Workspace) -> Record:
    """What it applied; empty where it never did.

    Raises:
        TpaError: the state is out of reach, or another version of this project wrote it.
    """
    return stack_state(workspace).record(workspace.name)
