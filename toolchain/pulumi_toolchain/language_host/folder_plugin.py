"""A plugin that lives in a folder: its process, its output and its exit code as one stream."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2

from pulumi_toolchain.language_host.children import Children, end
from pulumi_toolchain.language_host.interpreter import Interpreter
from pulumi_toolchain.language_host.output import Output


def run(
    request: language_pb2.RunPluginRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[language_pb2.RunPluginResponse]:
    """Start the plugin and stream until it ends, or until the engine drops the call.

    The plugin gets the engine's own environment and working directory. Raises UnusableRuntimeError.
    """
    command = [str(interpreter(request).python), "-u", request.info.program_directory]
    process = start([*command, *request.args], request, environment(request))
    output = Output()
    output.follow("stdout", process.stdout)  # type: ignore[arg-type]  # a pipe was asked for
    output.follow("stderr", process.stderr)  # type: ignore[arg-type]
    threading.Thread(target=output.close, daemon=True).start()
    with children.plugin(process):
        # The engine ends a plugin by dropping the call.
        if not context.add_callback(lambda: end(process)):
            end(process)
        yield from messages(output)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())


def interpreter(request: language_pb2.RunPluginRequest) -> Interpreter:
    """The Python of the plugin's own options. Raises UnusableRuntimeError."""
    return Interpreter.of(request.info.root_directory, MessageToDict(request.info.options))


def environment(request: language_pb2.RunPluginRequest) -> dict[str, str]:
    """The environment that the engine gives the plugin, its virtual environment activated."""
    pairs = (entry.partition("=") for entry in request.env)
    return interpreter(request).activated({name: value for name, _, value in pairs})


def start(
    command: list[str], request: language_pb2.RunPluginRequest, given: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """`command` with both outputs piped to us."""
    return subprocess.Popen(  # noqa: S603  (the engine names what to run)
        command,
        cwd=request.pwd or None,
        env=dict(given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # a first line may be read before the rest is followed by file descriptor
    )


def messages(output: Output) -> Iterator[language_pb2.RunPluginResponse]:
    """Collected output as the engine wants it."""
    for stream, data in output.chunks():
        if stream == "stdout":
            yield language_pb2.RunPluginResponse(stdout=data)
        else:
            yield language_pb2.RunPluginResponse(stderr=data)
