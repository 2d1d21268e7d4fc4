"""The wheel holds all that it needs, and what it installs works outside the source folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pulumi_toolchain import installed

from .conftest import Machine

pytestmark = pytest.mark.e2e

DISTRIBUTION = Path(__file__).parents[2]
# Only the wheel's folder holds the package: the tests' Python has the source folder, too.
RUN = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('pulumi_toolchain', run_name='__main__', alter_sys=True)"
)


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if re.search("No matching distribution found for setuptools|Connection", done.stderr):
        pytest.skip("no package index in reach: the wheel can't be built")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # In a copy: a build leaves a folder behind, and takes removed modules from an earlier one.
    folder = tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns("build", "tests", "*.egg-info", "__pycache__")
    source = shutil.copytree(DISTRIBUTION, folder / "source", ignore=left_out)
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source)
    (file,) = folder.glob("pulumi_toolchain-*.whl")
    return file


def test_the_wheel_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {re.sub(r"^[^/]*\.dist-info/", "", name) for name in archive.namelist()}
    package = DISTRIBUTION / "pulumi_toolchain"
    sources = {str(file.relative_to(DISTRIBUTION)) for file in package.rglob("*.py")}
    data = {
        f"pulumi_toolchain/{name}"
        for name in ("py.typed", "engine/go.mod", "engine/go.sum", "engine/go.lock")
    }
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "top_level.txt"}
    assert names == sources | data | about | {"licenses/LICENSE"}


def test_an_installed_wheel_sets_up_a_project_elsewhere(wheel: Path, machine: Machine) -> None:
    site = machine.layout.root.parent / "site packages"
    pip("install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel)
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN, site, "--root", machine.layout.root],
        env=dict(os.environ) | {"TOOLCHAIN": "registries"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    plugin = machine.layout.standin_home / "plugins" / installed.PLUGIN_FOLDER / installed.PLUGIN
    for launcher in (plugin, machine.layout.bin / installed.HOST):
        assert f"packages='{site}'" in launcher.read_text()
        with subprocess.Popen(
            [launcher, "127.0.0.1:1"],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert 0 < int(process.stdout.readline()) < 65536
            process.communicate(timeout=30)
        assert process.returncode == 0
