"""Where everything of the toolchain is."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from pulumi_toolchain.choice import FOLDER


@dataclass(frozen=True)
class Layout:
    """The folders of one project; all that is written is below `folder`.

    `root` is the project's folder, an absolute path. `python` runs the stand-ins and pip.
    `engine_module` holds the go.mod and go.sum that pin the engine.
    """

    root: Path
    python: Path = field(default_factory=lambda: Path(sys.executable))
    engine_module: Path = field(default_factory=lambda: Path(__file__).parent / "engine")

    @property
    def folder(self) -> Path:
        """Everything that the toolchain writes; safe to delete."""
        return self.root / FOLDER

    @property
    def bin(self) -> Path:
        """A CLI with the stand-in language host in the same folder."""
        return self.folder / "bin"

    @property
    def vendor(self) -> Path:
        """The vendor's download, unpacked: CLI and language hosts."""
        return self.folder / "vendor"

    @property
    def go(self) -> Path:
        """A Go for machines that have no suitable one on PATH."""
        return self.folder / "go"

    @property
    def logs(self) -> Path:
        """The output of long steps."""
        return self.folder / "log"

    @property
    def standin_home(self) -> Path:
        """The PULUMI_HOME with the stand-in auth0 plugin in its plugin cache."""
        return self.folder / "home-standin"

    @property
    def official_home(self) -> Path:
        """The PULUMI_HOME with the official auth0 plugin in its plugin cache."""
        return self.folder / "home-official"
