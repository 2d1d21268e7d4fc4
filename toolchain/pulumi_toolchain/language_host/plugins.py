"""Plugins that live in a folder: providers, and policy packs.

A policy pack can start only once the engine has described the stack: the pack's runner takes
project, stack and configuration from its environment, and the engine sends them as a call
(`ConfigureStack`) to a pack that already listens. So the host listens in its place, starts the
pack when that call comes, and passes everything on.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2, language_pb2

from pulumi_toolchain.language_host.processes import Children, Output, end
from pulumi_toolchain.language_host.python_environment import Interpreter

SERVICE = "/pulumirpc.Analyzer/"
if TYPE_CHECKING:
    # Generic in the type stubs only.
    Handler = grpc.RpcMethodHandler[bytes, bytes]
    Handlers = grpc.GenericRpcHandler[bytes, bytes]
else:
    Handlers = grpc.GenericRpcHandler


def run_folder_plugin(
    request: language_pb2.RunPluginRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[language_pb2.RunPluginResponse]:
    """Start the plugin and stream until it ends, or until the engine drops the call.

    The plugin gets the engine's own environment and working directory. Raises UnusableRuntimeError.
    """
    command = [str(_interpreter(request).python), "-u", request.info.program_directory]
    process = _start([*command, *request.args], request, _environment(request))
    output = Output()
    output.follow("stdout", process.stdout)  # type: ignore[arg-type]  # a pipe was asked for
    output.follow("stderr", process.stderr)  # type: ignore[arg-type]
    threading.Thread(target=output.close, daemon=True).start()
    with children.plugin(process):
        # The engine ends a plugin by dropping the call.
        if not context.add_callback(lambda: end(process)):
            end(process)
        yield from _messages(output)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())


def _interpreter(request: language_pb2.RunPluginRequest) -> Interpreter:
    """The Python of the plugin's own options. Raises UnusableRuntimeError."""
    return Interpreter.of(request.info.root_directory, MessageToDict(request.info.options))


def _environment(request: language_pb2.RunPluginRequest) -> dict[str, str]:
    """The environment that the engine gives the plugin, its virtual environment activated."""
    pairs = (entry.partition("=") for entry in request.env)
    return _interpreter(request).activated({name: value for name, _, value in pairs})


def _start(
    command: list[str], request: language_pb2.RunPluginRequest, given: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """`command` with both outputs piped."""
    return subprocess.Popen(  # noqa: S603  (the engine names what to run)
        command,
        cwd=request.pwd or None,
        env=dict(given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # so that a first line can be read here and the rest from the file descriptor
    )


def _messages(output: Output) -> Iterator[language_pb2.RunPluginResponse]:
    """The output in the form that the engine takes."""
    for stream, data in output.chunks():
        if stream == "stdout":
            yield language_pb2.RunPluginResponse(stdout=data)
        else:
            yield language_pb2.RunPluginResponse(stderr=data)


def run_policy_pack(
    request: language_pb2.RunPluginRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[language_pb2.RunPluginResponse]:
    """Serve one pack until the engine drops the call. Raises UnusableRuntimeError."""
    pack = PolicyPack(request, str(_interpreter(request).python), children)
    server = grpc.server(ThreadPoolExecutor(max_workers=16), handlers=[pack])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    pack.output.put("stdout", f"{port}\n".encode())
    try:
        if not context.add_callback(pack.stop):
            pack.stop()
        yield from _messages(pack.output)
        yield language_pb2.RunPluginResponse(exitcode=0)
    finally:
        pack.stop()
        server.stop(None)


class PolicyPack(Handlers):
    """Answers in the pack's place until it runs, then passes the messages on unchanged."""

    def __init__(
        self, request: language_pb2.RunPluginRequest, python: str, children: Children
    ) -> None:
        self.output = Output()
        self._request = request
        self._python = python
        self._children = children
        self._lock = threading.Lock()
        self._held = contextlib.ExitStack()
        self._channel: grpc.Channel | None = None

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        """Take every method of the Analyzer service."""
        method = handler_call_details.method
        if not method.startswith(SERVICE):
            return None
        return grpc.unary_unary_rpc_method_handler(partial(self._answer, method))

    def stop(self) -> None:
        """End the pack's process and the stream of its output."""
        self._held.close()
        self.output.close()

    def _answer(self, method: str, message: bytes, context: grpc.ServicerContext) -> bytes:
        name = method.removeprefix(SERVICE)
        if name == "Handshake":
            return b""
        stack = analyzer_pb2.AnalyzerStackConfigureRequest()
        if name == "ConfigureStack":
            stack.ParseFromString(message)
        try:
            answer: bytes = self._started(stack).unary_unary(method, bytes, bytes)(message)
        except grpc.RpcError as error:
            # Packs that are older than that call have the same from their environment.
            if name == "ConfigureStack" and error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return b""
            context.abort(error.code(), error.details() or "")
        except OSError as error:
            context.abort(grpc.StatusCode.INTERNAL, f"the policy pack did not start: {error}")
        return answer

    def _started(self, stack: analyzer_pb2.AnalyzerStackConfigureRequest) -> grpc.Channel:
        with self._lock:
            if self._channel is None:
                self._channel = grpc.insecure_channel(f"127.0.0.1:{self._start(stack)}")
                self._held.callback(self._channel.close)
            return self._channel

    def _start(self, stack: analyzer_pb2.AnalyzerStackConfigureRequest) -> int:
        folder = self._request.info.program_directory
        command = [self._python, "-u", "-m", "pulumi.policy", *self._request.args, folder]
        environment = _environment(self._request) | _described(stack)
        process = _start(command, self._request, environment)
        self._held.enter_context(self._children.plugin(process))
        self.output.follow("stderr", process.stderr)  # type: ignore[arg-type]  # a pipe was asked for
        port = process.stdout.readline().strip()  # type: ignore[union-attr]
        if not port.isdigit():
            raise OSError("its first line of output is no port number")
        self.output.follow("stdout", process.stdout)  # type: ignore[arg-type]
        threading.Thread(target=self.output.close, daemon=True).start()
        return int(port)


def _described(stack: analyzer_pb2.AnalyzerStackConfigureRequest) -> dict[str, str]:
    if not stack.stack:
        return {}
    return {
        "PULUMI_ORGANIZATION": stack.organization,
        "PULUMI_PROJECT": stack.project,
        "PULUMI_STACK": stack.stack,
        "PULUMI_DRY_RUN": "true" if stack.dry_run else "false",
        "PULUMI_CONFIG": json.dumps(dict(stack.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(stack.config_secret_keys)),
    }
