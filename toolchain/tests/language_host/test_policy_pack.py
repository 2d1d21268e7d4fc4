"""A policy pack: its process starts once the engine has described the stack."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.e2e

# What the policy SDK would do, on the bare protocol: that SDK is no dependency of these tests.
PACK = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
import grpc
import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as pb, analyzer_pb2_grpc, plugin_pb2

# At module level, not in a call: the SDK keeps these per thread.
WHERE = f"{pulumi.get_project()}/{pulumi.get_stack()}"

class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    def GetAnalyzerInfo(self, r, c):
        policy = pb.PolicyInfo(name="no-big", description="", enforcementLevel=pb.MANDATORY)
        return pb.AnalyzerInfo(name="pack", version="1.0.0", policies=[policy])
    def GetPluginInfo(self, r, c): return plugin_pb2.PluginInfo(version="1.0.0")
    def Configure(self, r, c): return empty_pb2.Empty()
    def AnalyzeStack(self, r, c): return pb.AnalyzeResponse()
    def Analyze(self, r, c):
        if r.properties.fields["size"].string_value != "big":
            return pb.AnalyzeResponse()
        word = pulumi.Config("sample").get("word")
        text = f"{WHERE} with {word}: too big"
        return pb.AnalyzeResponse(diagnostics=[pb.AnalyzeDiagnostic(
            policyName="no-big", policyPackName="pack", policyPackVersion="1.0.0",
            message=text, enforcementLevel=pb.MANDATORY, urn=r.urn)])
    def Cancel(self, r, c): return empty_pb2.Empty()

server = grpc.server(ThreadPoolExecutor(8))
analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
"""

PROGRAM = """
import pulumi
class Thing(pulumi.ComponentResource):
    def __init__(self, name, size):
        super().__init__("sample:index:Thing", name, {"size": size})
Thing("thing", pulumi.Config().require("size"))
"""


@pytest.fixture
def with_pack(project: Project) -> Project:
    project.write("__main__.py", PROGRAM)
    project.write("pack/__main__.py", PACK)
    runtime = f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    project.write("pack/PulumiPolicy.yaml", runtime)
    project.pulumi("config", "set", "word", "hello")
    return project


def test_a_violation_stops_the_preview_and_knows_the_stack(with_pack: Project) -> None:
    with_pack.pulumi("config", "set", "size", "big")
    shown = with_pack.pulumi("preview", "--policy-pack", "pack", status=255)
    assert "sample/dev with hello: too big" in shown


def test_a_satisfied_pack_lets_the_run_pass(with_pack: Project) -> None:
    with_pack.pulumi("config", "set", "size", "small")
    assert "pack" in with_pack.pulumi("up", "--yes", "--skip-preview", "--policy-pack", "pack")


def test_a_pack_that_fails_to_start_is_reported(with_pack: Project) -> None:
    with_pack.pulumi("config", "set", "size", "small")
    with_pack.write("pack/__main__.py", "raise SystemExit('pack: no rules')\n")
    shown = with_pack.pulumi("preview", "--policy-pack", "pack", status=255)
    assert "pack: no rules" in shown
    assert "the policy pack did not start" in shown
