"""Answers that a healthy tenant does not give, and what a person reads about them."""

import socket
from typing import Any

import pytest

from auth0_third_party.management import (
    AccessDenied,
    Credentials,
    ManagementClient,
    ManagementError,
    MissingScope,
    NoDomain,
    NotFound,
    Refused,
    Unavailable,
    Unreachable,
    UnusableAnswer,
)
from tests.components.management.conftest import Answer, Clock, Scripted

GOOD = Answer(body={"id": "con_1"})
HTML = Answer(body="<html><body>Please sign in to the proxy</body></html>")


def get(scripted: Scripted, attempts: int = 3) -> Any:
    with ManagementClient(scripted.credentials, attempts=attempts) as client:
        return client.get("/connections/con_1")


def error(scripted: Scripted, attempts: int = 3) -> ManagementError:
    """The one error, whose text is one line without secrets."""
    with pytest.raises(ManagementError) as caught:
        get(scripted, attempts)
    said = f"{caught.value} {caught.value.fix}"
    assert "\n" not in said
    assert "our-secret" not in said
    assert "token-1" not in said
    return caught.value


def test_429_waits_until_the_tenant_says(scripted: Scripted, clock: Clock) -> None:
    reset = {"x-ratelimit-reset": str(int(clock.now()) + 7)}
    scripted.answers = [Answer(429, {"message": "slow down"}, reset), GOOD]
    assert get(scripted) == {"id": "con_1"}
    assert clock.naps == [7.0]


@pytest.mark.parametrize(
    ("reset", "wait"), [("1", 0.2), ("nan", 0.2), ("inf", 60.0), ("soon", 0.5), (None, 0.5)]
)
def test_429_with_an_odd_reset_still_waits_sensibly(
    scripted: Scripted, clock: Clock, reset: str | None, wait: float
) -> None:
    headers = {} if reset is None else {"x-ratelimit-reset": reset}
    scripted.answers = [Answer(429, {}, headers), GOOD]
    assert get(scripted) == {"id": "con_1"}
    assert clock.naps == [wait]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_5xx_is_tried_again(scripted: Scripted, clock: Clock, status: int) -> None:
    scripted.answers = [Answer(status, HTML.body), Answer(status, HTML.body), GOOD]
    assert get(scripted) == {"id": "con_1"}
    assert clock.naps == [0.5, 1.0]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_does_not_pass_is_said_after_the_last_try(scripted: Scripted, status: int) -> None:
    scripted.answers = [Answer(status, {"message": "come\nback later"})]
    said = error(scripted)
    assert isinstance(said, Unavailable)
    assert f"GET /connections/con_1: {status} come back later" in str(said)
    assert len(scripted.asked) == 1 + 3


def test_a_lost_connection_is_tried_again(scripted: Scripted) -> None:
    scripted.answers = [Answer(cut=True), GOOD]
    assert get(scripted) == {"id": "con_1"}


def test_a_lost_answer_to_a_write_is_tried_again(scripted: Scripted) -> None:
    """Our writes are of a fixed value, so twice is once."""
    scripted.answers = [Answer(cut=True), GOOD]
    with ManagementClient(scripted.credentials, attempts=3) as client:
        assert client.patch("/connections/con_1", {"x": 1}) == {"id": "con_1"}
    assert [request.body for request in scripted.asked[1:]] == [{"x": 1}, {"x": 1}]


def test_a_connection_that_is_always_lost_is_said(scripted: Scripted) -> None:
    scripted.answers = [Answer(cut=True)]
    said = error(scripted)
    assert isinstance(said, Unreachable)
    assert scripted.domain in str(said)


def test_nobody_listens(clock: Clock, no_credentials: None) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        domain = f"localhost:{closed.getsockname()[1]}"
    with (
        ManagementClient(Credentials(domain, "id", "secret"), attempts=3) as client,
        pytest.raises(Unreachable, match=f"{domain} can't be reached: .*refused"),
    ):
        client.get("/clients")
    assert clock.naps == [0.5, 1.0]


