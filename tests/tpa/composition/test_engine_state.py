"""The state that the engine answers: half-written files, unknown stacks, secrets."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pulumi
import pytest

from tpa.composition import engine_state
from tpa.composition.engine_state import answered_state
from tpa.environments.stack_state import StackState, StateResources, UnreadableState

PREFIX = "invoke of x failed: invocation of x returned an error: "


class Invoked(NamedTuple):
    value: dict[str, Any] | None


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the engine give these answers, one per call; the last one for ever."""
    monkeypatch.setattr(engine_state, "PAUSE", 0)
    monkeypatch.setattr(pulumi, "get_organization", lambda: "organization")
    monkeypatch.setattr(pulumi, "get_project", lambda: "project")

    def give(*answers: dict[str, Any] | str | None) -> None:
        left: Iterator[dict[str, Any] | str | None] = iter(answers)

        def invoke(_: str, arguments: dict[str, str]) -> Invoked:
            assert [*arguments.values()] == ["organization/project/dev"]
            answer = next(left, answers[-1])
            if isinstance(answer, str):
                raise Exception(PREFIX + answer)  # noqa: TRY002, TRY004 - what the SDK raises
            return Invoked(answer)

        monkeypatch.setattr(pulumi.runtime, "invoke", invoke)

    return give


def test_a_half_written_file_is_read_again(engine: Callable[..., None]) -> None:
    half = "failed to load checkpoint: EOF"
    engine(half, half, {"outputs": {"tenant": "a"}, "secretOutputNames": []})
    assert answered_state("dev", resources=False).outputs == {"tenant": "a"}


def test_a_file_that_stays_half_written(engine: Callable[..., None]) -> None:
    engine("failed to load checkpoint: EOF")
    with pytest.raises(UnreadableState, match="EOF"):
        answered_state("dev", resources=False)


def test_an_unknown_stack_is_empty_and_another_error_is_reported(
    engine: Callable[..., None],
) -> None:
    engine('unknown stack "organization/project/dev"')
    assert answered_state("dev", resources=False) == StackState()
    assert answered_state("dev") == StackState()
    engine("connection refused", {"outputs": {}})
    with pytest.raises(UnreadableState, match="connection refused"):
        answered_state("dev", resources=False)


def test_secrets_are_left_out(engine: Callable[..., None]) -> None:
    engine({"outputs": {"tenant": "a", "key": "s3cret"}, "secretOutputNames": ["key"]})
    assert answered_state("dev", resources=False).outputs == {"tenant": "a"}
    engine(None)
    assert answered_state("dev", resources=False).outputs == {}


def test_of_resources_only_names_and_ids_are_kept(engine: Callable[..., None]) -> None:
    client = "urn:pulumi:dev::project::auth0:index/client:Client::portal-client"
    kind = "auth0:index/client:Client"
    outputs = {"id": "tpc_1", "signingKeys": ["s3cret"]}
    engine({}, {"name": "dev", "outputs": {client: {"type": kind, "outputs": outputs}}})
    held = answered_state("dev").resources
    assert held.named(kind, "portal-client") == held.with_id(kind, "tpc_1")
    assert "s3cret" not in repr(held)
    engine(None)
    assert answered_state("dev").resources == StateResources()
