"""The whole set-up: choose each part, install it, record what was chosen."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pulumi_toolchain import launchers
from pulumi_toolchain.choice import Choice
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report
from pulumi_toolchain.sources import Engine, Plugin, Sources, choose_engine, choose_plugin
from pulumi_toolchain.vendor import Reachability, Vendor


@dataclass(frozen=True)
class SetUp:
    """One run of the set-up for one project."""

    layout: Layout
    sources: Sources = Sources.ANY
    vendor: Vendor = field(default_factory=Vendor)
    report: Report = field(default_factory=Report)

    def run(self) -> Choice:
        """Idempotent; reports for each part what was chosen and why. Raises ToolchainError."""
        launchers.check_python(self.layout.python)
        self.layout.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            reachability = Reachability(
                self.layout.folder / "vendor-unreachable", self.vendor.reach
            )
            engine = choose_engine(
                self.layout, self.sources, self.vendor, reachability, self.report
            )
            plugin = choose_plugin(self.layout, self.sources, engine.cli, reachability, self.report)
            _keep_no_logs(plugin.home)
            choice = _choice(engine, plugin)
            choice.save(self.layout.root)
        self.report.say(f"pulumi:        {engine.cli_source} ({engine.cli_why})")
        self.report.say(f"language host: {engine.host_source} ({engine.host_why})")
        self.report.say(f"auth0 plugin:  {plugin.source} ({plugin.why})")
        return choice

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two set-ups of one project may start at once: the second waits for the first."""
        with (self.layout.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                with self.report.step("Waiting for another set-up of this project"):
                    fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _keep_no_logs(home: Path) -> None:
    """A file where the engine would make its folder of logs: it then goes on without
    (`StartLogging` and its caller, https://github.com/pulumi/pulumi/tree/master/pkg/logging).

    Every command would log everything at the finest level, secrets not redacted, and encrypt that
    only once it knows the stack: half of the engine's processor time, up to 500 MB. There is no
    setting for it. `pulumi -v=9 --logtostderr` logs as before.
    """
    logs = home / "logs"
    if not logs.is_file():
        shutil.rmtree(logs, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        logs.touch()


def _choice(engine: Engine, plugin: Plugin) -> Choice:
    environment = {"PULUMI_HOME": str(plugin.home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if plugin.source == "stand-in":
        # A missing plugin is then reported at once, not after five attempts to download it.
        environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return Choice(
        cli=engine.cli,
        cli_source=engine.cli_source,
        host_source=engine.host_source,
        plugin_source=plugin.source,
        home=plugin.home,
        path_entries=engine.path_entries,
        environment=environment,
    )
