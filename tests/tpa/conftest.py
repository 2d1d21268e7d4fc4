"""A small project folder, an engine that was chosen for it, and a tenant that stops afterwards."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import Credentials
from pulumi_toolchain.choice import Choice, PluginSource
from tests.conftest import LiveTenant
from tests.ports import free_port
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.files.conftest import Project
from tpa.cli.app import main
from tpa.engine.embedded import EmbeddedTenant
from tpa.engine.workspace import Workspace

READS = {
    *("read:clients", "read:client_grants", "read:connections", "read:resource_servers"),
    *("read:organizations", "read:rules", "read:hooks", "read:prompts", "read:tenant_settings"),
}
Lacking = Callable[[str], None]
WIDGET: dict[str, Any] = {
    "name": "Widget",
    "owner": {"organization": "Blossom", "contact": "b@blossom.test"},
    "app_type": "spa",
    "callbacks": ["https://blossom.test/cb"],
    "grants": [{"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}],
    "connections": ["customers"],
    "environments": {"dev": None},
}


@dataclass(frozen=True)
class Ended:
    """How a run of `tpa` ended."""

    status: object
    output: str
    error: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `tpa` in a folder, as its console script does."""

    def tpa(folder: Path, *arguments: str) -> Ended:
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.argv", ["tpa", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return Ended(ended.value.code, shown.out, shown.err)

    return tpa


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two applications: a web app with a default permission beside its grant, and a widget."""
    made = Project(tmp_path / "project")
    made.write("stacks/applications/widget.yaml", WIDGET)
    made.write("Pulumi.yaml", "name: sample\nruntime: python\n")
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


def sign_in(monkeypatch: pytest.MonkeyPatch, project: Project, own: Credentials) -> None:
    """The project's tenant is this one, and the shell has credentials for it."""
    project.dev(tenant=own.domain, embedded_port=None)
    for name, value in (
        ("DOMAIN", own.domain), ("CLIENT_ID", own.client_id), ("CLIENT_SECRET", own.client_secret)
    ):  # fmt: skip
        monkeypatch.setenv(f"AUTH0_{name}", value)


@pytest.fixture
def live(project: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch) -> Project:
    sign_in(monkeypatch, project, live_tenant.credentials)
    return project


@pytest.fixture
def lacking(live: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch) -> Lacking:
    """Signs in as somebody who may read all but one kind of thing."""

    def narrowed(scope: str) -> None:
        sign_in(monkeypatch, live, live_tenant.second_client(*(READS - {scope})))

    return narrowed
