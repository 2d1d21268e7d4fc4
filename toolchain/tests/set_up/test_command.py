"""The command line of `python -m pulumi_toolchain`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_toolchain import __main__ as command
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.set_up import SetUp
from pulumi_toolchain.sources import Sources


def test_an_unknown_source_is_one_line_and_status_two(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_toolchain"],
        cwd=tmp_path,
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
        (KeyboardInterrupt(), 130, "toolchain: interrupted; run it again to continue\n"),
    ],
)
def test_what_the_user_can_fix_is_one_message(
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
    assert command.main([]) == status
    assert capsys.readouterr().err == shown


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[Layout]:
    """The layouts of the set-ups that were started; nothing is set up."""
    seen: list[Layout] = []
    monkeypatch.delenv("TOOLCHAIN", raising=False)
    monkeypatch.setattr(SetUp, "run", lambda self: seen.append(self.layout))
    return seen


def test_the_current_folder_and_the_running_python_are_the_defaults(
    layouts: list[Layout], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main([]) == 0
    assert layouts == [Layout(tmp_path, Path(sys.executable))]


def test_a_folder_and_a_python_can_be_given(layouts: list[Layout], tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert command.main(["--root", str(tmp_path), "--python", str(python)]) == 0
    # The link is kept: it is what makes the Python that of its virtual environment.
    assert layouts == [Layout(tmp_path, python)]


@pytest.mark.parametrize(
    ("option", "shown"),
    [("--root", "--root {} is not a folder"), ("--python", "--python {} is not an executable")],
)
def test_a_path_that_does_not_exist_is_one_message(
    layouts: list[Layout],
    option: str,
    shown: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    missing = str(tmp_path / "missing")
    assert command.main([option, missing]) == 2
    assert shown.format(missing) in capsys.readouterr().err
    assert layouts == []


def test_a_python_without_the_packages_is_refused(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True, timeout=60
    )
    python = tmp_path / "bare" / "bin" / "python"
    with pytest.raises(ToolchainError, match="grpc, pulumi, httpx is not installed for it"):
        SetUp(Layout(tmp_path, python)).run()
    assert not (tmp_path / ".toolchain").exists()
