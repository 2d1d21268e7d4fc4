"""The whole set-up: decide each part, put it in its place, write down what was chosen."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pulumi_toolchain import engine_source, plugin_source
from pulumi_toolchain.choice import Choice
from pulumi_toolchain.engine_source import Engine
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.plugin_source import Plugin
from pulumi_toolchain.reachability import Reachability
from pulumi_toolchain.report import Report
from pulumi_toolchain.sources import Sources
from pulumi_toolchain.vendor import Vendor


@dataclass(frozen=True)
class SetUp:
    """One run of the set-up over a project."""

    layout: Layout
    sources: Sources = Sources.ANY
    vendor: Vendor = field(default_factory=Vendor)
    report: Report = field(default_factory=Report)

    def run(self) -> Choice:
        """Idempotent. Says in one line per part what was chosen and why. Raises ToolchainError."""
        self.layout.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            reachability = Reachability(
                self.layout.folder / "vendor-unreachable", self.vendor.reach
            )
            engine = engine_source.choose(
                self.layout, self.sources, self.vendor, reachability, self.report
            )
            plugin = plugin_source.choose(
                self.layout, self.sources, engine.cli, reachability, self.report
            )
            choice = _choice(engine, plugin)
            choice.save(self.layout.root)
        self.report.say(f"pulumi:        {engine.cli_source} ({engine.cli_why})")
        self.report.say(f"language host: {engine.host_source} ({engine.host_why})")
        self.report.say(f"auth0 plugin:  {plugin.source} ({plugin.why})")
        return choice

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two environments may be brought up at once: the second waits for the first's build."""
        with (self.layout.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                with self.report.step("Waiting for another set-up of this project"):
                    fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _choice(engine: Engine, plugin: Plugin) -> Choice:
    environment = {"PULUMI_HOME": str(plugin.home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if plugin.source == "stand-in":
        # A missing plugin is then told at once, not after five attempts to download it.
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
