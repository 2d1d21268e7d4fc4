"""Reading recorded outputs: half-written records, unknown stacks, secrets."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pulumi
import pytest

from stacks import recorded
from stacks.recorded import UnknownStack, UnreadableStack, recorded_outputs, recorded_resources

PREFIX = "invoke of x failed: invocation of x returned an error: "


class Invoked(NamedTuple):
    value: dict[str, Any] | None


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the engine give these answers, one per call; the last one for ever."""
    monkeypatch.setattr(recorded, "PAUSE", 0)
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


def test_half_a_record_is_read_again(engine: Callable[..., None]) -> None:
    half = "failed to load checkpoint: EOF"
    engine(half, half, {"outputs": {"tenant": "a"}, "secretOutputNames": []})
    assert recorded_outputs("dev").public() == {"tenant": "a"}


def test_a_record_that_stays_broken(engine: Callable[..., None]) -> None:
    engine("failed to load checkpoint: EOF")
    with pytest.raises(UnreadableStack, match="EOF"):
        recorded_outputs("dev")


def test_an_unknown_stack_and_another_trouble(engine: Callable[..., None]) -> None:
    engine('unknown stack "organization/project/dev"')
    with pytest.raises(UnknownStack):
        recorded_outputs("dev")
    engine("connection refused", {"outputs": {}})
    with pytest.raises(UnreadableStack, match="connection refused"):
        recorded_outputs("dev")


def test_secrets_are_left_out(engine: Callable[..., None]) -> None:
    engine({"outputs": {"tenant": "a", "key": "s3cret"}, "secretOutputNames": ["key"]})
    assert recorded_outputs("dev").public() == {"tenant": "a"}
    engine(None)
    assert recorded_outputs("dev").public() == {}


def test_holdings_keep_names_and_ids_alone(engine: Callable[..., None]) -> None:
    client = "urn:pulumi:dev::project::auth0:index/client:Client::portal-client"
    kind = "auth0:index/client:Client"
    outputs = {"id": "tpc_1", "signingKeys": ["s3cret"]}
    engine({"name": "dev", "outputs": {client: {"type": kind, "outputs": outputs}}})
    held = recorded_resources("dev")
    assert held.named(kind, "portal-client") == held.with_id(kind, "tpc_1")
    assert "s3cret" not in repr(held)
    engine(None)
    assert recorded_resources("dev").resources == ()
