"""Where everything of the toolchain lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain.choice import FOLDER


@dataclass(frozen=True)
class Layout:
    """Folders and files under the project's `root`; all but the first two are ignored by git."""

    root: Path

    @property
    def engine_module(self) -> Path:
        """Our committed go.mod and go.sum."""
        return Path(__file__).parent / "engine"

    @property
    def python(self) -> Path:
        """The interpreter of the project's virtual environment."""
        return self.root / ".venv" / "bin" / "python"

    @property
    def folder(self) -> Path:
        """Everything made here; safe to delete."""
        return self.root / FOLDER

    @property
    def bin(self) -> Path:
        """A CLI with our stand-in language host beside it."""
        return self.folder / "bin"

    @property
    def vendor(self) -> Path:
        """The vendor's download, unpacked: CLI and language hosts."""
        return self.folder / "vendor"

    @property
    def go(self) -> Path:
        """A Go of our own, for machines without a fitting one."""
        return self.folder / "go"

    @property
    def logs(self) -> Path:
        """What long steps printed."""
        return self.folder / "log"

    @property
    def standin_home(self) -> Path:
        """The PULUMI_HOME with the stand-in auth0 plugin in its plugin cache."""
        return self.folder / "home-standin"

    @property
    def official_home(self) -> Path:
        """The PULUMI_HOME with the official auth0 plugin in its plugin cache."""
        return self.folder / "home-official"
