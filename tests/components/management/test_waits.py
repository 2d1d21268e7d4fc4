"""What is waited for is told, on a clock that only sleeping moves."""

from auth0_third_party.management import Credentials, ManagementClient
from tests.components.management.conftest import Answer, Clock, Scripted


def test_a_long_wait_is_told_before_it_begins(scripted: Scripted, clock: Clock) -> None:
    told: list[tuple[float, str, int]] = []
    reset = {"x-ratelimit-reset": str(int(clock.now()) + 7)}
    scripted.answers = [Answer(429, {}, reset), Answer(503), Answer(body={})]
    ready = Credentials(scripted.domain, api_token="ready")

    def on_wait(seconds: float, reason: str) -> None:
        told.append((seconds, reason, len(clock.naps)))

    with ManagementClient(ready, on_wait=on_wait) as client:
        client.get("/clients")
    assert told == [
        (7.0, f"the rate limit of {scripted.domain}", 0),
        (1.0, f"{scripted.domain}, which answers 503", 1),
    ]
    assert clock.naps == [7.0, 1.0]


def test_short_waits_are_told_once_they_add_up(scripted: Scripted, clock: Clock) -> None:
    """A tenant that lets two requests a second pass is waited for half a second, many times."""
    told: list[float] = []
    scripted.answers = [Answer(503), Answer(body={}), Answer(503), Answer(body={}), Answer(503)]
    scripted.answers.append(Answer(body={}))
    ready = Credentials(scripted.domain, api_token="ready")
    with ManagementClient(ready, on_wait=lambda seconds, _: told.append(seconds)) as client:
        for _ in range(3):
            client.get("/clients")
    assert clock.naps == [0.5, 0.5, 0.5]
    assert told == [0.5]
