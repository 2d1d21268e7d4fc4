"""Real servers that keep state: a folder, Debian's PostgreSQL, an S3 server."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port

UNPRIVILEGED = "postgres"
SECONDS = 60


def missing(what: str) -> None:
    """Skips the test; where everything must be tried, fails instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and nothing may be skipped here")
    pytest.skip(f"{what} is not installed")


@contextmanager
def folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="tpa state ") as path:
        yield Path(path).as_uri()


@contextmanager
def s3() -> Iterator[str]:
    """An S3 server with one empty bucket; keys of any kind open it."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, {}):
        _wait(lambda: _answers(port), "the S3 server")
        httpx.put(f"http://127.0.0.1:{port}/state", trust_env=False).raise_for_status()
        options = "disableSSL=true&s3ForcePathStyle=true&region=us-east-1"
        yield f"s3://state?endpoint=127.0.0.1:{port}&{options}"


@contextmanager
def postgres() -> Iterator[str]:
    """A server of one's own in a folder of its own; it refuses to be run by root."""
    programs = _postgres_programs()
    with tempfile.TemporaryDirectory(prefix="tpa-pg-", ignore_cleanup_errors=True) as path:
        prefix = []
        if os.getuid() == 0:
            shutil.chown(path, UNPRIVILEGED)
            prefix = ["setpriv", f"--reuid={UNPRIVILEGED}", "--clear-groups"]
        data = f"{path}/data"
        make = [f"{programs}/initdb", "-D", data, "-U", "deployer", "-A", "trust", "--no-sync"]
        done = subprocess.run(
            [*prefix, *make], capture_output=True, text=True, cwd=path, check=False
        )
        assert done.returncode == 0, done.stderr
        port = free_port()
        serve = [f"{programs}/postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", path]
        with _running([*prefix, *serve, "-F"], {}, folder=path):
            ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            _wait(lambda: not subprocess.run(ready, check=False).returncode, "PostgreSQL")
            yield f"postgres://deployer@127.0.0.1:{port}/postgres?sslmode=disable"


BACKENDS = {"file": folder, "postgres": postgres, "s3": s3}


def _postgres_programs() -> str:
    """The folder of Debian's programs, which are on nobody's PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        missing("PostgreSQL (Debian's package postgresql)")
    return str(found[-1].parent if found else Path(on_path or "").resolve().parent)


@contextmanager
def _running(command: list[str], variables: dict[str, str], folder: str = "/") -> Iterator[None]:
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} does not answer"
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
