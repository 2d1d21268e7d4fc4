"""Every way in which a run ends leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.e2e

SLEEPER = """
import os, pathlib, time
pathlib.Path({marker!r}).write_text(f"{{os.getpid()}} {{os.getppid()}}")
time.sleep(600)
"""


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def started_run(project: Project, marker: Path) -> tuple[subprocess.Popen[str], list[int]]:
    project.write("__main__.py", SLEEPER.format(marker=str(marker)))
    cli = project.start("preview")
    assert eventually(lambda: marker.exists() and " " in marker.read_text())
    return cli, [int(pid) for pid in marker.read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_program_and_host(
    project: Project, tmp_path: Path, number: signal.Signals
) -> None:
    cli, pids = started_run(project, tmp_path / "marker")
    cli.send_signal(number)
    output, _ = cli.communicate(timeout=60)
    assert cli.returncode != 0
    assert "error: preview canceled" in output or "cancel" in output.lower()
    assert "Traceback" not in output
    assert eventually(lambda: not any(running(pid) for pid in pids))


def test_a_killed_engine_takes_program_and_host_along(project: Project, tmp_path: Path) -> None:
    cli, pids = started_run(project, tmp_path / "marker")
    cli.kill()
    try:
        # The host holds the other end of the CLI's output: it ends with the host.
        cli.communicate(timeout=30)
        assert eventually(lambda: not any(running(pid) for pid in pids))
    finally:
        for pid in filter(running, pids):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def host(engine_folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [str(engine_folder / "pulumi-language-python"), "127.0.0.1:1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.kill()


def test_the_host_prints_its_port_and_ends_with_its_input(host: subprocess.Popen[str]) -> None:
    assert host.stdout is not None
    assert 0 < int(host.stdout.readline()) < 65536
    assert host.stdin is not None
    host.stdin.close()
    assert host.wait(timeout=20) == 0


def test_the_host_ends_on_a_signal(host: subprocess.Popen[str]) -> None:
    assert host.stdout is not None
    host.stdout.readline()
    host.terminate()
    assert host.wait(timeout=20) == 0


def test_the_host_starts_without_running_the_sdk() -> None:
    code = (
        "from pulumi_toolchain.launchers import use_bare_packages; use_bare_packages();"
        "import pulumi_toolchain.language_host.servicer, sys;"
        "sdk = [m for m in sys.modules if m.split('.')[0] == 'pulumi' and 'proto' not in m];"
        "print(sorted(sdk))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pulumi', 'pulumi.runtime']"
