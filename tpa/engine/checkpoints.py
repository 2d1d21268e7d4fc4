"""Updates without the engine's checkpoints.

With them the engine writes the whole state before and after each step, which costs more than all
else in a large stack. Without them it writes the state once, at the end, and a killed update leaves
it as it was. The journal is there exactly as long as that is so: it names the commands that ran
since the state was written, and the provider notes in it what shared objects held before
(`auth0_third_party.provider.journal`). Objects that are ours alone are found by their ownership
tags and natural keys.
"""

import json
import os
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from auth0_third_party.provider.journal import entries
from tpa.engine.display import Display
from tpa.engine.pulumi import Engine
from tpa.errors import TpaError

OFF = {"PULUMI_SKIP_CHECKPOINTS": "true"}


def run_update(engine: Engine, *arguments: str, quiet: bool = False) -> tuple[int, Display]:
    """`Engine.follow` of a command that writes; without checkpoints where there is a journal.

    Raises:
        KeyboardInterrupt: Ctrl-C, after the engine has ended in order.
    """
    journal = engine.workspace.journal
    if journal is None:
        return engine.follow(*arguments, quiet=quiet)
    run, began = _begin(journal, arguments[0]), time.time()
    status = -1
    try:
        status, display = engine.follow(*arguments, quiet=quiet, steps=True, **OFF)
    finally:
        written = status == 0 or _written_since(engine, began)
        runs = [each["run"] for each in journal_entries(journal) if "run" in each]
        if written and runs[-1:] == [run]:  # no other one has begun meanwhile
            forget(journal)
    return status, display


def journal_entries(journal: Path | None) -> list[Mapping[str, Any]]:
    """What ran to no end since the state was written (`command`), and what it noted of shared
    objects (`of`, `id`, `before`); none where the state is up to date.
    """
    return list(entries(journal))


def forget(journal: Path | None) -> None:
    """The state is up to date, or nothing of the updates is left."""
    if journal is not None:
        journal.unlink(missing_ok=True)


def _begin(journal: Path, command: str) -> str:
    """Notes the run; returns what it is called."""
    run = secrets.token_hex(8)
    line = json.dumps({"command": command, "run": run})
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as end:
            end.write(f"\n{line}\n")
            end.flush()
            os.fsync(end.fileno())
    except OSError as error:
        raise TpaError(
            f"{journal} can't be written: {error.strerror}\n  fix: make room, or name another"
            " folder by TPA_JOURNAL"
        ) from None
    return run


def _written_since(engine: Engine, moment: float) -> bool:
    """Whether the state was written after `moment`, in unix seconds: an update that fails, or that
    Ctrl-C ends, writes it too.
    """
    done = engine.capture("stack", "export")
    if done.returncode:
        return False
    manifest = (json.loads(done.stdout).get("deployment") or {}).get("manifest") or {}
    try:
        return datetime.fromisoformat(str(manifest.get("time", ""))).timestamp() >= moment
    except ValueError:
        return False
