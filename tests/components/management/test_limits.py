"""A hostile or broken tenant: each kind of excess ends in one clean message."""

import gzip
import json
import time
from typing import Any

import pytest

from auth0_third_party.management import (
    AccessDenied,
    BadCredentials,
    Credentials,
    ManagementClient,
    ManagementError,
    UnusableAnswer,
    client,
    limits,
)
from tests.components.management.conftest import TOKEN, Answer, Scripted

GZIP = {"content-encoding": "gzip"}
BOMB = gzip.compress(b" " * (limits.MOST_BYTES + 1))
SECRET = 'a-secret-of/our+own"&'  # every form of it differs


def get(scripted: Scripted) -> Any:
    with ManagementClient(scripted.credentials, attempts=2) as client:
        return client.get("/clients")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(body=BOMB, headers=GZIP), "is larger than 16 MB"),
        (Answer(body=b" " * (limits.MOST_BYTES + 1)), "is larger than 16 MB"),
        (Answer(body=b"x", headers={"content-encoding": "gzip, gzip"}), "more than once"),
        (Answer(body="[" * 100_000), "nested more than 64 levels"),
        (Answer(body="[" * 65 + "]" * 65), "nested more than 64 levels"),
        (Answer(body='{"a":' * 500 + "1" + "}" * 500), "nested more than 64 levels"),
        (Answer(body='{"total": NaN}'), "is not JSON"),
        (Answer(body="9" * 100_000), "is not JSON"),
        (Answer(body=b"\xff\xfe{}"), "is not JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_beyond_measure(scripted: Scripted, answer: Answer, said: str) -> None:
    scripted.answers = [answer]
    with pytest.raises(UnusableAnswer, match=f"GET /clients: the answer .*{said}"):
        get(scripted)


@pytest.mark.parametrize(
    "answer", [Answer(body=" " * 99, drip=0.05), Answer(slow_head=0.1)], ids=["body", "head"]
)
@pytest.mark.parametrize("signing_in", [True, False])
def test_an_answer_that_drips(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, answer: Answer, signing_in: bool
) -> None:
    """Each piece comes in time; the whole does not."""
    monkeypatch.setattr(limits, "SECONDS", 0.4)
    if signing_in:
        scripted.tokens = [answer]
    scripted.answers = [answer]
    started = time.monotonic()
    with pytest.raises(UnusableAnswer, match="is not complete after"):
        get(scripted)
    assert time.monotonic() - started < 30


def test_a_list_without_an_end(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 5)
    pages = [[{"client_id": str(n)}] for n in range(9)]
    scripted.answers = [Answer(body={"clients": page, "total": 10**9}) for page in pages]
    with (
        ManagementClient(scripted.credentials) as management,
        pytest.raises(UnusableAnswer, match="GET /clients: the list has no end within 5 pages"),
    ):
        list(management.pages("/clients", "clients"))


def test_a_page_that_comes_again(scripted: Scripted) -> None:
    scripted.answers = [Answer(body={"clients": [{"client_id": "1"}], "total": 10**9})]
    with (
        ManagementClient(scripted.credentials) as management,
        pytest.raises(UnusableAnswer, match="the same page comes again"),
    ):
        list(management.pages("/clients", "clients"))
    assert len(scripted.asked) == 1 + 2


def test_a_token_that_expires_in_the_middle_is_renewed(scripted: Scripted) -> None:
    scripted.tokens = [Answer(body=TOKEN), Answer(body={**TOKEN, "access_token": "token-2"})]
    expired = Answer(401, {"message": "Expired token received for JSON Web Token validation"})
    scripted.answers = [Answer(body={"n": 1}), expired, Answer(body={"n": 2})]
    with ManagementClient(scripted.credentials) as management:
        assert [management.get("/clients") for _ in range(2)] == [{"n": 1}, {"n": 2}]
    assert scripted.asked[-1].authorization == "Bearer token-2"


def test_a_token_that_was_given_can_only_be_replaced(scripted: Scripted) -> None:
    scripted.answers = [Answer(401, {"message": "Expired token"})]
    own = Credentials(scripted.domain, api_token="given-token")
    with ManagementClient(own) as management, pytest.raises(AccessDenied) as caught:
        management.get("/clients")
    assert "AUTH0_API_TOKEN has expired" in caught.value.fix


@pytest.mark.parametrize("token", ["t\u00f6ken", "two words", "a\r\nX-Header: 1", "", 5, None])
def test_a_token_that_is_none(scripted: Scripted, token: object) -> None:
    scripted.tokens = [Answer(body={"access_token": token})]
    with pytest.raises(UnusableAnswer, match="the answer has no access_token"):
        get(scripted)


@pytest.mark.parametrize("seconds", [-1, 0, 1e308, True, [], "soon"])
def test_a_lifetime_that_is_none(scripted: Scripted, seconds: object) -> None:
    scripted.tokens = [Answer(body={**TOKEN, "expires_in": seconds})]
    scripted.answers = [Answer(body={})]
    with ManagementClient(scripted.credentials) as management:
        management.get("/clients")


@pytest.mark.parametrize("odd", ["\r", "\n", " ", "\x00", "\u00e9", "\udcff", "\u200b"])
@pytest.mark.parametrize("name", ["AUTH0_API_TOKEN", "AUTH0_CLIENT_SECRET", "AUTH0_CLIENT_ID"])
def test_credentials_are_checked_when_they_are_read(name: str, odd: str) -> None:
    shell = {"AUTH0_CLIENT_ID": "our-client", "AUTH0_CLIENT_SECRET": "our-secret"}
    shell[name] = f"long-and-secret{odd}"
    with pytest.raises(BadCredentials, match=name) as caught:
        Credentials.find("acme.auth0.com", {}, shell)
    assert "long-and-secret" not in f"{caught.value} {caught.value.fix}"


@pytest.mark.parametrize("status", [400, 401, 403, 500])
@pytest.mark.parametrize("place", ["secret", "json", "token"])
def test_an_answer_that_echoes_what_we_sent(scripted: Scripted, status: int, place: str) -> None:
    """A proxy that is in debug mode, or a tenant that wants to see the secret in a log."""
    echo = {"secret": SECRET, "json": json.dumps({"s": SECRET}), "token": "Bearer token-of-ours"}
    scripted.tokens = [Answer(body={**TOKEN, "access_token": "token-of-ours"})]
    scripted.answers = [Answer(status, {"message": f"bad request: {echo[place]}"})]
    own = Credentials(scripted.domain, "our-client", SECRET)
    with ManagementClient(own, attempts=1) as management, pytest.raises(ManagementError) as caught:
        management.get("/clients")
    assert "[secret]" in str(caught.value)
    for secret in (SECRET, json.dumps(SECRET)[1:-1], "token-of-ours"):
        assert secret not in f"{caught.value} {caught.value.fix}"


def test_words_without_end_are_cut(scripted: Scripted) -> None:
    scripted.answers = [Answer(400, {"message": "x" * 1_000_000})]
    with pytest.raises(ManagementError) as caught:
        get(scripted)
    assert len(str(caught.value)) < 500
