"""The security invariant of `/authorize`: whatever is asked for, nothing goes to an address that
is not registered, and nothing fails.

What a browser makes of an address is judged here by pattern, without the code under test.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_from_bytes, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.testing_sign_in import ANN, CALLBACK, ORDERS, Partner, UserAgent, new_partner

LOOPBACK = "http://127.0.0.1/callback"
CALLBACKS = [CALLBACK, "https://partner.example.com/cb?a=b", "com.example.partner:/cb", LOOPBACK]
MEANT = {*CALLBACKS[:3], LOOPBACK}
# For a long run: FUZZ_REQUESTS=20000 pytest -s emulator/tests/test_sign_in_fuzz.py
EXAMPLES = int(os.environ.get("FUZZ_REQUESTS", "1200"))
counted: Counter[str] = Counter()


@dataclass
class Site:
    """Three applications of a tenant, and a browser in which Ann agreed to all of them."""

    partners: dict[str, Partner]
    user: UserAgent


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    tenant = new_tenant(legacy=True)
    with in_process(tenant) as api, closing(in_process(tenant)) as browser:
        user = UserAgent(browser.client)
        kinds = {
            "protected": {"third_party_security_mode": "strict"},
            "always": {
                "third_party_security_mode": "strict",
                "redirection_policy": "allow_always",
                "app_type": "native",
                "token_endpoint_auth_method": "none",
            },
            "permissive": {"third_party_security_mode": "permissive"},
        }
        partners = {
            name: new_partner(api, user, callbacks=CALLBACKS, **kind)
            for name, kind in kinds.items()
        }
        for partner in partners.values():
            partner.change_tenant(skip_non_verifiable_callback_uri_confirmation_prompt=True)
            partner.sign_in()
        yield Site(partners, user)
    sys.stdout.write(f"\n/authorize: {dict(counted)}\n")


EVIL = "https://evil.example.com"
ADDRESSES = st.sampled_from(
    [
        *CALLBACKS,
        "http://127.0.0.1:49152/callback",
        "http://127.0.0.1:49152@evil.example.com/callback",
        "http://evil.example.com\\@127.0.0.1/callback",
        "http://127.0.0.1\\.evil.example.com/callback",
        "http://127.0.0.1:1/callback/../x",
        f"{EVIL}/callback",
        f"//{EVIL[8:]}/callback",
        f"{CALLBACK}@evil.example.com",
        f"{CALLBACK}/../../x",
        f"{CALLBACK}\r\nLocation: {EVIL}",
        f"{CALLBACK}\x00",
        f"{CALLBACK}%00",
        f"{CALLBACK}#@evil.example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "com.example.partner://evil.example.com/cb",
    ]
)
KINDS = st.sampled_from(["protected", "always", "permissive"])
GOOD = st.sampled_from([*CALLBACKS, *(f"http://127.0.0.1:{port}/callback" for port in (1, 65_535))])
# One character changed, added or taken away; or anything at all.
NEAR = st.builds(
    lambda address, at, put, cut: (
        address[: at % len(address)] + put + address[at % len(address) + cut :]
    ),
    ADDRESSES,
    st.integers(0, 80),
    st.text(max_size=2),
    st.integers(0, 2),
)
ANYTHING = st.one_of(
    ADDRESSES,
    NEAR,
    st.text(max_size=20),
    st.sampled_from(
        ["", "none", "login", "consent", "code", "token", "S256", "plain", "0", ORDERS]
    ),
)
NAMES = st.one_of(
    st.sampled_from(
        (
            "client_id response_type redirect_uri scope audience state code_challenge connection"
            " code_challenge_method organization prompt login_hint max_age resource nonce dpop_jkt"
            " response_mode request request_uri claims screen_hint ext-a display acr_values"
        ).split()
    ),
    st.text(max_size=8),
)


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """What to do to a good request: replace, add again, or leave out."""
    verb = st.sampled_from(["set", "set", "add", "drop"])
    some = draw(st.lists(st.tuples(verb, NAMES, ANYTHING), max_size=3))
    address = ("set", "redirect_uri", draw(st.one_of(GOOD, ADDRESSES, NEAR)))
    return [*some, address] if draw(st.booleans()) else some


def pairs_of(partner: Partner, mutations: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    pairs = list(partner.parameters().items())
    for verb, name, value in mutations:
        if verb != "add":
            pairs = [pair for pair in pairs if pair[0] != name]
        if verb != "drop":
            pairs.append((name, value))
    return pairs


def check(answer: httpx.Response, *, protected: bool, native: bool) -> None:
    counted["requests"] += 1
    assert answer.status_code in (200, 302, 303, 400, 404, 429), answer.text
    location = answer.headers.get("location")
    if location is None:
        counted["pages"] += 1
        return
    assert len(answer.headers.get_list("location")) == 1
    assert not re.search(r"[\r\n\\]", location)
    if location.startswith(("/u/", "/login?")):
        counted["to the tenant's pages"] += 1
        return
    counted["to a callback"] += 1
    sent = dict(parse_qsl(location.partition("?")[2]))
    given = {"code", "state", "error", "error_description", "iss", "a"}
    assert sent.keys() <= given
    assert ("code" in sent) is not ("error" in sent)
    assert not (protected and "error" in sent)
    address = location.partition("?")[0] + ("?a=b" if sent.get("a") else "")
    if native and re.fullmatch(r"http://127\.0\.0\.1:[0-9]{1,5}/callback", address):
        counted["to loopback on another port"] += 1
        return
    assert address in MEANT


@given(mutations=changes(), kind=KINDS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_leads_to_an_address_that_is_not_registered(
    site: Site, mutations: list[tuple[str, str, str]], kind: str
) -> None:
    pairs = pairs_of(site.partners[kind], mutations)
    query = urlencode([(name.encode(), value.encode()) for name, value in pairs])
    answer = site.user.client.get(f"/authorize?{query}")
    check(answer, protected=kind == "protected", native=kind == "always")


@given(query=st.binary(max_size=60))
@settings(max_examples=EXAMPLES // 6, deadline=None, suppress_health_check=list(HealthCheck))
def test_bytes_that_are_no_query(site: Site, query: bytes) -> None:
    known = urlencode(site.partners["protected"].parameters())
    raw = quote_from_bytes(query, safe="&=+;?/")
    for text in (raw, f"{known}&{raw}"):
        check(site.user.client.get(f"/authorize?{text}"), protected=True, native=False)


@given(
    path=st.sampled_from(["login", "identity", "organization", "consent", "confirm"]),
    fields=st.dictionaries(
        st.sampled_from(["username", "password", "email", "action", "organization", "state"]),
        st.one_of(ANYTHING, st.sampled_from([*ANN, "accept", "decline", "northwind"])),
    ),
    query=st.dictionaries(st.sampled_from(["connection", "email", "state"]), ANYTHING),
    start=st.tuples(KINDS, st.one_of(GOOD, ADDRESSES)),
)
@settings(max_examples=EXAMPLES // 6, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_form_leads_to_an_address_that_is_not_registered(
    site: Site,
    path: str,
    fields: dict[str, str],
    query: dict[str, str],
    start: tuple[str, str],
) -> None:
    kind, address = start
    wanted = site.partners[kind].parameters(redirect_uri=address, prompt="login")
    begun = site.user.client.get("/authorize", params=wanted)
    check(begun, protected=kind == "protected", native=kind == "always")
    state = begun.headers.get("location", "").partition("state=")[2]
    sent = urlencode({"state": state, **query})
    answer = site.user.client.post(f"/u/{path}?{sent}", data=fields)
    check(answer, protected=kind == "protected", native=kind == "always")


def test_all_kinds_of_answers_were_seen() -> None:
    assert counted["to a callback"] > 50
    assert counted["to loopback on another port"] > 0
    assert counted["pages"] > 50
    assert counted["to the tenant's pages"] > 50
