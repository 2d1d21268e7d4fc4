"""What a project needs to run, and what is said where it is missing."""

import importlib.util
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.conftest import Run, choice
from tests.tpa.files.conftest import Project
from tpa.engine.installation import prepare_program
from tpa.errors import TpaError
from tpa.project import own_version

OWN = own_version()
Lacking = Callable[..., None]


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Lacking:
    """As if the extras with these packages were not installed."""
    real = importlib.util.find_spec

    def without(*packages: str) -> None:
        found: Any = lambda name: None if name in packages else real(name)  # noqa: E731
        monkeypatch.setattr("tpa.engine.installation.find_spec", found)

    return without


def pulumi_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    (folder / "bin").mkdir()
    (folder / "bin/pulumi").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "bin/pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.defpath}")


def test_without_the_toolchain_the_pulumi_on_path_is_used(
    run: Run, project: Project, lacking: Lacking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking("pulumi_toolchain")
    project.dev(tenant="acme-dev.auth0.com", embedded_port=None)
    pulumi_on_path(tmp_path, monkeypatch, 'echo "$0 $1: signed out" >&2; exit 1')
    ended = run(project.root, "up")
    assert ended.status == 2
    assert "signed out" in ended.error
    assert not (project.root / ".toolchain").exists()


def test_what_an_extra_would_bring_is_named(
    run: Run, project: Project, lacking: Lacking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    lacking("pulumi_toolchain")
    ended = run(project.root, "up")
    assert ended.status == 2
    assert "there is no pulumi on PATH" in ended.error
    assert f"'auth0-third-party-apps[embedded,toolchain]=={OWN}'" in ended.error
    lacking("auth0_emulator")
    choice(project.root).save(project.root)
    ended = run(project.root, "up")
    assert ended.status == 2
    assert ended.error.splitlines() == [
        "tpa: dev has an embedded tenant, and auth0-emulator is not installed",
        f"  fix: install 'auth0-third-party-apps[embedded,toolchain]=={OWN}', or name a real tenant"
        " in stacks/dev.yaml",
    ]


@pytest.mark.parametrize("pin", ["0.0.9", "99.0.0"])
def test_another_version_of_the_tool_is_refused(run: Run, project: Project, pin: str) -> None:
    project.write("requirements.txt", f"# ours\nauth0-third-party-apps[embedded]=={pin}\nhttpx\n")
    ended = run(project.root, "environments")
    assert ended.status == 2
    assert f"project is for tpa {pin} (requirements.txt), and this is tpa {OWN}" in ended.error
    assert "tpa init --check" in ended.error
    for line in (f"Auth0_Third_Party_Apps [embedded] == {OWN} ; x", "auth0-third-party-apps==0.*"):
        project.write("requirements.txt", f"{line}\n")
        assert run(project.root, "environments").status == 0


def test_the_programs_environment_is_made_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And again where it has another version than the project pins; a checkout's is left alone."""
    packages = project.root / ".venv/lib/python3.11/site-packages"
    info = packages / f"auth0_third_party_apps-{OWN}.dist-info"
    ran: list[list[str]] = []

    def ended(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        ran.append(command[1:])
        info.mkdir(parents=True, exist_ok=True)
        refused = "ERROR: no such package" if (project.root / "offline").exists() else ""
        return subprocess.CompletedProcess(command, bool(refused), refused, "")

    monkeypatch.setattr("tpa.engine.installation.subprocess.run", ended)
    options = {"name": "python", "options": {"virtualenv": ".venv"}}
    project.write("Pulumi.yaml", {"name": "sample", "runtime": options})
    prepare_program(project.root)
    assert ran == []
    project.write("requirements.txt", f"auth0-third-party-apps=={OWN}\n")
    for _ in range(2):
        prepare_program(project.root)
    make, install = ran
    assert make == ["-m", "venv", str(project.root / ".venv")]
    assert install[-2:] == ["-r", "requirements.txt"]
    info.rename(packages / "auth0_third_party_apps-0.0.9.dist-info")
    (project.root / "offline").touch()
    with pytest.raises(TpaError, match=r"failed:\n    ERROR: no such package"):
        prepare_program(project.root)
