"""The provider as a process: prints its port, serves until the engine is done with it."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from auth0_third_party.provider.protocol import load_protocol_alone

load_protocol_alone()

import grpc  # noqa: E402
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc  # noqa: E402

from auth0_third_party.provider.resource import Warn  # noqa: E402
from auth0_third_party.provider.servicer import Notify, Provider  # noqa: E402

THREADS = 32
NO_LIMIT = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def serve() -> None:
    """Runs until a signal or the end of its parent; the engine's address is the last argument."""
    parent = os.getppid()
    engine = sys.argv[-1] if len(sys.argv) > 1 else ""
    server = grpc.server(ThreadPoolExecutor(THREADS), options=NO_LIMIT)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Provider(_notifier(engine), engine), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    while not over.wait(timeout=1):
        if os.getppid() != parent:  # the engine's host is gone, however it ended
            break
    server.stop(grace=1).wait()


def _notifier(engine: str) -> Notify:
    """Sends a line to the engine, which shows it at the resource."""
    if not engine:
        return lambda _urn, text: print(text, file=sys.stderr)  # noqa: T201
    stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine))

    def notify(urn: str, text: str) -> None:
        severity = engine_pb2.WARNING if isinstance(text, Warn) else engine_pb2.INFO
        stub.Log(engine_pb2.LogRequest(severity=severity, message=text, urn=urn))

    return notify
