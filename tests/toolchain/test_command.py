"""`python -m pulumi_toolchain` as make runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_toolchain import __main__ as command
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.set_up import SetUp
from pulumi_toolchain.sources import Sources

ROOT = Path(__file__).parents[2]


def test_an_unknown_source_is_one_line_and_status_two() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_toolchain"],
        cwd=ROOT,
        env=dict(os.environ) | {"TOOLCHAIN": "internet"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "TOOLCHAIN=internet is unknown" in line
    assert "system, vendor, registries" in line


def test_an_unset_source_is_any() -> None:
    assert Sources.from_environment({}) is Sources.ANY
    assert Sources.from_environment({"TOOLCHAIN": "vendor"}) is Sources.VENDOR


@pytest.mark.parametrize(
    ("raised", "status", "shown"),
    [
        (ToolchainError("no Go"), 2, "toolchain: no Go\n"),
        (
            OSError(28, "No space left on device", "/x"),
            2,
            "toolchain: /x: No space left on device\n",
        ),
        (KeyboardInterrupt(), 130, "toolchain: interrupted; run it again to go on\n"),
    ],
)
def test_what_a_person_can_mend_is_one_message(
    raised: BaseException,
    status: int,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: SetUp) -> None:
        raise raised

    monkeypatch.delenv("TOOLCHAIN", raising=False)
    monkeypatch.setattr(SetUp, "run", fail)
    assert command.main() == status
    assert capsys.readouterr().err == shown
