"""Restores a state file that a killed engine left half-written to what it was one step before.

The engine's file backend copies a stack's file to `<file>.bak` and then writes it in place. What
the lost step created in the tenant is found by its ownership tag at the next run.
"""

import json
import shutil
import time
from pathlib import Path

ATTEMPTS = 10
PAUSE = 0.1
"""Seconds between two attempts."""


def repair(state: Path) -> list[str]:
    """Restores what is half-written; the names of these stacks. `state`: a backend's folder."""
    files = sorted((state / ".pulumi" / "stacks").rglob("*.json"))
    return [file.stem for file in files if _is_half_written(file) and _restore(file)]


def _is_half_written(file: Path) -> bool:
    """Whether it is unreadable for longer than a running engine takes to write it."""
    for _ in range(ATTEMPTS):
        if _readable(file):
            return False
        time.sleep(PAUSE)
    return True


def _restore(file: Path) -> bool:
    backup = file.with_name(f"{file.name}.bak")
    if not _readable(backup):
        return False
    shutil.copyfile(backup, file)
    return True


def _readable(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return True
