"""What a stack's last update recorded, asked of the engine before anything is declared."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from tpa.environments.stack_state import StateResources, resources_in_outputs

ATTEMPTS = 30
PAUSE = 0.1
"""Seconds between two attempts."""


class UnknownStack(Exception):
    """The backend knows no stack of that name."""


class UnreadableStack(Exception):
    """The engine can't read it; the text says why."""


@dataclass(frozen=True)
class RecordedOutputs:
    """`values` holds secrets in clear, so take from it what is not in `secrets` and drop it."""

    values: Mapping[str, Any]
    secrets: frozenset[str]

    def public(self) -> dict[str, Any]:
        """Everything but the secrets."""
        return {key: value for key, value in self.values.items() if key not in self.secrets}


def recorded_outputs(stack: str) -> RecordedOutputs:
    """The outputs of `stack`, a name such as `dev`, of this project.

    Raises:
        UnknownStack, UnreadableStack: why there are none.
    """
    answer = _asked("readStackOutputs", "name", stack)
    secrets = frozenset(answer.get("secretOutputNames") or ())
    return RecordedOutputs(answer.get("outputs") or {}, secrets)


def recorded_resources(stack: str) -> StateResources:
    """What the state of `stack` holds at this moment, also after a run that ended half-way.

    Outputs are written by runs that end well; the state by every step.

    Raises:
        UnknownStack, UnreadableStack: why it can't be told.
    """
    return resources_in_outputs(
        _asked("readStackResourceOutputs", "stackName", stack).get("outputs") or {}
    )


def _asked(function: str, argument: str, stack: str) -> Mapping[str, Any]:
    """The engine's answer about a stack.

    A file backend writes a stack's record in place while other steps of an update go on, this
    run's own first step among them; a reader that meets half a file tries again.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
    for attempt in range(ATTEMPTS):
        try:
            found = pulumi.runtime.invoke(f"pulumi:pulumi:{function}", {argument: name}).value
        except Exception as error:  # noqa: BLE001 - the SDK raises nothing narrower
            reason = str(error).rpartition("returned an error: ")[2]
            if "unknown stack" in reason:
                raise UnknownStack(stack) from None
            if "failed to load checkpoint" not in reason or attempt == ATTEMPTS - 1:
                raise UnreadableStack(reason) from None
            time.sleep(PAUSE)
        else:
            return found or {}
    raise AssertionError("every attempt returns or raises")
