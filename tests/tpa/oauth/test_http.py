"""Paced, counted, and one clean message where the tenant can't be asked."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.ports import free_port
from tpa.errors import TpaError
from tpa.oauth.http import Answer, TenantHttp, skew_warning

Handler = Callable[[httpx.Request], httpx.Response]


def opened(handler: Handler, per_second: float = 0) -> TenantHttp:
    made = TenantHttp("acme.test", per_second=per_second)
    made._client = httpx.Client(base_url=made.url, transport=httpx.MockTransport(handler))
    return made


def test_redirects_are_shown_and_not_followed() -> None:
    answer = opened(lambda _: httpx.Response(302, headers={"Location": "/u/login?a=1"})).send(
        "GET", "/authorize"
    )
    assert (answer.location, answer.returned) == ("https://acme.test/u/login?a=1", {"a": "1"})


def test_cookies_are_kept_until_they_are_forgotten() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie", ""))
        return httpx.Response(200, headers={"set-cookie": "session=1; Path=/"})

    http = opened(handler)
    for _ in range(2):
        http.send("GET", "/")
    http.forget()
    http.send("GET", "/")
    assert seen == ["", "session=1", ""]
    assert http.sent == 3


def test_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    monkeypatch.setattr("time.sleep", slept.append)
    http = opened(lambda _: httpx.Response(200), per_second=4)
    for _ in range(3):
        http.send("GET", "/")
    assert slept == [0, 0.25, 0.5]


def test_a_rate_limit_is_waited_for_and_then_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    monkeypatch.setattr("time.sleep", slept.append)
    told = iter([{"retry-after": "7"}, {"x-ratelimit-reset": str(int(time.time()) + 9000)}, {}])
    http = opened(lambda _: httpx.Response(429, headers=next(told)))
    with pytest.raises(TpaError, match="rate limit is used up\n  fix: wait a minute"):
        http.send("GET", "/")
    assert slept == [0, 7, 60]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), "check that domain"),
        (httpx.ConnectTimeout("timed out"), "acme.test can't be reached: timed out"),
        (
            httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"),
            "set SSL_CERT_FILE",
        ),
    ],
)
def test_a_tenant_out_of_reach(error: httpx.TransportError, words: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(TpaError) as told:
        opened(handler).send("GET", "/")
    assert words in str(told.value)
    assert "  fix: " in str(told.value)


def test_nothing_listens_there() -> None:
    with TenantHttp(f"localhost:{free_port()}") as http, pytest.raises(TpaError, match="reached"):
        http.send("GET", "/")


@pytest.mark.parametrize("domain", ["acme.test:notaport", "[::1"])
def test_no_domain_at_all(domain: str) -> None:
    with pytest.raises(TpaError, match="can't be reached from this shell"):
        TenantHttp(domain)


def test_a_bundle_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/roots.pem")
    with pytest.raises(TpaError, match="can't be reached from this shell"):
        TenantHttp("acme.test")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, ""), (59, ""), (120, "120 s ahead of"), (-300, "300 s behind")]
)
def test_a_clock_that_is_wrong(seconds: int, words: str) -> None:
    answers = {"a": Answer(200), "b": Answer(200, {"date": "Thu, 01 Jan 2026 00:00:00 GMT"})}
    told = skew_warning(answers.values(), 1767225600 + seconds)
    assert words in told
    assert bool(told) == bool(words)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_answer_that_tells_no_time(date: str) -> None:
    assert skew_warning([Answer(200, {"date": date})], 0) == ""


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(400, text='{"error": "invalid_grant"}'), "invalid_grant"),
        (Answer(403, text="<p>unauthorized_client: no</p>"), "unauthorized_client"),
        (Answer(200, text="<p>access_denied</p>"), ""),
        (Answer(302, {"location": "https://a.test/cb?error=access_denied"}), "access_denied"),
        (Answer(302, {"location": "com.app://cb#error=login_required"}), "login_required"),
        (Answer(500, text="[]"), ""),
    ],
)
def test_the_error_of_an_answer(answer: Answer, error: str) -> None:
    assert answer.error == error
