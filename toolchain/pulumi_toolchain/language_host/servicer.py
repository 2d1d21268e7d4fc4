"""The engine's calls, each passed to the module that does the work."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

from pulumi_toolchain import pins
from pulumi_toolchain.language_host import installation, plugins, program, python_environment
from pulumi_toolchain.language_host.processes import Children
from pulumi_toolchain.language_host.python_environment import Interpreter, UnusableRuntimeError

Context = grpc.ServicerContext


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The service of one process; the engine starts a new one for each command."""

    def __init__(self, executor: Path, engine: str, children: Children) -> None:
        self._executor = executor
        self._engine = engine
        self._children = children

    def Handshake(
        self, _request: messages.LanguageHandshakeRequest, _context: Context
    ) -> messages.LanguageHandshakeResponse:
        """The engine makes this call only to a host that it attaches to."""
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, _request: Empty, _context: Context) -> plugin_pb2.PluginInfo:
        """The version of the engine whose protocol this is."""
        return plugin_pb2.PluginInfo(version=pins.ENGINE)

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: Context
    ) -> messages.GetRequiredPackagesResponse:
        """The plugins that the program's installed SDKs ask for."""
        folders = _interpreter(request.info, context).site_packages()
        found = python_environment.required_plugins(folders)
        return messages.GetRequiredPackagesResponse(packages=found)

    def Run(self, request: messages.RunRequest, _context: Context) -> messages.RunResponse:
        """The program, from start to end."""
        return program.run(
            request, executor=self._executor, engine=self._engine, children=self._children
        )

    def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: Context
    ) -> Iterator[messages.InstallDependenciesResponse]:
        """`pulumi install`."""
        try:
            yield from installation.install(request, context, self._children)
        except (installation.InstallationError, UnusableRuntimeError, OSError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    def About(self, request: messages.AboutRequest, context: Context) -> messages.AboutResponse:
        """`pulumi about`: which Python."""
        try:
            python = _interpreter(request.info, context).python
        except UnusableRuntimeError:
            return messages.AboutResponse()
        shown = subprocess.run(  # noqa: S603  (the program's own interpreter)
            [python, "--version"], capture_output=True, text=True, check=False
        )
        version = shown.stdout.strip().removeprefix("Python ")
        return messages.AboutResponse(executable=str(python), version=version)

    def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: Context
    ) -> messages.GetProgramDependenciesResponse:
        """`pulumi about`: the installed packages."""
        folders = _interpreter(request.info, context).site_packages()
        found = python_environment.dependencies(folders, transitive=request.transitiveDependencies)
        return messages.GetProgramDependenciesResponse(dependencies=found)

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: Context
    ) -> Iterator[messages.RunPluginResponse]:
        """A plugin or a policy pack that is a folder with a Python program."""
        policy_pack = request.kind == "analyzer"
        serve = plugins.run_policy_pack if policy_pack else plugins.run_folder_plugin
        try:
            yield from serve(request, context, self._children)
        except (UnusableRuntimeError, OSError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    def Cancel(self, _request: Empty, _context: Context) -> Empty:
        """Ctrl-C, and the end of every command."""
        self._children.cancel()
        return Empty()


def _interpreter(info: messages.ProgramInfo, context: Context) -> Interpreter:
    try:
        return Interpreter.of(info.root_directory, MessageToDict(info.options))
    except UnusableRuntimeError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
