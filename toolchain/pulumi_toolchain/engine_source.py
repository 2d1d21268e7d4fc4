"""Which CLI and which language host: installed, else the vendor's, else from the registries."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain import engine_build, golang, installed, launchers, pins
from pulumi_toolchain.choice import HostSource, Source
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.reachability import Reachability
from pulumi_toolchain.report import Report
from pulumi_toolchain.sources import Sources
from pulumi_toolchain.vendor import Vendor


@dataclass(frozen=True)
class Engine:
    """The CLI and the language host that it will find, each with the reason for it."""

    cli: Path
    cli_source: Source
    cli_why: str
    host_source: HostSource
    host_why: str
    path_entries: tuple[Path, ...]


def choose(
    layout: Layout, sources: Sources, vendor: Vendor, reachability: Reachability, report: Report
) -> Engine:
    """Decide and put everything in its place. Raises ToolchainError when nothing can be had."""
    reasons: list[str] = []
    if sources.allows(Sources.SYSTEM):
        engine, reason = _installed(layout, sources, report)
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
            why = _why(f"the vendor's download, version {pins.ENGINE}", reasons)
            return Engine(command, "vendor", why, "vendor", "came with the CLI", (command.parent,))
    return _built(layout, reasons, report)


def _is_built(layout: Layout, sources: Sources) -> bool:
    """An engine built earlier is no reason to ask the vendor again."""
    return sources is Sources.ANY and _is_in_place(layout, engine_build.digest(layout))


def _installed(layout: Layout, sources: Sources, report: Report) -> tuple[Engine | None, str]:
    found = installed.cli(layout)
    if found is None:
        return None, "there is no pulumi on PATH"
    if not found.fits:
        shown = found.version or "of an unknown version"
        return None, f"the installed pulumi is {shown}, older than {pins.ENGINE}"
    why = f"installed, version {found.version}"
    if host := installed.language_host(found.command, layout):
        return Engine(found.command, "system", why, "system", f"installed: {host}", ()), ""
    if sources is Sources.SYSTEM:
        return None, f"{installed.HOST} is neither beside {found.command} nor on PATH"
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
    write_stand_in_host(layout)
    why = _why(f"built from its Go module, version {pins.ENGINE}", reasons)
    return Engine(
        cli=layout.bin / "pulumi",
        cli_source="registries",
        cli_why=why,
        host_source="stand-in",
        host_why="the official one is in no registry",
        path_entries=(layout.bin,),
    )


def _link(command: Path, layout: Layout, report: Report) -> None:
    """Our folder gets the installed CLI: the engine looks for a host beside itself first."""
    status = command.stat()
    stamp = f"{command} {status.st_mtime_ns} {status.st_size} {layout.root}"
    if not _is_in_place(layout, stamp):
        engine_build.copy_scripts(layout, golang.ready(layout, report))
        target = layout.bin / "pulumi"
        target.unlink(missing_ok=True)
        try:
            target.hardlink_to(command)
        except OSError:  # another file system, or a file of another user
            shutil.copy2(command, target)
        _stamp(layout).write_text(stamp, "utf-8")
    write_stand_in_host(layout)


def write_stand_in_host(layout: Layout) -> None:
    """The stand-in's launcher beside the CLI; written anew only when it differs."""
    text = launchers.language_host(layout.root, layout.bin / "pulumi-language-python-exec")
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
