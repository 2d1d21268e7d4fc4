"""A provider that lives in a folder of the project, run through the language host."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.e2e

# The smallest provider that creates something; it records how it was started.
PROVIDER = """
import json, os, signal, sys, time
from concurrent.futures import ThreadPoolExecutor
import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2 as pb, provider_pb2_grpc

class Tiny(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, r, c): return pb.ProviderHandshakeResponse(accept_secrets=True)
    def GetPluginInfo(self, r, c): return plugin_pb2.PluginInfo(version="0.1.0")
    def CheckConfig(self, r, c): return pb.CheckResponse(inputs=r.news)
    def DiffConfig(self, r, c): return pb.DiffResponse()
    def Configure(self, r, c): return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)
    def Check(self, r, c): return pb.CheckResponse(inputs=r.news)
    def Diff(self, r, c): return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)
    def Create(self, r, c):
        note = {"pid": os.getpid(), "cwd": os.getcwd(), "domain": os.environ.get("AUTH0_DOMAIN"),
                "virtualenv": os.environ.get("VIRTUAL_ENV"), "first": sys.path[0]}
        open(os.environ["NOTE"], "w").write(json.dumps(note))
        if not r.preview and "SLOW" in os.environ:
            open(os.environ["SLOW"], "w").close()
            time.sleep(2)
        return pb.CreateResponse(id="" if r.preview else "tiny-1", properties=r.properties)
    def Delete(self, r, c): return empty_pb2.Empty()
    def Cancel(self, r, c): return empty_pb2.Empty()

# A signal must show: Python would finish its threads first.
signal.signal(signal.SIGINT, signal.SIG_DFL)
server = grpc.server(ThreadPoolExecutor(8))
provider_pb2_grpc.add_ResourceProviderServicer_to_server(Tiny(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
"""

PROGRAM = """
import pulumi
options = pulumi.ResourceOptions(version="0.1.0")
pulumi.CustomResource("tiny:index:Thing", "thing", {"size": 1}, options)
"""


@pytest.fixture
def with_plugin(project: Project, tmp_path: Path) -> Project:
    lines = "plugins:\n  providers:\n    - name: tiny\n      path: plugins/tiny\n"
    project.write("Pulumi.yaml", (project.folder / "Pulumi.yaml").read_text() + lines)
    project.write("plugins/tiny/__main__.py", PROVIDER)
    project.write("__main__.py", PROGRAM)
    # As in the shipped project: the plugin shares the program's virtual environment.
    (project.folder / ".venv").symlink_to(sys.prefix)
    runtime = (
        "runtime:\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: ../../.venv\n"
    )
    project.write("plugins/tiny/PulumiPlugin.yaml", runtime)
    project.environment["NOTE"] = str(tmp_path / "note.json")
    project.environment["AUTH0_DOMAIN"] = "tenant.example"
    return project


def test_a_plugin_in_a_folder_serves_up_and_destroy(with_plugin: Project) -> None:
    shown = with_plugin.pulumi("up", "--yes", "--skip-preview")
    assert "2 created" in shown
    assert "2 unchanged" in with_plugin.pulumi("up", "--yes")
    assert "2 deleted" in with_plugin.pulumi("destroy", "--yes")


def test_a_plugin_gets_the_engines_environment_and_ends_with_it(with_plugin: Project) -> None:
    with_plugin.pulumi("up", "--yes", "--skip-preview")
    note = json.loads(Path(with_plugin.environment["NOTE"]).read_text())
    assert note["cwd"] == str(with_plugin.folder)
    assert note["domain"] == "tenant.example"
    assert note["virtualenv"] == str(with_plugin.folder / ".venv")
    assert note["first"] == str(with_plugin.folder / "plugins" / "tiny")
    with pytest.raises(ProcessLookupError):
        os.kill(note["pid"], 0)


def test_a_plugin_that_fails_to_start_shows_its_message(with_plugin: Project) -> None:
    with_plugin.write("plugins/tiny/__main__.py", "raise SystemExit('tiny: no credentials')\n")
    assert "tiny: no credentials" in with_plugin.pulumi("preview", status=255)


def test_a_plugin_without_its_environment_is_reported(with_plugin: Project) -> None:
    runtime = "runtime:\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: gone\n"
    with_plugin.write("plugins/tiny/PulumiPlugin.yaml", runtime)
    assert "run `pulumi install` to create it" in with_plugin.pulumi("preview", status=255)


def test_ctrl_c_lets_a_write_under_way_finish_and_records_it(
    with_plugin: Project, tmp_path: Path
) -> None:
    writing = tmp_path / "writing"
    with_plugin.environment["SLOW"] = str(writing)
    cli = with_plugin.start("up", "--yes", "--skip-preview")
    deadline = time.monotonic() + 60
    while not writing.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    cli.send_signal(signal.SIGINT)
    cli.communicate(timeout=60)
    assert cli.returncode != 0
    state = json.loads(with_plugin.pulumi("stack", "export"))["deployment"]
    assert "tiny-1" in {resource.get("id") for resource in state["resources"]}
    assert state.get("pending_operations", []) == []
