"""`pulumi install`: the virtual environment of a program and its packages."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2

from pulumi_toolchain.language_host.processes import Children, Output, end
from pulumi_toolchain.language_host.python_environment import Interpreter, creating_python

Responses = Iterator[language_pb2.InstallDependenciesResponse]


class InstallationError(Exception):
    """A step failed; its own output, already streamed, says why."""


def install(
    request: language_pb2.InstallDependenciesRequest,
    context: grpc.ServicerContext,
    children: Children,
) -> Responses:
    """Create the virtual environment if there is none, then install requirements.txt.

    Raises InstallationError, and UnusableRuntimeError for options that are not supported.
    """
    interpreter = Interpreter.of(request.info.root_directory, MessageToDict(request.info.options))
    folder = Path(request.info.program_directory or request.directory)
    if not interpreter.exists:
        yield _line("Creating virtual environment...")
        yield from _step(
            [creating_python(), "-m", "venv", str(interpreter.home)], folder, context, children
        )
        yield _line("Finished creating virtual environment")
    if not (requirements := folder / "requirements.txt").is_file():
        yield _line("No requirements.txt: nothing to install")
        return
    yield _line("Installing dependencies in virtual environment...")
    pip = [str(interpreter.python), "-m", "pip", "install", "-r", str(requirements)]
    yield from _step(pip, folder, context, children)
    yield _line("Finished installing dependencies")


def _step(
    command: list[str], folder: Path, context: grpc.ServicerContext, children: Children
) -> Responses:
    process = subprocess.Popen(  # noqa: S603  (the program's Python, no shell)
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = Output()
    output.follow("stdout", process.stdout)  # type: ignore[arg-type]  # a pipe was asked for
    threading.Thread(target=output.close, daemon=True).start()
    with children.program(process):
        if not context.add_callback(lambda: end(process)):
            end(process)
        for _, data in output.chunks():
            yield language_pb2.InstallDependenciesResponse(stdout=data)
        if status := process.wait():
            raise InstallationError(f"`{' '.join(command[1:4])}` ended with exit code {status}")


def _line(text: str) -> language_pb2.InstallDependenciesResponse:
    return language_pb2.InstallDependenciesResponse(stdout=f"{text}\n".encode())
