"""What is installed on the machine: a CLI, its language host, an official auth0 plugin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain import pins
from pulumi_toolchain.layout import Layout

HOST = "pulumi-language-python"
PLUGIN = "pulumi-resource-auth0"
PLUGIN_FOLDER = f"resource-auth0-v{pins.AUTH0_PLUGIN}"


@dataclass(frozen=True)
class InstalledCli:
    """The first `pulumi` on PATH outside `.toolchain`."""

    command: Path
    version: str

    @property
    def fits(self) -> bool:
        """Whether it is new enough; a version that can't be read is not."""
        return _numbers(self.version) >= _numbers(pins.CLI)


def cli(layout: Layout) -> InstalledCli | None:
    """The CLI on PATH, with the version that it reports."""
    found = shutil.which("pulumi", path=_path_without(layout.folder))
    if found is None:
        return None
    # A home of the project's: `pulumi version` must write nothing to the user's.
    quiet = {"PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(layout.official_home)}
    try:
        shown = subprocess.run(  # noqa: S603  (asks a CLI for its version)
            [found, "version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            env=dict(os.environ) | quiet,
        )
    except (OSError, subprocess.TimeoutExpired):
        return InstalledCli(Path(found), "")
    return InstalledCli(Path(found), shown.stdout.strip().removeprefix("v"))


def language_host(command: Path, layout: Layout) -> Path | None:
    """The official host where the engine looks: in the CLI's folder (links resolved) or on PATH."""
    neighbour = command.resolve().parent / HOST
    if os.access(neighbour, os.X_OK):
        return neighbour
    found = shutil.which(HOST, path=_path_without(layout.folder))
    return Path(found) if found else None


def auth0_plugin_on_path(layout: Layout) -> Path | None:
    """A plugin on PATH: the engine prefers it to any plugin cache."""
    found = shutil.which(PLUGIN, path=_path_without(layout.folder))
    return Path(found) if found else None


def auth0_plugin_of_user(layout: Layout) -> Path | None:
    """The folder of the pinned plugin in the user's own plugin cache, which is only read."""
    homes = [Path(given)] if (given := os.environ.get("PULUMI_HOME")) else []
    for home in (*homes, Path.home() / ".pulumi"):
        folder = home / "plugins" / PLUGIN_FOLDER
        if not home.is_relative_to(layout.folder) and is_official(folder / PLUGIN):
            return folder
    return None


def is_official(command: Path) -> bool:
    """Whether the file is the vendor's compiled program; stand-ins are scripts."""
    try:
        with command.open("rb") as file:
            return file.read(2) not in {b"", b"#!"} and os.access(command, os.X_OK)
    except OSError:
        return False


def _path_without(folder: Path) -> str:
    # A shell may have `.toolchain/bin` on PATH; what it holds is not "installed".
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(e for e in entries if e and not Path(e).is_relative_to(folder))


def _numbers(version: str) -> tuple[int, ...]:
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(-.*)?", version)
    if match is None:
        return (0,)
    # A pre-release comes before its release.
    return (int(match[1]), int(match[2]), int(match[3]), 0 if match[4] else 1)
