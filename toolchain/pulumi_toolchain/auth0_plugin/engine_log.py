"""Lines that the plugin sends to the engine's own display, as the vendor's plugin does."""

import contextlib
import threading

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

_PREFIX = "  sdk-v2/provider2.go:571: sdk.helper_schema: "
_SUFFIX = ": provider=auth0@3.55.1"


class EngineLog:
    """Writes to the engine that started or attached to this plugin; silent without one."""

    def __init__(self, address: str = "") -> None:
        self._lock = threading.Lock()
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self.attach(address)

    def attach(self, address: str) -> None:
        with self._lock:
            if address:
                self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def failed_call(self, urn: str, message: str) -> None:
        """Show a failed call above the operation's own error."""
        if self._stub is None:
            return
        line = engine_pb2.LogRequest(
            severity=engine_pb2.ERROR, message=f"{_PREFIX}{message}{_SUFFIX}", urn=urn
        )
        with contextlib.suppress(grpc.RpcError):
            self._stub.Log(line, timeout=5)
