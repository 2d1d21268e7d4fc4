"""What stacks have recorded, read with the engine's command alone: no tenant, no program."""

import subprocess
from collections.abc import Mapping
from typing import Any

from catalog.record import Record, UnreadableRecord, outputs_in, read_record
from tpa.errors import TpaError
from tpa.workspace import Workspace


def stack_outputs(workspace: Workspace) -> Mapping[str, Any]:
    """The outputs after the last update, empty where there was none; secrets stay encrypted.

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
        return {}
    if done.returncode:
        why = done.stderr.strip().removeprefix("error: ")
        raise TpaError(f"the state of {workspace.name} can't be read: {why}")
    return outputs_in(done.stdout)


def stack_record(workspace: Workspace) -> Record:
    """What it applied; empty where it never did.

    Raises:
        TpaError: the state is out of reach, or another version of this project wrote it.
    """
    try:
        return read_record(stack_outputs(workspace)) or Record()
    except UnreadableRecord as error:
        raise TpaError(
            f"the record of {workspace.name} can't be compared: {error}\n  fix: run"
            f" make up ENV={workspace.name} with this version"
        ) from None
