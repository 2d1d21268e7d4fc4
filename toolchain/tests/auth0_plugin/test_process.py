"""The plugin as the engine starts it."""

import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_toolchain import launchers

MODULE = [sys.executable, "-m", "pulumi_toolchain.auth0_plugin"]


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    file = tmp_path / "a folder" / "pulumi-resource-auth0"
    launchers.write(file, launchers.auth0_plugin(Path(sys.executable)))
    return file


@pytest.mark.parametrize("launched", [False, True], ids=["as a module", "by its launcher"])
def test_it_prints_its_port_and_ends_with_the_engine(launcher: Path, *, launched: bool) -> None:
    command = [str(launcher)] if launched else MODULE
    with subprocess.Popen(
        [*command, "127.0.0.1:1"],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            assert stub.GetPluginInfo(Empty()).version == "3.55.1"
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (0, "", "")


def test_it_starts_without_loading_the_sdk_or_an_http_client() -> None:
    code = (
        "import sys; from pulumi_toolchain.launchers import use_bare_packages; "
        "use_bare_packages(); import pulumi_toolchain.auth0_plugin.servicer; "
        "print(*sorted({'httpx', 'pulumi.resource', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
