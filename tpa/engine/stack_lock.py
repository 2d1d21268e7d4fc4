"""The lock of an update that was killed: its owner is dead, so nobody else will ever remove it.

The engine's file backend writes one file per running update, with the process that holds it
(https://www.pulumi.com/docs/iac/concepts/state-and-backends/#local-filesystem-backend-login).
"""

import json
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

CLOCK_SECONDS = 2.0
"""A process that began so much later than the lock is another one with the same number."""


@dataclass(frozen=True)
class Lock:
    """One update that holds the stack, or did. `since`: unix seconds."""

    file: Path
    process_id: int
    host: str
    user: str
    since: float

    @property
    def dead(self) -> bool:
        """Whether its process was on this machine and is gone."""
        if self.host != socket.gethostname():
            return False
        return _is_another(self.process_id, self.since)

    def __str__(self) -> str:
        return f"process {self.process_id} of {self.user} on {self.host}"


def locks(state: Path, project: str, stack: str) -> list[Lock]:
    """The locks of a stack; `state` is the folder of a file backend."""
    folder = state / ".pulumi" / "locks" / "organization" / project / stack
    return [lock for file in sorted(folder.glob("*.json")) if (lock := _read(file))]


def take_dead(state: Path, project: str, stack: str) -> list[Lock]:
    """Removes the locks of dead processes; returns them."""
    taken = [lock for lock in locks(state, project, stack) if lock.dead]
    for lock in taken:
        lock.file.unlink(missing_ok=True)
    return taken


def _read(file: Path) -> Lock | None:
    try:
        held = json.loads(file.read_bytes())
        since = datetime.fromisoformat(held["timestamp"]).timestamp()
        return Lock(file, int(held["pid"]), str(held["hostname"]), str(held["username"]), since)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_another(process_id: int, since: float) -> bool:
    """Whether the process ended and waits for its parent, or began after the lock was written."""
    try:
        process = psutil.Process(process_id)
        ended = process.status() == psutil.STATUS_ZOMBIE
        return ended or process.create_time() > since + CLOCK_SECONDS
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
