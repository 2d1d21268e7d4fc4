"""Where each part comes from: installed, else the vendor's download, else the registries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from pulumi_toolchain import engine_build, installed, launchers, pins
from pulumi_toolchain.choice import HostSource, PluginSource, Source
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report
from pulumi_toolchain.vendor import Reachability, Vendor

# Seconds for some 30 MB: the CLI's own download has no time-out. The vendor answered just before.
DOWNLOAD_SECONDS = 120.0


class Sources(Enum):
    """Which sources may be used; `ANY` tries the others in this order."""

    ANY = ""
    SYSTEM = "system"
    VENDOR = "vendor"
    REGISTRIES = "registries"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The value of TOOLCHAIN. Raises ToolchainError for an unknown one."""
        given = environment.get("TOOLCHAIN", "").strip()
        try:
            return cls(given)
        except ValueError:
            known = ", ".join(source.value for source in cls if source.value)
            raise ToolchainError(
                f"TOOLCHAIN={given} is unknown: use one of {known}, or unset it"
            ) from None

    def allows(self, source: Self) -> bool:
        """Whether `source` may be used."""
        return self in {Sources.ANY, source}


@dataclass(frozen=True)
class Engine:
    """The CLI and the language host that it will find, each with the reason for the choice."""

    cli: Path
    cli_source: Source
    cli_why: str
    host_source: HostSource
    host_why: str
    path_entries: tuple[Path, ...]


def choose_engine(
    layout: Layout, sources: Sources, vendor: Vendor, reachability: Reachability, report: Report
) -> Engine:
    """Choose CLI and language host and install them. Raises ToolchainError when none can be had."""
    reasons: list[str] = []
    if sources.allows(Sources.SYSTEM):
        engine, reason = _installed_engine(layout, sources, report)
        if engine is not None:
            return engine
        if sources is Sources.SYSTEM:
            raise ToolchainError(f"TOOLCHAIN=system, but {reason}: install it or unset TOOLCHAIN")
        reasons.append(reason)
    if sources.allows(Sources.VENDOR) and not _is_built(layout, sources):
        try:
            command = _downloaded(layout, sources, vendor, reachability, report)
        except ToolchainError as error:
            if sources is Sources.VENDOR:
                raise ToolchainError(f"TOOLCHAIN=vendor, but {error}") from None
            reasons.append(str(error))
        else:
            why = _why(f"the vendor's download, version {pins.CLI}", reasons)
            return Engine(command, "vendor", why, "vendor", "came with the CLI", (command.parent,))
    return _built(layout, reasons, report)


def _is_built(layout: Layout, sources: Sources) -> bool:
    """With an engine that was built earlier the vendor is not asked again."""
    return sources is Sources.ANY and _is_in_place(layout, engine_build.digest(layout))


def _installed_engine(
    layout: Layout, sources: Sources, report: Report
) -> tuple[Engine | None, str]:
    found = installed.cli(layout)
    if found is None:
        return None, "there is no pulumi on PATH"
    if not found.fits:
        shown = found.version or "of an unknown version"
        return None, f"the installed pulumi is {shown}, older than {pins.CLI}"
    why = f"installed, version {found.version}"
    if host := installed.language_host(found.command, layout):
        return Engine(found.command, "system", why, "system", f"installed: {host}", ()), ""
    if sources is Sources.SYSTEM:
        return None, f"{installed.HOST} is neither in the folder of {found.command} nor on PATH"
    _link(found.command.resolve(), layout, report)
    host_why = f"the installed CLI has no {installed.HOST}"
    return Engine(layout.bin / "pulumi", "system", why, "stand-in", host_why, (layout.bin,)), ""


def _downloaded(
    layout: Layout,
    sources: Sources,
    vendor: Vendor,
    reachability: Reachability,
    report: Report,
) -> Path:
    if command := vendor.installed(layout):
        return command
    reachability.check(fresh=sources is Sources.VENDOR)
    try:
        return vendor.download(layout, report)
    except ToolchainError as error:
        reachability.failed(str(error))
        raise


def _built(layout: Layout, reasons: list[str], report: Report) -> Engine:
    stamp = engine_build.digest(layout)
    if not _is_in_place(layout, stamp):
        if reasons:
            report.say(f"pulumi comes from the registries: {'; '.join(reasons)}")
        engine_build.build(layout, report)
        _stamp(layout).write_text(stamp, "utf-8")
    _write_stand_in_host(layout)
    why = _why(f"built from its Go module, version {pins.ENGINE}", reasons)
    return Engine(
        cli=layout.bin / "pulumi",
        cli_source="registries",
        cli_why=why,
        host_source="stand-in",
        host_why="the official one is in no package registry",
        path_entries=(layout.bin,),
    )


