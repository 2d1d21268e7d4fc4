"""The README, word by word: its commands run, its example file loads, its messages appear.

Its program runs in test_foreign_program.py; what it lists is checked in tests/test_docs.py.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.blocks import blocks
from tests.e2e.conftest import ROOT, Project

pytestmark = pytest.mark.e2e
README = ROOT / "README.md"
MAKE = shutil.which("make")


def shell(project: Project, command: str) -> str:
    """Runs a block's line as its reader would; the set-up of this checkout is taken as done."""
    for part in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
        shutil.copy(ROOT / part, project.folder / part)
    # The real set-up would point the shared .venv at this copy.
    tools = project.folder / ".tools"
    tools.mkdir(exist_ok=True)
    (tools / "make").write_text(f'#!/bin/sh\nexec {MAKE} -o setup -o .venv/.ready "$@"\n')
    (tools / "make").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=project.folder,
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_shell_block_that_can_run_does(project: Project) -> None:
    commands = [
        line for block in blocks(README, "sh") if block.runs for line in block.text.splitlines()
    ]
    assert commands == ["make up", "make up ENV=staging", "make down ENV=staging", "make down"]
    shown = {command: shell(project, command) for command in commands}
    summary = blocks(README, "text")[0].text.splitlines()
    told = [" ".join(line.split()) for line in shown["make up"].splitlines()]
    for line in (line for line in summary[1:] if line.strip() and "client id" not in line):
        assert " ".join(line.split()) in told


def test_the_example_file_goes_live(project: Project) -> None:
    (block,) = [b for b in blocks(README, "yaml") if b.runs]
    place = block.text.splitlines()[0].removeprefix("# ")
    (project.folder / place).write_text(block.text, encoding="utf-8")
    key = Path(place).stem
    assert project.up()["applications"][key]["client_id"].startswith("tpc_")


def test_the_example_mistake_is_reported_like_this(project: Project) -> None:
    (block,) = [b for b in blocks(README, "yaml") if b.runs]
    place = block.text.splitlines()[0].removeprefix("# ")
    bad = block.text.replace(
        "https://fleet.contoso.example/callback", "https://*.contoso.example/cb"
    )
    (project.folder / place).write_text(bad, encoding="utf-8")
    said = project.tpa("up").stderr
    assert blocks(README, "text")[1].text.strip() in said
