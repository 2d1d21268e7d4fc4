"""The outputs of the environment that this one advances from, wherever its state is kept."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stacks.recorded import UnknownStack, UnreadableStack, recorded_outputs
from tpa.environments.record import Record, outputs_in, read_record
from tpa.files.environment import Environment

SECONDS = 60
OWN_STACK_VARIABLES = ("PULUMI_OPTION_CONFIG_FILE", "PULUMI_STACK", "PULUMI_CONFIG")


class NeverApplied(Exception):
    """There is no such stack, or it holds nothing."""


class Unreachable(Exception):
    """Its state can't be read; the text says why."""


@dataclass(frozen=True)
class Earlier:
    """`name`'s stack; `backend` is None where it is the one that this run uses."""

    root: Path
    name: str
    backend: str | None

    def record(self) -> Record:
        """What it applied. Only the record is kept of its outputs: others may be secrets.

        Raises:
            NeverApplied, Unreachable: why there is no record.
            UnreadableRecord: another version of this project wrote it.
        """
        outputs = self._referenced() if self.backend is None else self._exported(self.backend)
        record = read_record(outputs)
        if record is None:
            raise NeverApplied
        return record

    def _referenced(self) -> Mapping[str, Any]:
        """Through the engine, as a StackReference is, but before anything is declared."""
        try:
            return recorded_outputs(self.name).public()
        except UnknownStack:
            raise NeverApplied from None
        except UnreadableStack as error:
            raise Unreachable(str(error)) from None

    def _exported(self, backend: str) -> Mapping[str, Any]:
        """By the engine's command: one run of it sees one backend. No passphrase is needed, since
        secrets stay encrypted.
        """
        cli = shutil.which("pulumi")
        if cli is None:
            raise Unreachable("there is no pulumi on PATH to read it with")
        environment = {k: v for k, v in os.environ.items() if k not in OWN_STACK_VARIABLES}
        try:
            done = subprocess.run(  # noqa: S603
                [cli, "stack", "export", "--stack", self.name, "--non-interactive"],
                cwd=self.root,
                env={**environment, "PULUMI_BACKEND_URL": backend},
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unreachable(f"{backend} did not answer within {SECONDS} seconds") from None
        if done.returncode:
            if "no stack named" in done.stderr:
                raise NeverApplied
            raise Unreachable(_last_line(done.stderr))
        return outputs_in(done.stdout)


def earlier_of(
    root: Path, environment: Environment, environments: Mapping[str, Environment]
) -> Earlier:
    """The environment that `environment` advances from.

    Raises:
        Unreachable: its file does not say where its state is, and this one's does.
    """
    name = environment.advances_from or ""
    backend = environments[name].backend if name in environments else None
    if backend == environment.backend:
        return Earlier(root, name, None)
    if backend is None:
        raise Unreachable(f"stacks/{name}.yaml does not say where its state is kept (backend: …)")
    return Earlier(root, name, backend)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line]
    return lines[-1].removeprefix("error: ") if lines else "pulumi said nothing"
