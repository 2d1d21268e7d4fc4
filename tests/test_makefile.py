"""The set-up of `.venv` by make, with a stand-in for Python: nothing is installed."""

import os
import shutil
import signal
import subprocess
import time
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PYTHON = """\
#!/bin/sh
# `-m venv` makes an environment with this very script as its python; pip installs `tpa`.
# A file `PART-does` is what a part of the set-up does; it runs in the checkout.
case "$*" in
  "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python;;
  *"pip install"*first.lock) ;;
  *"pip install"*) test ! -e offline || { cat offline >&2; exit 1; }
    test ! -e pip-does || . ./pip-does
    echo "#!$(cd .venv && pwd -P)/bin/python" > .venv/bin/tpa;;
  "-m pulumi_toolchain"*) cd .. && test ! -e engine-does || . ./engine-does;;
esac
"""
# Shell: says that it runs and goes on until it is ended, with a child as pip and the engine have.
LONG = """\
trap 'touch {0}-ended; kill $!; exit 1' TERM; touch {0}-runs; sleep 60 & wait
"""
# Shell: waits until the other part runs as well; a minute is enough on a busy machine.
MEET = """\
touch {0}-runs; n=0
until test -e {1}-runs; do n=$((n+1)); test $n -lt 600 || exit 9; sleep 0.1; done
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


def make(folder: Path, target: str = ".venv/.ready") -> subprocess.CompletedProcess[str]:
    command = ["make", "-s", "PYTHON=./python", target]
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


def needed(requirement: Requirement) -> set[str]:
    """The distributions that an installation brings, by their names in the locks."""
    found = {requirement.name.lower().replace("_", "-")}
    for wanted in map(Requirement, requires(requirement.name) or ()):
        extras = requirement.extras or {""}
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": e}) for e in extras):
            found |= needed(wanted)
    return found


def test_what_comes_first_is_what_the_toolchain_needs_to_set_up(checkout: Path) -> None:
    shutil.copy(ROOT / "requirements.lock", checkout)
    make(checkout, ".venv/.first")
    lines = (checkout / ".venv/first.lock").read_text(encoding="utf-8").splitlines()
    first = {line.partition("==")[0] for line in lines if "==" in line}
    # Needed by a Python older than 3.13.
    assert first == needed(Requirement("httpx[socks]")) | {"typing-extensions"}
    assert all("==" in line or line.startswith("    --hash=sha256:") for line in lines)
    assert len(lines) >= 2 * len(first)


def part(checkout: Path, name: str, script: str) -> None:
    (checkout / f"{name}-does").write_text(script, encoding="utf-8")


def test_packages_and_engine_come_side_by_side(checkout: Path) -> None:
    part(checkout, "pip", MEET.format("pip", "engine"))
    part(checkout, "engine", MEET.format("engine", "pip"))
    done = make(checkout, "setup")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert (checkout / ".venv/.ready").exists()


@pytest.mark.parametrize(("failing", "other"), [("pip", "engine"), ("engine", "pip")])
def test_the_first_that_fails_ends_the_other(checkout: Path, failing: str, other: str) -> None:
    said = "ERROR: the network is down"
    fails = MEET.format(failing, other) + f"echo '{said}' >&2; exit 1\n"
    part(checkout, failing, fails)
    part(checkout, other, LONG.format(other))
    done = make(checkout, "setup")
    assert done.returncode == 2
    assert said in done.stderr
    assert ("log: .venv/pip.log" in done.stderr) == (failing == "pip")
    assert (checkout / f"{other}-ended").exists()
    assert not (checkout / ".venv/.ready").exists()


def test_ctrl_c_ends_both(checkout: Path) -> None:
    part(checkout, "pip", LONG.format("pip"))
    part(checkout, "engine", LONG.format("engine"))
    command = ["make", "-s", "PYTHON=./python", "setup"]
    with subprocess.Popen(command, cwd=checkout, start_new_session=True) as process:
        deadline = time.monotonic() + 60
        runs = [checkout / "pip-runs", checkout / "engine-runs"]
        while not all(file.exists() for file in runs) and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) != 0
    assert (checkout / "pip-ended").exists()
    assert (checkout / "engine-ended").exists()
