"""When a call is repeated, and after how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from pulumi_toolchain.auth0_plugin.tenant import Retries, Sdk


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """Gives its answers in turn, the last one again and again."""

    answers: list[Answer]
    calls: int = 0

    def __call__(self) -> Answer:
        self.calls += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class Waiting:
    """A clock that only moves by sleeping."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def retries(self) -> Retries:
        return Retries(sleep=self.sleep, clock=lambda: self.now)


def limited(**headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()})


def test_the_rate_limit_is_waited_for_without_end() -> None:
    waiting = Waiting()
    server = Server(
        [limited(X_RateLimit_Reset=str(1000 + n)) for n in range(1, 21)] + [Answer(200)]
    )
    assert waiting.retries().run(Sdk.FIRST, server).status_code == 200
    assert server.calls == 21
    assert waiting.slept == [1.0] * 20


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X_RateLimit_Reset": "1007"}, 7.0),
        ({"X_RateLimit_Reset": "900"}, 0.0),
        ({"X_RateLimit_Reset": "soon"}, 5.0),
        ({}, 5.0),
        ({"Retry_After": "30"}, 5.0),
    ],
)
def test_how_long(headers: dict[str, str], seconds: float) -> None:
    waiting = Waiting()
    waiting.retries().run(Sdk.FIRST, Server([limited(**headers), Answer(200)]))
    assert waiting.slept == [seconds]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
def test_a_broken_server_gets_four_attempts(status: int) -> None:
    waiting, server = Waiting(), Server([Answer(status)])
    assert waiting.retries().run(Sdk.FIRST, server).status_code == status
    assert server.calls == 4
    assert all(0 <= pause <= limit for pause, limit in zip(waiting.slept, (0.5, 1, 2), strict=True))


def test_the_second_sdk_makes_twelve() -> None:
    server = Server([Answer(500)])
    Waiting().retries().run(Sdk.SECOND, server)
    assert server.calls == 12


@pytest.mark.parametrize(("sdk", "calls"), [(Sdk.FIRST, 1), (Sdk.SECOND, 3)])
def test_a_request_time_out(sdk: Sdk, calls: int) -> None:
    server = Server([Answer(408)])
    Waiting().retries().run(sdk, server)
    assert server.calls == calls


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 409, 501])
def test_other_answers_are_final(status: int) -> None:
    waiting, server = Waiting(), Server([Answer(status)])
    assert waiting.retries().run(Sdk.SECOND, server).status_code == status
    assert (server.calls, waiting.slept) == (1, [])
