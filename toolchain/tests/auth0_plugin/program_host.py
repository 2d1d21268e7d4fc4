"""A stack's program in a separate process, in place of a language host.

A process, because a failed update leaves coroutines of the SDK behind; forked from a server that
has the SDK loaded, because loading it takes longer than all the rest of a small update.
"""

import multiprocessing
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pulumi_auth0", "pulumi.automation", __name__])


@contextmanager
def served(source: str) -> Iterator[int]:
    """Serve the program `source`, which sees `auth0` and `pulumi`, and give the port."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(textwrap.dedent(source), theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(source: str, parent: Connection) -> None:
    import grpc  # noqa: PLC0415 - in the child only
    import pulumi  # noqa: PLC0415
    import pulumi_auth0  # noqa: PLC0415
    from pulumi.automation._server import LanguageServer  # noqa: PLC0415
    from pulumi.runtime.proto import language_pb2_grpc  # noqa: PLC0415

    def program() -> None:
        exec(source, {"auth0": pulumi_auth0, "pulumi": pulumi})  # noqa: S102

    server = grpc.server(ThreadPoolExecutor(4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageServer(program), server)
    parent.send(server.add_insecure_port("127.0.0.1:0"))
    server.start()
    parent.poll(None)  # until the test closes its end
    server.stop(0).wait()
