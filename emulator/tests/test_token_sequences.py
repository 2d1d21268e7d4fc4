"""Codes and tokens in any order against a small model, and token requests of any shape."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCOPES = ("read:orders", "write:orders", "offline_access")
WRONG = "another-verifier-of-forty-three-characters-"
LEEWAY, IDLE, ABSOLUTE, CODE = 10, 100, 250, 60
ONE_TENANT = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_numbers = count()


@dataclass
class Family:
    """What came of one code: `generation` is that of the token that is good now."""

    scopes: list[str]
    created: float
    used: float
    rotated: float
    generation: int = 0
    alive: bool = True


@dataclass
class Code:
    value: str
    scopes: list[str]
    expires: float
    redeemed: bool = False
    family: Family | None = None


@dataclass
class Model:
    """What RFC 6749, RFC 9700 and Auth0's pages on rotation say must happen."""

    backend: Any
    rotating: bool
    leeway: int
    now: float
    codes: list[Code] = field(default_factory=list)
    tokens: list[tuple[str, Family, int]] = field(default_factory=list)

    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.backend.tenant.clock.set(self.now)

    def authorize(self, scopes: list[str]) -> None:
        value = self.backend.code(" ".join(scopes))
        self.codes.append(Code(value, scopes, self.now + CODE))

    def redeem(self, code: Code, *, proven: bool) -> None:
        changes = {} if proven else {"code_verifier": WRONG}
        answer = self.backend.redeem(code.value, **changes)
        if code.redeemed:
            if code.family:
                code.family.alive = False
            self.refused(answer)
        elif not proven or self.now >= code.expires:
            self.refused(answer)
        else:
            code.redeemed = True
            if "offline_access" in code.scopes:
                code.family = Family(code.scopes, self.now, self.now, self.now)
            self.granted(answer, code.scopes, code.family)

    def refresh(self, index: int, wanted: list[str]) -> None:
        value, family, generation = self.tokens[index]
        answer = self.backend.refresh(value, **({"scope": " ".join(wanted)} if wanted else {}))
        over = self.now >= min(family.created + ABSOLUTE, family.used + IDLE)
        if not family.alive or over:
            return self.refused(answer)
        behind = family.generation - generation
        if behind > 1 or (behind == 1 and self.now >= family.rotated + self.leeway):
            family.alive = False
            return self.refused(answer)
        if not set(wanted) <= set(family.scopes):
            return self.refused(answer, 400, "invalid_scope")
        family.used = self.now
        if self.rotating and not behind:
            family.generation, family.rotated = family.generation + 1, self.now
        scopes = [scope for scope in family.scopes if scope in (wanted or SCOPES)]
        return self.granted(answer, scopes, family if self.rotating else None)

    def revoke(self, index: int) -> None:
        value, family, _ = self.tokens[index]
        assert self.backend.post("/oauth/revoke", token=value).status_code == 200
        family.alive = False

    def granted(self, answer: httpx.Response, scopes: list[str], family: Family | None) -> None:
        body = answer.json()
        assert (answer.status_code, body.get("scope")) == (200, " ".join(scopes)), body
        assert ("refresh_token" in body) == (family is not None)
        if family is not None:
            self.tokens.append((body["refresh_token"], family, family.generation))

    def refused(
        self, answer: httpx.Response, status: int = 403, error: str = "invalid_grant"
    ) -> None:
        assert (answer.status_code, answer.json().get("error")) == (status, error), answer.text


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["authorize", "redeem", "redeem", "refresh", "refresh", "revoke", "wait"]),
        st.integers(0, 5),
        st.lists(st.sampled_from(SCOPES), unique=True),
        st.sampled_from([1, LEEWAY - 1, LEEWAY, CODE, IDLE - 1, IDLE]),
    ),
    max_size=25,
)


