"""The lock of an update that was killed: its owner is dead, so nobody else will ever remove it.

The engine's file backend writes one file per running update, with the process that holds it
(https://www.pulumi.com/docs/iac/concepts/state-and-backends/#local-filesystem-backend-login).
"""

import json
import os
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

PROCESSES = Path("/proc")
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
        try:
            os.kill(self.process_id, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
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
        fields = (PROCESSES / f"{process_id}/stat").read_text().rpartition(")")[2].split()
        state, ticks = fields[0], int(fields[19])
        up = float((PROCESSES / "uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return False
    age = up - ticks / os.sysconf("SC_CLK_TCK")
    return state == "Z" or datetime.now().timestamp() - age > since + CLOCK_SECONDS  # noqa: DTZ005
