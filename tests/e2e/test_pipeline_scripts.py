"""The shell that every pipeline calls, run as it is: preview, plan, apply, drift."""

import shutil
import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT, Project
from tests.e2e.test_advance import WIDGET, widen

pytestmark = pytest.mark.e2e


def script(project: Project, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A script in the copied project, with the tpa of that copy."""
    if not (project.folder / "pipelines").exists():
        shutil.copytree(ROOT / "pipelines", project.folder / "pipelines")
        wrapper = project.folder / "tpa-here"
        wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -m tpa "$@"\n', "utf-8")
        wrapper.chmod(0o755)
    return subprocess.run(
        [f"pipelines/shell/{name}.sh", *arguments],
        cwd=project.folder,
        env={**project.variables(), "TPA": "./tpa-here", "HOME": str(project.folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_from_preview_to_drift(project: Project) -> None:
    first = script(project, "preview", "dev")
    assert first.returncode == 0, first.stderr
    assert "### dev: preview" in first.stdout
    assert "to create" in first.stdout
    blocked = script(project, "preview", "staging")
    assert blocked.returncode == 0, blocked.stderr
    assert blocked.stdout.startswith("### dev → staging: blocked")

    done = script(project, "plan", "dev", "approved plan")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("apply it with: tpa apply 'approved plan'\n")
    assert "--plan=" not in done.stdout + done.stderr  # the engine's own, of a file that is gone
    done = script(project, "apply", "approved plan")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "### dev → staging: ready" in script(project, "preview", "staging").stdout
    assert script(project, "drift", "dev").returncode == 0

    tenant = project.tenant()
    (grant,) = (g for g in tenant.get("client-grants") if g.get("default_for"))
    tenant.patch(f"client-grants/{grant['id']}", {"scope": []})
    drifted = script(project, "drift", "dev")
    assert drifted.returncode == 1
    assert "default_permissions/catalog/user" in drifted.stdout
    assert "dev: 1 difference made outside" in drifted.stdout


def test_every_environment_is_checked_also_after_one_that_fails(project: Project) -> None:
    done = script(project, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    project.live("staging", {"store-widget": {"connections": ["nowhere"]}})
    done = script(project, "check")
    assert done.returncode == 1
    assert "there is no connection 'nowhere' in the environment staging" in done.stdout
    assert "prod: no problems found" in done.stdout


def test_a_plan_of_other_files_is_not_applied(project: Project) -> None:
    assert script(project, "plan", "dev", "approved.plan").returncode == 0
    widen(project, WIDGET, "write:orders")
    done = script(project, "apply", "approved.plan")
    assert done.returncode == 2
    assert f"{WIDGET} changed" in done.stderr
