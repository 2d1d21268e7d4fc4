"""The scripts that pipelines call, run as they are, with plan and drift of the real engine."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT, Project

pytestmark = pytest.mark.e2e


def script(project: Project, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A script in the copied project, with the tpa of that copy."""
    tpa = project.folder / "on-path/tpa"
    if not tpa.exists():
        shutil.copytree(ROOT / "pipelines", project.folder / "pipelines")
        tpa.parent.mkdir()
        tpa.write_text(f'#!/bin/sh\nexec {sys.executable} -m tpa "$@"\n', "utf-8")
        tpa.chmod(0o755)
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("AUTH0_", "PULUMI"))}
    return subprocess.run(
        [f"pipelines/shell/{name}.sh", *arguments],
        cwd=project.folder,
        env={**variables, "PATH": f"{tpa.parent}:{variables['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def shown(project: Project, name: str, environment: str, status: int = 0) -> str:
    """The Markdown of a preview, or of a drift."""
    done = script(project, name, environment, "out.md")
    assert done.returncode == status, done.stdout + done.stderr
    return (project.folder / "out.md").read_text(encoding="utf-8")


def test_from_preview_to_drift(project: Project) -> None:
    assert "order-portal" in shown(project, "preview", "dev")
    assert shown(project, "preview", "staging").startswith("### dev → staging: waiting\n")

    project.up("dev")
    assert "order-portal" in shown(project, "preview", "staging")
    assert shown(project, "drift", "dev") == ""
    tenant = project.tenant()
    (grant,) = (g for g in tenant.get("client-grants") if g.get("default_for"))
    tenant.patch(f"client-grants/{grant['id']}", {"scope": []})
    drifted = shown(project, "drift", "dev", status=1)
    assert drifted.startswith("### dev on ")
    assert "catalog/user" in drifted


def test_every_environment_is_checked_also_after_one_that_fails(project: Project) -> None:
    done = script(project, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    project.live("staging", {"store-widget": {"connections": ["nowhere"]}})
    done = script(project, "check")
    assert done.returncode == 1
    assert "there is no connection 'nowhere' in the environment staging" in done.stdout
    assert "prod: no problems found" in done.stdout
    assert "nowhere" in (project.folder / "findings/staging.sarif").read_text("utf-8")
    assert "nowhere" in (project.folder / "gl-code-quality-report.json").read_text("utf-8")
    refused = shown(project, "preview", "staging", status=1)
    assert refused.startswith("### staging: refused\n")
    assert "nowhere" in refused
