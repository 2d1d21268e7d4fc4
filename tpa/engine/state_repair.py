"""Restores a state file that a killed engine, or a full disk, left half-written.

The engine's file backend copies a stack's file to `<file>.bak` and then writes it in place; beside
it are the states at the beginning and end of earlier updates. What the lost steps created in the
tenant is found by its ownership tag at the next run.
"""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tpa.errors import TpaError

ATTEMPTS = 10
PAUSE = 0.1
"""Seconds between two attempts."""
_MADE_AT = re.compile(r"[.-](\d+)(\.checkpoint)?\.json")


def state_file(state: Path, project: str, stack: str) -> Path:
    """Where a file backend keeps the state of a stack; `state`: the backend's folder."""
    return state / ".pulumi" / "stacks" / project / f"{stack}.json"


def exported(file: Path) -> str | None:
    """What `pulumi stack export` prints of the state in a file, at a hundredth of its price; None
    where there is no such file, or it is half-written.
    """
    try:
        content = json.loads(file.read_bytes())
        deployment = content.pop("checkpoint")["latest"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return json.dumps({**content, "deployment": deployment or {}})


def repair(state: Path) -> dict[str, str]:
    """Restores what is half-written: name of the stack -> which state it has now."""
    files = sorted((state / ".pulumi" / "stacks").rglob("*.json"))
    restored = ((file.stem, _restored(state, file)) for file in files if _is_half_written(file))
    return {name: copy for name, copy in restored if copy}


def check_readable(file: Path) -> None:
    """After `repair`: other stacks of the folder are not this one's matter.

    Raises:
        TpaError: the file is there, and neither it nor a copy can be read.
    """
    if file.exists() and not _readable(file):
        raise TpaError(
            f"the state of {file.stem} is half-written, and so is every copy of it: {file}\n"
            f"  fix: make room if the disk is full, and put a copy of your own there; without one,"
            f" delete {file.name} and {file.name}.bak there and the stack begins anew"
        )


def _is_half_written(file: Path) -> bool:
    """Whether it is unreadable for longer than a running engine takes to write it."""
    for _ in range(ATTEMPTS):
        if _readable(file):
            return False
        time.sleep(PAUSE)
    return True


def _restored(state: Path, file: Path) -> str:
    """What it was restored to; "" where no copy can be read."""
    for copy, label in _copies(state, file):
        if _readable(copy):
            _replace(file, copy)
            return label
    return ""


def _copies(state: Path, file: Path) -> Iterator[tuple[Path, str]]:
    """The best one first."""
    yield file.with_name(f"{file.name}.bak"), "as it was one step before"
    earlier: list[tuple[int, Path]] = []
    for kind in ("backups", "history"):
        for copy in (state / ".pulumi" / kind / file.parent.name / file.stem).glob("*.json"):
            made = _MADE_AT.fullmatch(copy.name.removeprefix(file.stem))
            if made:
                earlier.append((int(made[1]), copy))
    for at, copy in sorted(earlier, reverse=True):
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at / 1e9))
        yield copy, f"as it was at {when}, by {copy.name}"


def _replace(file: Path, copy: Path) -> None:
    """Whole or not at all: the disk may still be full."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        shutil.copyfile(copy, fresh)
        fresh.replace(file)
    finally:
        with suppress(OSError):
            fresh.unlink()


def _readable(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_bytes()), dict)
    except (OSError, ValueError, RecursionError):
        return False
