"""Tokens: fetched once, renewed in time, and every way in which signing in can fail."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from auth0_third_party.management import (
    AccessDenied,
    Credentials,
    ManagementClient,
    ManagementError,
    Unavailable,
    UnusableAnswer,
)
from tests.components.management.conftest import TOKEN, Answer, Clock, Scripted

GOOD = Answer(body={})


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.sig"


def test_the_token_is_fetched_on_first_use_and_kept(scripted: Scripted) -> None:
    scripted.answers = [GOOD]
    with ManagementClient(scripted.credentials) as client:
        assert scripted.asked == []
        client.get("/clients")
        client.get("/clients")
    (sign_in,) = scripted.sign_ins
    assert sign_in.body == {
        "grant_type": "client_credentials",
        "client_id": "our-client",
        "client_secret": "our-secret",
        "audience": f"https://{scripted.domain}/api/v2/",
    }
    sent = [request.authorization for request in scripted.asked[1:]]
    assert sent == ["Bearer token-1", "Bearer token-1"]


def test_many_threads_sign_in_once(scripted: Scripted) -> None:
    scripted.answers = [GOOD]
    with ManagementClient(scripted.credentials) as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.get("/clients"), range(24)))
    assert len(scripted.sign_ins) == 1


def test_a_token_is_renewed_before_it_expires(scripted: Scripted, clock: Clock) -> None:
    scripted.answers = [GOOD]
    scripted.tokens = [
        Answer(body={**TOKEN, "expires_in": 600}),
        Answer(body={**TOKEN, "access_token": "token-2"}),
    ]
    with ManagementClient(scripted.credentials) as client:
        client.get("/clients")
        clock.seconds += 539
        client.get("/clients")
        clock.seconds += 2  # 59 seconds are left of 600
        client.get("/clients")
    sent = [r.authorization for r in scripted.asked if r.path != "/oauth/token"]
    assert sent == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("expires_in", [None, "soon", []])
def test_a_token_without_a_lifetime_is_used(scripted: Scripted, expires_in: object) -> None:
    scripted.answers = [GOOD]
    scripted.tokens = [Answer(body={**TOKEN, "expires_in": expires_in})]
    with ManagementClient(scripted.credentials) as client:
        client.get("/clients")
        client.get("/clients")
    assert len(scripted.sign_ins) == 1


def test_a_ready_token_needs_no_sign_in(scripted: Scripted) -> None:
    scripted.answers = [GOOD]
    with ManagementClient(Credentials(scripted.domain, api_token="ready")) as client:
        client.get("/clients")
    assert [request.authorization for request in scripted.asked] == ["Bearer ready"]


@pytest.mark.parametrize(
    ("token", "scopes"),
    [
        (jwt({"scope": "read:clients update:users"}), frozenset({"read:clients", "update:users"})),
        (jwt({"sub": "nobody"}), frozenset[str]()),
        (jwt([1]), None),
        ("a.b.c", None),
        ("opaque", None),
    ],
    ids=["scopes", "none", "odd", "garbage", "opaque"],
)
def test_the_scopes_of_a_ready_token(token: str, scopes: frozenset[str] | None) -> None:
    with ManagementClient(Credentials("localhost:1", api_token=token)) as client:
        assert client.token_scopes() == scopes


@pytest.mark.parametrize("scope", [None, "", 7])
def test_scopes_that_the_answer_leaves_out_are_read_from_the_token(
    scripted: Scripted, scope: object
) -> None:
    token = {"access_token": jwt({"scope": "read:clients"}), "scope": scope}
    scripted.tokens = [Answer(body=token)]
    with ManagementClient(scripted.credentials) as client:
        assert client.token_scopes() == frozenset({"read:clients"})


def failed(scripted: Scripted, answer: Answer) -> ManagementError:
    scripted.tokens = [answer]
    with (
        ManagementClient(scripted.credentials, attempts=2) as client,
        pytest.raises(ManagementError) as caught,
    ):
        client.get("/clients")
    assert set(scripted.paths) == {"/oauth/token"}
    assert "our-secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_sign_in_names_the_client(scripted: Scripted, status: int) -> None:
    said = failed(scripted, Answer(status, {"error": "x", "error_description": "Unauthorized"}))
    assert isinstance(said, AccessDenied)
    assert "does not accept the client 'our-client'" in str(said)
    assert "AUTH0_CLIENT_SECRET" in said.fix
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_tenant_in_trouble_is_not_a_wrong_secret(scripted: Scripted, status: int) -> None:
    said = failed(scripted, Answer(status, {"error_description": "later"}))
    assert isinstance(said, Unavailable)
    assert "does not accept" not in str(said)
    assert len(scripted.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body="<html>"),
        Answer(body=""),
        Answer(body=[]),
        Answer(body={"access_token": None}),
        Answer(404, "<html>no such page</html>"),
    ],
    ids=["html", "empty", "list", "null", "404"],
)
def test_who_answers_is_no_tenant(scripted: Scripted, answer: Answer) -> None:
    said = failed(scripted, answer)
    assert isinstance(said, UnusableAnswer)
    assert "Auth0 tenant" in said.fix