def test_an_untrusted_certificate(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    said = error(scripted, attempts=1)
    assert isinstance(said, Unreachable)
    assert "certificate" in str(said)


@pytest.mark.parametrize(
    ("name", "value", "said_of_it"),
    [("SSL_CERT_FILE", "/nowhere.pem", "No such file"), ("HTTPS_PROXY", "gopher://p", "proxy URL")],
)
def test_a_broken_shell_is_said_in_one_line(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said_of_it: str
) -> None:
    monkeypatch.setenv(name, value)
    said = error(scripted)
    assert isinstance(said, Unreachable)
    assert said_of_it in str(said)


def test_a_domain_that_is_none() -> None:
    with pytest.raises(NoDomain, match="is not a tenant domain"):
        ManagementClient(Credentials("ac\nme", "id", "secret"))


def test_a_proxy_is_not_asked_for_a_tenant_on_this_machine(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed.getsockname()[1]}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    scripted.answers = [GOOD]
    assert get(scripted) == {"id": "con_1"}


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        Answer(body='{"id": '),
        Answer(302, "", {"location": "https://login.proxy.example/"}),
        Answer(body="not gzip", headers={"content-encoding": "gzip"}),
    ],
    ids=["html", "half", "redirect", "encoding"],
)
def test_an_answer_that_is_none_of_the_apis(scripted: Scripted, answer: Answer) -> None:
    scripted.answers = [answer]
    said = error(scripted)
    assert isinstance(said, UnusableAnswer)
    assert "proxy" in said.fix
    assert len(scripted.asked) == 2, "asking again would not help"


def test_a_missing_scope_is_named(scripted: Scripted) -> None:
    message = "Insufficient scope, expected any of: read:connections,read:all"
    scripted.answers = [Answer(403, {"message": message, "errorCode": "insufficient_scope"})]
    said = error(scripted)
    assert isinstance(said, MissingScope)
    assert said.scopes == ("read:connections", "read:all")
    assert "grant read:connections or read:all" in said.fix


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Refused), (401, AccessDenied), (403, Refused), (404, NotFound)]
)
def test_other_refusals_keep_the_tenants_words(
    scripted: Scripted, status: int, kind: type[ManagementError]
) -> None:
    scripted.answers = [Answer(status, {"message": "The words of\nthe tenant"})]
    said = error(scripted)
    assert type(said) is kind
    assert str(said) == f"GET /connections/con_1: {status} The words of the tenant"
    tries = 2 if status == 401 else 1
    assert len(scripted.asked) == 2 * tries, "a refusal is not tried again but with a new token"


@pytest.mark.parametrize("body", ["", "[1]", "<html>", '{"message": null}'])
def test_a_refusal_without_words(scripted: Scripted, body: str) -> None:
    scripted.answers = [Answer(400, body)]
    assert str(error(scripted)).endswith("400 Bad Request")


@pytest.mark.parametrize(
    "body",
    [{}, [], {"clients": None}, {"clients": ["one"], "total": 1}, {"client": [], "total": 0}],
    ids=str,
)
def test_a_list_that_is_none(scripted: Scripted, body: object) -> None:
    scripted.answers = [Answer(body=body)]
    with (
        ManagementClient(scripted.credentials) as client,
        pytest.raises(UnusableAnswer, match="no list 'clients' of objects"),
    ):
        list(client.pages("/clients", "clients"))


@pytest.mark.parametrize("total", [{}, {"total": "many"}])
def test_a_list_without_a_total_is_read_to_its_end(
    scripted: Scripted, total: dict[str, object]
) -> None:
    full, rest = [{"client_id": str(n)} for n in range(100)], [{"client_id": "last"}]
    scripted.answers = [Answer(body={"clients": page, **total}) for page in (full, rest, [])]
    with ManagementClient(scripted.credentials) as client:
        assert len(list(client.pages("/clients", "clients"))) == 101


def test_a_tenant_with_smaller_pages_is_read_to_its_end(scripted: Scripted) -> None:
    halves = [[{"client_id": str(n)} for n in range(start, start + 50)] for start in (0, 50)]
    scripted.answers = [Answer(body={"clients": half, "total": 100}) for half in halves]
    with ManagementClient(scripted.credentials) as client:
        assert len(list(client.pages("/clients", "clients"))) == 100
    assert len(scripted.asked) == 1 + 2
