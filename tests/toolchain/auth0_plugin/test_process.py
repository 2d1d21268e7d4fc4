"""The plugin as the engine starts it."""

import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "toolchain" / "auth0_plugin"


@pytest.mark.parametrize(
    ("words", "folder"),
    [(["-m", "pulumi_toolchain.auth0_plugin"], ROOT), ([str(PACKAGE)], Path("/"))],
    ids=["as a module", "by path from elsewhere"],
)
def test_it_tells_its_port_and_ends_with_the_engine(words: list[str], folder: Path) -> None:
    command = [sys.executable, *words, "127.0.0.1:1"]
    with subprocess.Popen(
        command,
        cwd=folder,
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
        "import sys; from toolchain.stubs import use_bare_packages; use_bare_packages(); "
        "import toolchain.auth0_plugin.server; "
        "print(*sorted({'httpx', 'pulumi.resource', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
