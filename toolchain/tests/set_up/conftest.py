"""A machine for the set-up: a project, a PATH and a home, with a CLI and a Go that are scripts."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pulumi_toolchain import pins
from pulumi_toolchain.choice import Choice
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report
from pulumi_toolchain.set_up import SetUp
from pulumi_toolchain.sources import Sources
from pulumi_toolchain.vendor import Vendor

# Does what these tests need of a CLI: print its version, put a file into the plugin cache.
FAKE_CLI = """#!/bin/sh
echo "pulumi $*" >>"$CALLS"
case "$1" in
version) echo "v{version}" ;;
plugin)
  [ "$6" = --file ] || {{ echo "error: no such host" >&2; exit 255; }}
  slot="$PULUMI_HOME/plugins/resource-auth0-v$5"
  mkdir -p "$slot" && cp "$7" "$slot/pulumi-resource-auth0" ;;
esac
"""

FAKE_GO = """#!/bin/sh
echo "go $*" >>"$CALLS"
case "$1" in
version) echo "go version go{version} linux/amd64" ;;
build)
  [ -n "$GO_BREAKS" ] && {{ echo "go: downloading things"; echo "$GO_BREAKS" >&2; exit 1; }}
  while [ "$1" != -o ]; do shift; done
  cp "$FAKE_CLI" "$2" ;;
list) echo "$FAKE_SDK" ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """A project folder with its own PATH and home."""

    layout: Layout
    path: Path
    calls_file: Path
    output: io.StringIO

    def install(self, name: str, text: str, folder: Path | None = None) -> Path:
        file = (folder or self.path) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def set_up(self, sources: Sources = Sources.ANY) -> Choice:
        # Port 1 refuses connections: the vendor is out of reach.
        vendor = Vendor(base_url="https://127.0.0.1:1/sdk", connect=1.0, stall=1.0)
        report = Report(self.output)
        return SetUp(self.layout, sources, vendor, report).run()

    def calls(self) -> list[str]:
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        self.calls_file.unlink(missing_ok=True)
        return [line for line in lines if not line.endswith(" version")]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    root = tmp_path / "a project"
    root.mkdir()
    (root / ".venv").symlink_to(sys.prefix)
    engine = shutil.copytree(Layout(root).engine_module, tmp_path / "engine")
    sdk = tmp_path / "sdk"
    for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
        (sdk / "python" / script).parent.mkdir(parents=True, exist_ok=True)
        (sdk / "python" / script).write_text("#!/bin/sh\n")
    path = tmp_path / "bin"
    result = Machine(
        Layout(root, root / ".venv/bin/python", engine), path, tmp_path / "calls", io.StringIO()
    )
    result.install("go", FAKE_GO.format(version="1.26.8"))
    built = result.install("built", FAKE_CLI.format(version=pins.ENGINE), tmp_path / "go-output")
    monkeypatch.setenv("PATH", f"{path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    monkeypatch.setenv("CALLS", str(result.calls_file))
    monkeypatch.setenv("FAKE_CLI", str(built))
    monkeypatch.setenv("FAKE_SDK", str(sdk))
    return result