@given(rotating=st.booleans(), leeway=st.sampled_from([0, LEEWAY]), steps=STEPS)
@ONE_TENANT
def test_any_order_of_requests(
    make_backend: Callable[..., Any], rotating: bool, leeway: int, steps: Any
) -> None:
    tokens = {
        "rotation_type": "rotating" if rotating else "non-rotating",
        "expiration_type": "expiring",
        "leeway": leeway,
        "token_lifetime": ABSOLUTE,
        "idle_token_lifetime": IDLE,
        "infinite_token_lifetime": False,
        "infinite_idle_token_lifetime": False,
    }
    backend = make_backend(name=f"partner {next(_numbers)}", refresh_token=tokens)
    model = Model(backend, rotating, leeway, backend.tenant.clock.now())
    try:
        # The first steps of a user, so that the others have something to work on.
        model.wait(0)
        model.authorize(list(SCOPES))
        model.redeem(model.codes[0], proven=True)
        for kind, number, scopes, seconds in steps:
            if kind == "authorize":
                model.authorize([scope for scope in SCOPES if scope in scopes])
            elif kind == "redeem":
                model.redeem(model.codes[number % len(model.codes)], proven=number % 3 > 0)
            elif kind == "refresh":
                model.refresh(number % len(model.tokens), scopes if number % 2 else [])
            elif kind == "revoke":
                model.revoke(number % len(model.tokens))
            else:
                model.wait(seconds)
    finally:
        backend.tenant.clock.set(None)


# Any shape

PARAMETERS = (
    "grant_type client_id client_secret code code_verifier redirect_uri refresh_token scope"
    " audience resource organization client_assertion client_assertion_type token"
).split()
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NASTY = [
    "",
    " ",
    "\x00",
    "é😀",
    "%00%ff",
    "a" * 5000,
    "null",
    "[]",
    "' OR 1=1 --",
    "e30.e30.e30",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOnt9fQ.",
    "eyJhbGciOiJIUzI1NiIsImtpZCI6W119.eyJzdWIiOjF9.AAAA",
    "eyJhbGciOiJSUzI1NiIsImp3ayI6eyJrdHkiOiJSU0EiLCJuIjoiIiwiZSI6IiJ9LCJ0eXAiOiJkcG9wK2p3dCJ9.e30.AA",
    "eyJhbGciOiJFUzI1NiIsImp3ayI6eyJrdHkiOiJFQyJ9LCJ0eXAiOiJkcG9wK2p3dCJ9.e30.AA",
    ASSERTION,
    "https://orders.example.com",
    "org_1234567890123456",
]
VALUES = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "dpop", "origin", "content-type"]),
    st.one_of(
        st.sampled_from([*NASTY, "Basic Og==", "Basic YTpi", "Basic /w==", "Basic é", "DPoP x"]),
        st.sampled_from(["application/json", "text/plain", "multipart/form-data"]),
        st.text(max_size=20),
    ).map(
        lambda text: text.encode("utf-8", "surrogatepass").replace(b"\n", b"").replace(b"\r", b"")
    ),
    max_size=2,
)
CHANGES = st.dictionaries(st.sampled_from(PARAMETERS), st.none() | VALUES, max_size=4)
BODIES = st.one_of(
    st.none(),
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(PARAMETERS), inner, max_size=4)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@given(
    grant=st.sampled_from(["authorization_code", "refresh_token", "client_credentials"]),
    path=st.sampled_from(["/oauth/token", "/oauth/token", "/oauth/revoke"]),
    changes=CHANGES,
    again=st.lists(st.sampled_from(PARAMETERS), max_size=1),
    headers=HEADERS,
    body=BODIES,
)
@settings(parent=ONE_TENANT, max_examples=250)
def test_no_request_breaks_the_endpoint(  # noqa: PLR0917 - hypothesis passes names
    backend: Any, grant: str, path: str, changes: Any, again: Any, headers: Any, body: Any
) -> None:
    good = {
        "grant_type": grant,
        "client_id": backend.client["client_id"],
        "client_secret": backend.client["client_secret"],
        "code": backend.code(),
        "code_verifier": "a-verifier-of-at-least-forty-three-characters",
        "redirect_uri": "https://partner.example.com/callback",
        "audience": "https://orders.example.com",
    }
    form = [(k, v) for k, v in {**good, **changes}.items() if v is not None]
    form += [(name, "twice") for name in again]
    sent = {"content-type": b"application/x-www-form-urlencoded", "authorization": b"", **headers}
    content = urlencode(form, errors="surrogatepass").encode() if body is None else body
    answer = backend.api.client.post(path, content=content, headers=sent)
    assert answer.status_code in (200, 400, 401, 403), answer.text
    assert "location" not in answer.headers
    if answer.status_code != 200:
        assert set(answer.json()) == {"error", "error_description"}
    elif path == "/oauth/token":
        assert answer.json()["token_type"] in ("Bearer", "DPoP")
