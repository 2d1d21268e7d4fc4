"""The engine from the registries: built from its Go module, pinned by our own go.mod and go.sum."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from pulumi_toolchain import golang, pins
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.golang import Go
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report
from pulumi_toolchain.steps import run_logged

COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
# Without the version the CLI prints an empty one and the Automation API refuses it.
LINKER_FLAGS = f"-s -w -X {SDK}/go/common/version.Version=v{pins.ENGINE}"
# The SDK's two scripts that the Python language host needs: what runs a program, what serves
# dynamic providers.
SCRIPTS = ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python")


def digest(layout: Layout) -> str:
    """Changes whenever a build would give something else."""
    parts = [LINKER_FLAGS]
    parts += [(layout.engine_module / name).read_text("utf-8") for name in ("go.mod", "go.sum")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def build(layout: Layout, report: Report) -> None:
    """Fill `.toolchain/bin` with the CLI and the SDK's scripts. Raises ToolchainError."""
    go = golang.ready(layout, report)
    fresh = layout.bin / "pulumi.new"
    flags = ["-v", "-trimpath", "-buildvcs=false", "-ldflags", LINKER_FLAGS, "-o", str(fresh)]
    layout.bin.mkdir(parents=True, exist_ok=True)
    title = f"Building the Pulumi engine {pins.ENGINE} (about 4 minutes the first time)"
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
        # Two gigabytes that only a change of pins would use again.
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
