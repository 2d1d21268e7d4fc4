"""The plugin as a process: a gRPC server on a free loopback port."""

import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from .engine_log import EngineLog
from .servicer import Auth0

_CALLS_AT_ONCE = 64
_UNLIMITED = -1


def start(servicer: Auth0) -> tuple[grpc.Server, int]:
    """Serve on 127.0.0.1 and return the server with its port."""
    server = grpc.server(
        ThreadPoolExecutor(_CALLS_AT_ONCE),
        options=[
            ("grpc.max_receive_message_length", _UNLIMITED),
            ("grpc.max_send_message_length", _UNLIMITED),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(engine_address: str) -> None:
    """Run until the engine ends this process or goes away."""
    server, port = start(Auth0(EngineLog(engine_address)))
    print(port, flush=True)  # noqa: T201 - how the engine learns the port
    if sys.stdin is not None and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        # The engine holds the other end of this pipe: its end is the engine's end, also when it
        # was killed. A plugin started through a language host has /dev/null instead.
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.wait_for_termination()


def _stop_at_end_of_input(server: grpc.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.stop(grace=None)
