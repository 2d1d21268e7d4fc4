"""A real engine with the stand-in language host in its folder, and throw-away projects to run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pulumi_toolchain import launchers
from pulumi_toolchain.choice import Choice

ROOT = Path(__file__).parents[3]
SCRIPTS = ("pulumi-language-python-exec", "pulumi-resource-pulumi-python")


@dataclass(frozen=True)
class Project:
    """A Pulumi project in a folder of its own, with a backend and a home of its own."""

    folder: Path
    environment: dict[str, str]

    def write(self, path: str, text: str) -> Path:
        """A file of the project."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def pulumi(self, *arguments: str, status: int = 0) -> str:
        """Run the CLI; its whole output. Fails when it ends with another status."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode == 0) == (status == 0), done.stdout
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the CLI in a session of its own."""
        return subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def engine_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chosen CLI with the stand-in host, also where an official host was chosen."""
    folder = tmp_path_factory.mktemp("engine with space")
    cli = Choice.load(ROOT).cli.resolve()
    os.link(cli, folder / "pulumi") if _same_device(cli, folder) else shutil.copy2(
        cli, folder / "pulumi"
    )
    for script in SCRIPTS:
        shutil.copy2(cli.parent / script, folder / script)
    text = launchers.language_host(Path(sys.executable), folder / SCRIPTS[0])
    launchers.write(folder / "pulumi-language-python", text)
    return folder


def _same_device(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


@pytest.fixture
def project(tmp_path: Path, engine_folder: Path) -> Project:
    """An empty project `sample` with a stack `dev`; programs run with the tests' Python."""
    (tmp_path / "state").mkdir()
    own = {
        "PATH": os.pathsep.join([str(engine_folder), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    result = Project(tmp_path / "sample project", dict(os.environ) | own)
    result.write("Pulumi.yaml", pulumi_yaml(sys.prefix))
    result.pulumi("stack", "init", "dev")
    return result


def pulumi_yaml(virtualenv: str, *lines: str) -> str:
    """The Pulumi.yaml of a Python project that uses `virtualenv`."""
    head = [
        "name: sample",
        "runtime:",
        "  name: python",
        "  options:",
        "    toolchain: pip",
        f"    virtualenv: {virtualenv}",
    ]
    return "\n".join([*head, *lines, ""])
