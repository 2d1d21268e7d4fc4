"""One run of the user's program."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2

from pulumi_toolchain.language_host.processes import Children
from pulumi_toolchain.language_host.python_environment import Interpreter, UnusableRuntimeError

# The executor's exit code when it has shown a message to the user.
MESSAGE_SHOWN = 32


def run(
    request: language_pb2.RunRequest, *, executor: Path, engine: str, children: Children
) -> language_pb2.RunResponse:
    """Run the program to its end. Error messages are those of the official host."""
    try:
        interpreter = Interpreter.of(
            request.info.root_directory, MessageToDict(request.info.options)
        )
        command = [str(interpreter.python), "-u", str(executor), *_arguments(request, engine)]
        environment = interpreter.activated(os.environ) | _configuration(request)
        # The engine shows the output of this process; the program inherits it.
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603
    except UnusableRuntimeError as error:
        return language_pb2.RunResponse(error=str(error))
    except OSError as error:
        return language_pb2.RunResponse(
            error=f"Problem executing program (could not run language executor): {error}"
        )
    with children.program(process):
        return outcome(process.wait())


def outcome(status: int) -> language_pb2.RunResponse:
    """The answer for the program's exit status (negative: the signal that ended it)."""
    if status == 0:
        return language_pb2.RunResponse()
    if status == MESSAGE_SHOWN:
        return language_pb2.RunResponse(bail=True)
    # Ended by a signal: the official host reports -1 for every signal.
    return language_pb2.RunResponse(
        error=f"Program exited with non-zero exit code: {max(status, -1)}"
    )


def _arguments(request: language_pb2.RunRequest, engine: str) -> list[str]:
    options = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    flags = [word for name, value in options.items() if value for word in (f"--{name}", value)]
    return [*flags, request.info.entry_point or ".", *request.args]


def _configuration(request: language_pb2.RunRequest) -> dict[str, str]:
    return {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }
