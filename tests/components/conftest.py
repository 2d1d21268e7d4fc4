"""A recorder in place of the engine: what a program registered, with its inputs."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, test


@dataclass(frozen=True)
class Registered:
    """One resource as the engine would see it."""

    type: str
    name: str
    inputs: dict[str, Any]
    provider: str | None


class Recorder(mocks.Mocks):
    """Answers each resource with its inputs and an id; an unexpected invoke fails the test."""

    def __init__(self) -> None:
        self.seen: list[Registered] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.seen.append(Registered(args.typ, args.name, args.inputs, args.provider))
        computed = {"clientId": f"tpc_{args.name}", "connectionId": "con_1", "promotedByUs": True}
        return f"{args.name}-id", {**computed, **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(f"unexpected call of {args.token}")


class Register:
    """Runs a program; answers what it registered, in the order of registration.

    `seen` has it after a program that failed, too.
    """

    def __init__(self) -> None:
        self.seen: list[Registered] = []

    def __call__(self, program: Callable[[], object]) -> list[Registered]:
        loop = asyncio.new_event_loop()
        # Outputs of a program that fails are never awaited: asyncio would log each one at exit.
        loop.set_exception_handler(lambda *_: None)
        asyncio.set_event_loop(loop)
        recorder = Recorder()
        self.seen = recorder.seen
        mocks.set_mocks(recorder, project="project", stack="dev")
        test(program)()  # type: ignore[no-untyped-call]
        return self.seen


@pytest.fixture
def register() -> Iterator[Register]:
    yield Register()
    pulumi.runtime.settings.reset_options()


def only(seen: list[Registered], type_: str) -> Registered:
    """The one resource of a type."""
    (found,) = [resource for resource in seen if resource.type == type_]
    return found
