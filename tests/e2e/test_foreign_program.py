"""The components and the plugin in somebody else's program, from a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.blocks import blocks
from tests.e2e.conftest import ROOT, Project

pytestmark = pytest.mark.e2e
CLIENT = "auth0:index/client:Client"
PROMOTION = "auth0-third-party:index:ConnectionPromotion"


def run(folder: Path, variables: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The README's program with the package as `pip install` leaves it."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    (block,) = blocks(ROOT / "README.md", "python")
    (folder / "__main__.py").write_text(block.text, encoding="utf-8")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".*", "tests", "dist", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=ignored)
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", "site", str(source)]
    run(tmp_path, {}, sys.executable, *install)
    return folder


EXAMPLES = {"one_partner": (1, 1), "whole_tenant": (2, 1)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples(project: Project, program: Path, example: str) -> None:
    """Applied without any of our files; the tenant is left as it was."""
    plugin = ROOT / "plugins/auth0-third-party"
    declare(program, f"plugins: {{providers: [{{name: auth0-third-party, path: {plugin}}}]}}\n")
    shutil.copy(ROOT / "examples" / example / "__main__.py", program / "__main__.py")
    tenant = project.tenant()
    before = tenant.everything()
    applied(program, tenant.variables, *EXAMPLES[example])
    assert tenant.everything() == before


def declare(program: Path, plugins: str = "") -> None:
    options = "{toolchain: pip, virtualenv: .venv}"
    text = f"name: theirs\nruntime: {{name: python, options: {options}}}\n{plugins}"
    (program / "Pulumi.yaml").write_text(text, encoding="utf-8")


def applied(
    program: Path, variables: Mapping[str, str], clients: int = 1, promotions: int = 1
) -> None:
    """Up, up again, destroy; from the installed package alone."""
    own = {**variables, "PYTHONPATH": str(program.parent / "site")}
    own.pop("PULUMI_OPTION_CONFIG_FILE")
    run(program, own, "pulumi", "stack", "init", "theirs")
    run(program, own, "pulumi", "up", "--yes", "--skip-preview")
    exported = json.loads(run(program, own, "pulumi", "stack", "export"))
    types = [resource["type"] for resource in exported["deployment"]["resources"]]
    assert types.count(CLIENT) == clients
    assert types.count(PROMOTION) == promotions
    run(program, own, "pulumi", "preview", "--expect-no-changes")
    run(program, own, "pulumi", "destroy", "--yes", "--skip-preview")


def test_with_the_plugin_by_its_folder(project: Project, program: Path) -> None:
    plugin = ROOT / "plugins/auth0-third-party"
    declare(program, f"plugins: {{providers: [{{name: auth0-third-party, path: {plugin}}}]}}\n")
    tenant = project.tenant()
    before = tenant.everything()
    applied(program, tenant.variables)
    assert tenant.everything() == before


def test_with_the_plugin_installed(project: Project, program: Path, tmp_path: Path) -> None:
    declare(program)
    run(tmp_path / "source", {}, "make", "plugin")
    tenant = project.tenant()
    home = tmp_path / "home"
    shutil.copytree(tenant.variables["PULUMI_HOME"], home, ignore_dangling_symlinks=True)
    variables = {**tenant.variables, "PULUMI_HOME": str(home)}
    packed = str(tmp_path / "source/dist/auth0-third-party")
    install = [
        "pulumi",
        "plugin",
        "install",
        "resource",
        "auth0-third-party",
        "0.1.0",
        "--file",
        packed,
    ]
    run(program, variables, *install)
    applied(program, variables)
