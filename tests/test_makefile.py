"""The set-up of `.venv` by make, with a stand-in for Python: nothing is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = """\
#!/bin/sh
# `-m venv` makes an environment with this very script as its python; pip installs `tpa`.
case "$*" in
  "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python;;
  *"pip install"*) test ! -e offline || { cat offline >&2; exit 1; }
    echo "#!$(cd .venv && pwd -P)/bin/python" > .venv/bin/tpa;;
esac
"""
OFFLINE = """\
WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...)': /simple/
ERROR: Could not find a version that satisfies the requirement ada-url==4.0.0 (from versions: none)
"""
NO_HASH = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    for name in ("components", "emulator", "toolchain"):
        (folder / name).mkdir(parents=True)
        (folder / name / "pyproject.toml").touch()
    for name in ("pyproject.toml", "requirements.lock"):
        (folder / name).touch()
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "python").write_text(PYTHON, encoding="utf-8")
    (folder / "python").chmod(0o755)
    return folder


def make(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["make", "-s", "PYTHON=./python", ".venv/.ready"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def made_in(folder: Path) -> str:
    return (folder / ".venv/bin/tpa").read_text(encoding="utf-8").strip()


def test_it_is_set_up_once(checkout: Path) -> None:
    assert "setting up .venv" in make(checkout).stderr
    assert make(checkout).stderr == ""


@pytest.mark.parametrize("way", ["moved", "copied"])
def test_a_folder_that_was_moved_or_copied(checkout: Path, way: str) -> None:
    make(checkout)
    folder = checkout.with_name("another place")
    if way == "moved":
        checkout.rename(folder)
    else:
        shutil.copytree(checkout, folder)
    said = make(folder).stderr
    assert "this folder was moved or copied: .venv is made again" in said
    assert made_in(folder) == f"#!{folder}/.venv/bin/python"
    assert make(folder).stderr == ""


def test_a_link_to_another_ones_is_left_alone(checkout: Path, tmp_path: Path) -> None:
    make(checkout)
    shutil.copytree(checkout, tmp_path / "b", ignore=shutil.ignore_patterns(".venv"))
    (tmp_path / "b/.venv").symlink_to(checkout / ".venv")
    (checkout / ".venv/.ready").touch()
    assert make(tmp_path / "b").stderr == ""


@pytest.mark.parametrize(
    ("trace", "said"),
    [(OFFLINE, "no package index can be reached"), (NO_HASH, "DO NOT MATCH THE HASHES")],
)
def test_what_pip_says_is_one_line(checkout: Path, trace: str, said: str) -> None:
    (checkout / "offline").write_text(trace, encoding="utf-8")
    ended = make(checkout)
    assert ended.returncode == 2
    shown = [line for line in ended.stderr.splitlines() if not line.startswith("make")]
    assert said in shown[1]
    assert shown[2] == "  log: .venv/pip.log"
    assert len(shown) == 3
    assert (checkout / ".venv/pip.log").read_text(encoding="utf-8") == trace
    assert not (checkout / ".venv/.ready").exists()
