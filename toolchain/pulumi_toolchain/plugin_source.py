"""Which auth0 plugin: an official one that is there, the vendor's download, else our stand-in."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain import installed, launchers, pins
from pulumi_toolchain.choice import PluginSource
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.reachability import Reachability
from pulumi_toolchain.report import Report
from pulumi_toolchain.sources import Sources

# The CLI's own download has no time-out and is some 30 MB; the vendor has answered just before.
DOWNLOAD_SECONDS = 120.0


@dataclass(frozen=True)
class Plugin:
    """The plugin in use: its kind, the PULUMI_HOME that holds it, and why."""

    source: PluginSource
    home: Path
    why: str


def choose(
    layout: Layout, sources: Sources, cli: Path, reachability: Reachability, report: Report
) -> Plugin:
    """Decide and put it in its place. Raises ToolchainError when a forced source has none."""
    reason = "TOOLCHAIN=registries"
    if sources is not Sources.REGISTRIES:
        if found := _installed(layout):
            return Plugin("official", layout.official_home, found)
        try:
            reachability.check(fresh=sources is not Sources.ANY)
            _download(layout, cli, reachability, report)
        except ToolchainError as error:
            if sources is not Sources.ANY:
                raise ToolchainError(
                    f"TOOLCHAIN={sources.value}, but there is no official auth0 plugin: {error}"
                ) from None
            reason = str(error)
        else:
            return Plugin("official", layout.official_home, "the vendor's download")
    _install_stand_in(layout, cli)
    why = f"for tenants on this machine only; {reason}"
    return Plugin("stand-in", layout.standin_home, why)


def _installed(layout: Layout) -> str | None:
    """What makes an official plugin available without any download."""
    if path := installed.auth0_plugin_on_path(layout):
        return f"on PATH: {path}"
    slot = layout.official_home / "plugins" / installed.PLUGIN_FOLDER
    if installed.is_official(slot / installed.PLUGIN):
        return f"in {slot.relative_to(layout.root)}"
    if folder := installed.auth0_plugin_of_user(layout):
        fresh = slot.with_name(f"{slot.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(folder, fresh)
        fresh.replace(slot)
        return f"copied from {folder}"
    return None


def _download(layout: Layout, cli: Path, reachability: Reachability, report: Report) -> None:
    try:
        with report.step(f"Getting the auth0 plugin {pins.AUTH0_PLUGIN} from its vendor"):
            _pulumi_plugin_install(cli, layout.official_home, timeout=DOWNLOAD_SECONDS)
    except ToolchainError as error:
        reachability.failed(str(error))
        raise


def _install_stand_in(layout: Layout, cli: Path) -> None:
    text = launchers.auth0_plugin(layout.root)
    slot = layout.standin_home / "plugins" / installed.PLUGIN_FOLDER / installed.PLUGIN
    if slot.is_file() and slot.read_text("utf-8") == text:
        return
    with tempfile.TemporaryDirectory(dir=layout.folder) as folder:
        launcher = Path(folder) / installed.PLUGIN
        launchers.write(launcher, text)
        _pulumi_plugin_install(cli, layout.standin_home, "--file", str(launcher), "--reinstall")


def _pulumi_plugin_install(cli: Path, home: Path, *options: str, timeout: float = 60.0) -> None:
    command = [str(cli), "plugin", "install", "resource", "auth0", pins.AUTH0_PLUGIN, *options]
    own = {"PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    home.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(  # noqa: S603  (the chosen CLI)
            command,
            cwd=home,
            env=dict(os.environ) | own,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise ToolchainError(f"the plugin's download took longer than {timeout:.0f} s") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ToolchainError(f"`pulumi plugin install` failed: {last.removeprefix('error: ')}")
