"""A state file that a killed engine left half-written, put back to what it was one step before.

The engine's file backend copies a stack's file beside itself (`.bak`) and then writes it in place.
What the lost step made in the tenant is found by its tag when the next run looks there.
"""

import json
import shutil
import time
from pathlib import Path

ATTEMPTS = 10
PAUSE = 0.1
"""Seconds between two attempts."""


def mend(state: Path) -> list[str]:
    """The stacks whose files could not be read and were put back; `state` is a backend's folder."""
    files = sorted((state / ".pulumi" / "stacks").rglob("*.json"))
    return [file.stem for file in files if _torn(file) and _put_back(file)]


def _torn(file: Path) -> bool:
    """Unreadable for longer than a running engine takes to write it."""
    for _ in range(ATTEMPTS):
        if _readable(file):
            return False
        time.sleep(PAUSE)
    return True


def _put_back(file: Path) -> bool:
    kept = file.with_name(f"{file.name}.bak")
    if not _readable(kept):
        return False
    shutil.copyfile(kept, file)
    return True


def _readable(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return True
