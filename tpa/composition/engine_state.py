"""What a stack's state holds, asked of the engine before the program declares anything."""

import time
from collections.abc import Mapping
from typing import Any

import pulumi

from tpa.environments.stack_state import StackState, UnreadableState, state_in_answers

ATTEMPTS = 30
PAUSE = 0.1
"""Seconds between two attempts."""


class UnknownStack(Exception):
    """The backend knows no stack of that name."""


def answered_state(stack: str, *, resources: bool = True) -> StackState:
    """The state of `stack`, a name such as `dev`, of this project; empty where it does not exist.

    Outputs are those of the last update that ended well; resources, where they are asked for, are
    as they are at this moment, also after an update that failed.

    Raises:
        UnreadableState: why it can't be read.
    """
    try:
        outputs = _answer("readStackOutputs", "name", stack)
        held = _answer("readStackResourceOutputs", "stackName", stack) if resources else {}
    except UnknownStack:
        return StackState()
    return state_in_answers(outputs, held)


def _answer(function: str, argument: str, stack: str) -> Mapping[str, Any]:
    """The engine's answer about a stack.

    A file backend writes a stack's state in place while other steps of an update go on, this
    run's own first step among them; so a file that is half-written is read again.
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
                raise UnreadableState(reason) from None
            time.sleep(PAUSE)
        else:
            return found or {}
    raise AssertionError("every attempt returns or raises")