def _link(command: Path, layout: Layout, report: Report) -> None:
    """Link the installed CLI into `.toolchain/bin`: it looks for a host in its own folder first."""
    status = command.stat()
    stamp = f"{command} {status.st_mtime_ns} {status.st_size} {layout.root}"
    if not _is_in_place(layout, stamp):
        engine_build.copy_scripts(layout, engine_build.ready_go(layout, report))
        target = layout.bin / "pulumi"
        target.unlink(missing_ok=True)
        try:
            target.hardlink_to(command)
        except OSError:  # another file system, or a file of another user
            shutil.copy2(command, target)
        _stamp(layout).write_text(stamp, "utf-8")
    _write_stand_in_host(layout)


def _write_stand_in_host(layout: Layout) -> None:
    """The stand-in's launcher next to the CLI; rewritten only when it differs."""
    text = launchers.language_host(layout.python, layout.bin / "pulumi-language-python-exec")
    launchers.write(layout.bin / installed.HOST, text)


def _is_in_place(layout: Layout, stamp: str) -> bool:
    names = ("pulumi", *(Path(script).name for script in engine_build.SCRIPTS))
    try:
        fits = _stamp(layout).read_text("utf-8") == stamp
    except FileNotFoundError:
        return False
    return fits and all(os.access(layout.bin / name, os.X_OK) for name in names)


def _why(chosen: str, reasons: list[str]) -> str:
    return "; ".join([chosen, *reasons])


def _stamp(layout: Layout) -> Path:
    return layout.bin / "stamp"


@dataclass(frozen=True)
class Plugin:
    """The plugin in use: its kind, the PULUMI_HOME that holds it, and why."""

    source: PluginSource
    home: Path
    why: str


def choose_plugin(
    layout: Layout, sources: Sources, cli: Path, reachability: Reachability, report: Report
) -> Plugin:
    """Choose the plugin and install it. Raises ToolchainError when a forced source has none."""
    reason = "TOOLCHAIN=registries"
    if sources is not Sources.REGISTRIES:
        if found := _installed_plugin(layout):
            return Plugin("official", layout.official_home, found)
        try:
            reachability.check(fresh=sources is not Sources.ANY)
            _download_plugin(layout, cli, reachability, report)
        except ToolchainError as error:
            if sources is not Sources.ANY:
                raise ToolchainError(
                    f"TOOLCHAIN={sources.value}, but there is no official auth0 plugin: {error}"
                ) from None
            reason = str(error)
        else:
            return Plugin("official", layout.official_home, "the vendor's download")
    _install_stand_in_plugin(layout, cli)
    why = f"for tenants on this machine only; {reason}"
    return Plugin("stand-in", layout.standin_home, why)


def _installed_plugin(layout: Layout) -> str | None:
    """Where an official plugin is that needs no download; a user's own one is copied."""
    if path := installed.auth0_plugin_on_path(layout):
        return f"on PATH: {path}"
    slot = layout.official_home / "plugins" / installed.PLUGIN_FOLDER
    folder = installed.auth0_plugin_of_user(layout)
    _forget_copy(layout, slot, folder)
    if installed.is_official(slot / installed.PLUGIN):
        return f"in {slot.relative_to(layout.root)}"
    if folder:
        fresh = slot.with_name(f"{slot.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(folder, fresh)
        fresh.replace(slot)
        _origin(layout).write_text(str(folder), "utf-8")
        return f"copied from {folder}"
    return None


def _forget_copy(layout: Layout, slot: Path, folder: Path | None) -> None:
    """A copy counts as long as its original does: a PULUMI_HOME of one shell is no choice for good.

    In a shell that this project prepared, PULUMI_HOME is ours and says nothing.
    """
    origin = _origin(layout)
    ours = Path(os.environ.get("PULUMI_HOME") or "/").is_relative_to(layout.folder)
    if ours or not origin.is_file() or origin.read_text("utf-8") == str(folder):
        return
    shutil.rmtree(slot, ignore_errors=True)
    origin.unlink()


def _origin(layout: Layout) -> Path:
    """Names the folder of the user that the official plugin was copied from."""
    return layout.official_home / "copied-from"


def _download_plugin(layout: Layout, cli: Path, reachability: Reachability, report: Report) -> None:
    try:
        with report.step(f"Getting the auth0 plugin {pins.AUTH0_PLUGIN} from its vendor"):
            _pulumi_plugin_install(cli, layout.official_home, timeout=DOWNLOAD_SECONDS)
    except ToolchainError as error:
        reachability.failed(str(error))
        raise


def _install_stand_in_plugin(layout: Layout, cli: Path) -> None:
    text = launchers.auth0_plugin(layout.python)
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
