"""The provider as the process that the engine starts."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from auth0_third_party.provider.resource import struct
from auth0_third_party.version import VERSION
from tests.components.provider.conftest import TYPE, URN
from tests.conftest import LiveTenant

PLUGIN = Path(sys.executable).parent / "pulumi-resource-auth0-third-party"
Start = Callable[..., tuple[subprocess.Popen[str], provider_pb2_grpc.ResourceProviderStub]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the provider as the engine does."""
    processes: list[subprocess.Popen[str]] = []
    channels: list[grpc.Channel] = []

    def started(
        *arguments: str, **environment: str
    ) -> tuple[subprocess.Popen[str], provider_pb2_grpc.ResourceProviderStub]:
        process = subprocess.Popen(
            [PLUGIN, *arguments],
            cwd=tmp_path,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        channels.append(grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}"))
        return process, provider_pb2_grpc.ResourceProviderStub(channels[-1])

    yield started
    for channel in channels:
        channel.close()
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal(start: Start, number: int) -> None:
    process, stub = start()
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == VERSION
    process.send_signal(number)
    output, said = process.communicate(timeout=20)
    assert (process.returncode, output, said) == (0, "", "")


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """After a kill of the engine's host nobody is left to send a signal."""
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([{str(PLUGIN)!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert parent.stdout is not None
    provider = int(parent.stdout.readline())
    try:
        # Standard error is inherited, so that it ends only when the provider has ended as well.
        _, said = parent.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.kill(provider, signal.SIGKILL)
        raise
    assert said == ""


class Engine(engine_pb2_grpc.EngineServicer):
    """What the engine is told to show."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def Log(self, request: Any, _: Any) -> empty_pb2.Empty:  # noqa: N802  (the protocol's)
        self.said.append((request.urn, request.message))
        return empty_pb2.Empty()


@pytest.fixture
def engine() -> Iterator[tuple[Engine, str]]:
    servicer = Engine()
    server = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield servicer, f"127.0.0.1:{port}"
    server.stop(grace=None).wait()


def test_what_it_leaves_alone_is_shown_beside_the_resource(
    start: Start, engine: tuple[Engine, str], live_tenant: LiveTenant
) -> None:
    own, (shown, address) = live_tenant.credentials, engine
    _, stub = start(address, AUTH0_CLIENT_ID=own.client_id, AUTH0_CLIENT_SECRET=own.client_secret)
    stub.Configure(pb.ConfigureRequest(args=struct({"domain": own.domain})))
    live_tenant.promote("customers", promoted=True)
    identity = live_tenant.connection("customers")["id"]
    held = {"isDomainConnection": True}
    recorded = struct({"name": "customers", **held, "before": held})
    stub.Delete(pb.DeleteRequest(id=identity, urn=URN, type=TYPE, properties=recorded))
    note = "connection 'customers' was like this before us and stays so"
    assert shown.said == [(URN, note)]
