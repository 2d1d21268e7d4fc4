"""The cap on requests that we keep ourselves, counted on a clock that only sleeping moves."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from auth0_third_party.management import Credentials, ManagementClient
from tests.components.management.conftest import Answer, Clock, Scripted


def test_no_second_has_more_requests_than_the_cap(scripted: Scripted) -> None:
    scripted.answers = [Answer(body={})]
    with ManagementClient(scripted.credentials, requests_per_second=5) as client:
        for _ in range(24):
            client.get("/clients")
    start = scripted.asked[0].at
    seconds = Counter(int(round(request.at - start, 3)) for request in scripted.asked)
    assert seconds == {0: 5, 1: 5, 2: 5, 3: 5, 4: 5}


def test_tries_count_as_requests(scripted: Scripted, clock: Clock) -> None:
    scripted.answers = [Answer(429, {}, {"x-ratelimit-reset": "1"}), Answer(body={})]
    ready = Credentials(scripted.domain, api_token="ready")
    with ManagementClient(ready, requests_per_second=0.5) as client:
        client.get("/clients")
    first, second = (request.at for request in scripted.asked)
    assert round(second - first, 3) == 2


def test_all_threads_share_one_cap(scripted: Scripted, clock: Clock) -> None:
    scripted.answers = [Answer(body={})]
    clock.stands_still = True
    ready = Credentials(scripted.domain, api_token="ready")
    with (
        ManagementClient(ready, requests_per_second=10) as client,
        ThreadPoolExecutor(6) as pool,
    ):
        list(pool.map(lambda _: client.get("/clients"), range(12)))
    assert sorted(round(nap, 3) for nap in clock.naps) == [n / 10 for n in range(12)]


def test_without_a_cap_nobody_waits(scripted: Scripted, clock: Clock) -> None:
    scripted.answers = [Answer(body={})]
    with ManagementClient(scripted.credentials) as client:
        for _ in range(5):
            client.get("/clients")
    assert clock.naps == []


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
