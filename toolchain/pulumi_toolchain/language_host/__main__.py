"""Serve one engine until it ends: `EXECUTOR [...] ENGINE_ADDRESS`, as the launcher passes them."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pulumi_toolchain.launchers import use_bare_packages

use_bare_packages()

import grpc  # noqa: E402
from pulumi.runtime.proto import language_pb2_grpc  # noqa: E402

from pulumi_toolchain.language_host.processes import Children  # noqa: E402
from pulumi_toolchain.language_host.servicer import LanguageHost  # noqa: E402

# Every running program and folder plugin occupies one thread for as long as it runs.
THREADS = 64
# The engine's own limit; the state of a large stack passes through these calls.
MESSAGE_BYTES = 400 * 1024 * 1024


def main() -> None:
    """Print the port, serve, and end with the engine or on a signal."""
    executor, engine = Path(sys.argv[1]), sys.argv[-1]
    children = Children()
    gone = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: gone.set())
    server = grpc.server(
        ThreadPoolExecutor(THREADS),
        options=[
            ("grpc.max_receive_message_length", MESSAGE_BYTES),
            ("grpc.max_send_message_length", MESSAGE_BYTES),
        ],
    )
    host = LanguageHost(executor, engine, children)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201  (the protocol: the engine reads this line)
    _watch_engine(gone)
    gone.wait()
    server.stop(0)
    children.end_all()
    # Threads may still wait for calls that will not come.
    os._exit(0)


def _watch_engine(gone: threading.Event) -> None:
    """Set `gone` when the engine ends, also by `kill -9`: it holds the other end of standard input.

    An input that is no pipe (a terminal, /dev/null) says nothing about the engine.
    """
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return

    def watch() -> None:
        while os.read(0, 4096):
            pass
        gone.set()

    threading.Thread(target=watch, daemon=True).start()


main()
