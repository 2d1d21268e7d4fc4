"""A small project folder, an engine that was chosen for it, and a tenant that stops afterwards."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.conftest import DEV, Project
from tests.conftest import LiveTenant
from tests.ports import free_port
from tests.tpa.applied_stack import AppliedStack
from toolchain.choice import Choice, PluginSource
from tpa.embedded import EmbeddedTenant
from tpa.workspace import Workspace

WIDGET: dict[str, Any] = {
    "name": "Widget",
    "owner": {"organization": "Blossom", "contact": "b@blossom.test"},
    "app_type": "spa",
    "callbacks": ["https://blossom.test/cb"],
    "grants": [{"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}],
    "connections": ["customers"],
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two applications: a web app with a default permission beside its grant, and a widget."""
    made = Project(tmp_path / "project")
    made.write("stacks/applications/widget.yaml", WIDGET)
    made.write("Pulumi.yaml", "name: sample\nruntime: python\n")
    made.dev(applications={**DEV["applications"], "widget": None})
    return made


def choice(root: Path, plugin_source: PluginSource = "stand-in") -> Choice:
    return Choice(
        cli=Path("/bin/true"),
        cli_source="registries",
        host_source="stand-in",
        plugin_source=plugin_source,
        home=root / "home",
        path_entries=(root / "bin",),
        environment={"PULUMI_HOME": str(root / "home")},
    )


@pytest.fixture
def workspace(project: Project) -> Workspace:
    return Workspace(project.root, project.load(), choice(project.root))


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedTenant]:
    """Not running yet; whatever a test leaves running is ended."""
    made = EmbeddedTenant(tmp_path / "dev", free_port())
    yield made
    running = made.running()
    if running is not None:
        os.kill(running.process_id, signal.SIGKILL)


@pytest.fixture
def stack(
    project: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> AppliedStack:
    made = AppliedStack(project, live_tenant, monkeypatch)
    made.apply()
    live_tenant.forget_log()
    return made
