"""Whose lock is taken: that of a dead process of this machine, and no other."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tpa.engine.stack_lock import locks, take_dead

HERE = socket.gethostname()
NOW = datetime.now(UTC).isoformat()


def lock(state: Path, pid: int, host: str = HERE, since: str = NOW) -> Path:
    """As the engine writes it."""
    folder = state / ".pulumi/locks/organization/partners/dev"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{pid}-{host}.json"
    held = {"pid": pid, "username": "root", "hostname": host, "timestamp": since}
    file.write_text(json.dumps(held), encoding="utf-8")
    return file


@pytest.fixture
def zombie() -> Iterator[int]:
    """Ended, and its parent has not asked how."""
    process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    yield process.pid
    process.wait()


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_dead_process_of_this_machine(tmp_path: Path) -> None:
    pid = dead_process()
    file = lock(tmp_path, pid, since="2026-11-26T15:56:32.57136394Z")
    (taken,) = take_dead(tmp_path, "partners", "dev")
    assert str(taken) == f"process {pid} of root on {HERE}"
    assert not file.exists()


def test_a_process_that_only_waits_for_its_parent(tmp_path: Path, zombie: int) -> None:
    assert lock(tmp_path, zombie).exists()
    assert len(take_dead(tmp_path, "partners", "dev")) == 1


def test_another_process_that_got_the_number(tmp_path: Path) -> None:
    lock(tmp_path, os.getpid(), since="2020-01-01T00:00:00Z")
    assert len(take_dead(tmp_path, "partners", "dev")) == 1


@pytest.mark.parametrize("place", ["running", "elsewhere"])
def test_what_may_be_at_work_keeps_its_lock(tmp_path: Path, place: str) -> None:
    if place == "running":
        file = lock(tmp_path, os.getpid())
    else:
        file = lock(tmp_path, dead_process(), host="another-machine")
    assert take_dead(tmp_path, "partners", "dev") == []
    assert file.exists()
    assert len(locks(tmp_path, "partners", "dev")) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_lock_that_is_none_is_left_alone(tmp_path: Path, text: str) -> None:
    file = lock(tmp_path, 1)
    file.write_text(text, encoding="utf-8")
    assert take_dead(tmp_path, "partners", "dev") == []
    assert file.exists()


def test_the_lock_of_another_stack(tmp_path: Path) -> None:
    file = lock(tmp_path, dead_process())
    assert take_dead(tmp_path, "partners", "prod") == []
    assert file.exists()
