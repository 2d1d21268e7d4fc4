"""The wheel holds all that is needed, and works from a folder without the sources."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    unwanted = shutil.ignore_patterns("build", "*.egg-info", "__pycache__", ".*_cache")
    shutil.copytree(SOURCE, folder / "source", ignore=unwanted)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*command, str(folder / "source"), "-w", str(folder)], check=True, timeout=300)
    (built,) = folder.glob("auth0_emulator-*.whl")
    return built


def test_its_contents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry_points, metadata = (
            archive.read(name).decode()
            for end in ("entry_points.txt", "METADATA")
            for name in names
            if name.endswith(f".dist-info/{end}")
        )
    package = {
        path.relative_to(SOURCE).as_posix()
        for kind in ("*.py", "templates/*")
        for path in (SOURCE / "auth0_emulator").rglob(kind)
    }
    code = {name for name in names if ".dist-info/" not in name}
    assert code == package | {"auth0_emulator/py.typed"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "auth0-emulator = auth0_emulator.__main__:main" in entry_points
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    assert not [line for line in needed if re.search(r"==\d", line)]


def test_it_runs_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    program = """
from pathlib import Path
import auth0_emulator
from auth0_emulator.testing import start
with start(Path("data")) as tenant, tenant.api() as api:
    api.create("/clients", {"name": "Shop"})
print(auth0_emulator.__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith(str(wheel)), done.stdout + done.stderr
