"""`pulumi install` makes the virtual environment and fills it, without a package index."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.e2e

WHEEL = "tinything-1.0-py3-none-any.whl"


def write_wheel(folder: Path) -> None:
    metadata = "tinything-1.0.dist-info"
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr("tinything.py", "ANSWER = 42\n")
        wheel.writestr(
            f"{metadata}/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{metadata}/RECORD", "")


@pytest.fixture
def bare(project: Project) -> Project:
    """A project whose virtual environment does not exist yet."""
    text = (project.folder / "Pulumi.yaml").read_text()
    project.write("Pulumi.yaml", text.partition("virtualenv:")[0] + "virtualenv: venv\n")
    project.write("__main__.py", "")
    project.environment["PIP_NO_INDEX"] = "1"
    return project


def test_install_creates_the_environment_and_installs_requirements(bare: Project) -> None:
    write_wheel(bare.folder)
    bare.write("requirements.txt", f"./{WHEEL}\n")
    shown = bare.pulumi("install")
    assert "Creating virtual environment..." in shown
    assert "Successfully installed tinything-1.0" in shown
    code = "import tinything; print(tinything.ANSWER)"
    answer = subprocess.check_output([bare.folder / "venv" / "bin" / "python", "-c", code])
    assert answer == b"42\n"
    again = bare.pulumi("install")
    assert "Creating virtual environment..." not in again
    assert "Successfully installed" not in again


def test_a_failing_installation_says_what_failed(bare: Project) -> None:
    bare.write("requirements.txt", "no-such-package-here==9.9\n")
    shown = bare.pulumi("install", status=255)
    assert "no-such-package-here" in shown
    assert "`-m pip install` ended with exit code 1" in shown
    assert "Traceback" not in shown
