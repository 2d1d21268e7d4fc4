"""Each check holds on a tenant that keeps its promises, and breaks when that one is broken."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.files.conftest import Project
from tests.tpa.probe.conftest import (
    ORDERS,
    back,
    failed,
    good_answers,
    metadata,
    page,
    portal_of,
    shown,
    tokens,
)
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer
from tpa.probe.checks import CHECKS, TENANT_CHECKS
from tpa.probe.requests import Name, Part
from tpa.probe.verdict import Observed, Verdict

ALL = {check.id: check for check in (*TENANT_CHECKS, *CHECKS)}
FOREIGN = Part("redirect", "https://tpa-probe.invalid/callback")


def verdict(
    check: str, app: Deployed, named: Mapping[Name, Answer] | None = None, **changes: Answer
) -> Verdict:
    answers = {**good_answers(app), **(named or {})}
    answers.update(changes.items())
    return ALL[check].verdict(Observed(app, answers))


@pytest.mark.parametrize("check", ALL)
def test_a_tenant_that_keeps_its_promises(check: str, portal: Deployed) -> None:
    found = verdict(check, portal)
    expected = "partner" if check == "proof-of-possession" else "held"
    assert (found.result, bool(found.reason)) == (expected, True), found


BROKEN: list[tuple[str, dict[Name, Answer], str]] = [
    ("metadata", {"metadata": Answer(404)}, "no metadata"),
    ("metadata", {"metadata": metadata(jwks_uri="")}, "jwks_uri"),
    ("metadata", {"metadata": metadata(issuer="https://login.acme.test/")}, "--domain login.acme"),
    ("pkce-metadata", {"metadata": metadata(code_challenge_methods_supported=["plain"])}, "S256"),
    ("signing-keys", {"keys": Answer(200, text='{"keys": []}')}, "no RSA key"),
    ("signing-keys", {"keys": Answer(200, text='{"keys": [{"kty": "RSA", "d": "1"}]}')}, "private"),
    ("callbacks", {"authorize": shown("unauthorized_client")}, "unauthorized_client"),
    ("callbacks", {Part("callback", "x"): shown("unauthorized_client")}, "x: 400"),
    ("connections", {Part("connection", "customers-db"): shown("invalid_request")}, "promoted"),
    ("redirects", {FOREIGN: page()}, "tpa-probe.invalid"),
    ("redirects", {FOREIGN: back("https://tpa-probe.invalid/callback", code="c")}, "accepted"),
    ("open-redirect", {FOREIGN: back("https://tpa-probe.invalid/callback", error="x")}, "invalid"),
    ("open-redirect", {"no_pkce": back(error="invalid_request")}, "no_pkce"),
    ("pkce", {"no_pkce": page()}, "without PKCE"),
    ("pkce-plain", {"plain": page()}, "plain"),
    ("parameters", {Part("parameter", "claims"): page()}, "claims"),
    ("response-types", {Part("response_type", "token"): page()}, "token"),
    ("cors", {"authorize": replace(page(), headers={"access-control-allow-origin": "*"})}, "*"),
    ("frames", {"page": Answer(200)}, "framed"),
    ("password-grant", {"password": tokens()}, "a token came"),
    ("client-authentication", {"code": failed("invalid_grant")}, "without a credential"),
    ("client-authentication", {"wrong_secret": failed("invalid_grant")}, "with a wrong one"),
    ("client-authentication", {Part("client_unauthenticated", ORDERS): tokens()}, "client access"),
    ("client-tokens", {Part("client_token", ORDERS): tokens(scope="")}, "read:orders missing"),
    ("client-tokens", {Part("client_token", ORDERS): tokens(scope="read:orders x")}, "declared: x"),
    (
        "client-tokens",
        {Part("client_token", ORDERS): tokens(aud="https://x")},
        "audience is https://x",
    ),
    ("client-tokens", {Part("client_token", ORDERS): tokens(alg="HS256")}, "HS256"),
    (
        "client-tokens",
        {Part("client_token", ORDERS): failed("access_denied", 401)},
        "expired, rotated",
    ),
    ("client-scopes", {Part("client_scope", ORDERS): tokens(scope="write:orders")}, "write:orders"),
    ("sign-in", {"token": failed("unauthorized_client")}, "unauthorized_client"),
    ("sign-in", {"token": tokens(azp="other")}, "azp"),
    ("state", {"callback": back(code="c", state="other")}, "other"),
    ("response-issuer", {"callback": back(code="c", iss="https://evil.test/")}, "evil"),
    ("response-issuer", {"callback": back(code="c")}, "promises iss"),
    ("redirect-status", {"password_form": Answer(307)}, "307"),
    ("verifier", {Part("verifier", "no verifier"): tokens()}, "no verifier"),
    ("code-once", {"code_again": tokens()}, "twice"),
    ("code-replay", {"refresh_after_replay": tokens()}, "live on"),
    ("scopes", {"wider_token": tokens(scope="read:orders write:orders")}, "write:orders"),
    ("declined", {"declined": back(code="c")}, "signed in"),
    ("declined", {"declined": back(error="access_denied")}, "at the callback"),
    ("refresh-rotation", {"refreshed": failed("invalid_grant")}, "a refresh fails"),
    ("refresh-family", {"family": tokens()}, "still works"),
    ("refresh-scopes", {"refreshed_wider": tokens(scope="write:orders")}, "write:orders"),
    ("revoke", {"revoked": Answer(500)}, "/oauth/revoke"),
    ("revoke", {"refresh_after_revoke": tokens()}, "works"),
    ("id-token", {"openid_token": Answer(200, text='{"id_token": "x"}')}, "ID token"),
    ("userinfo", {"userinfo": Answer(200)}, "answers"),
    ("organizations", {Part("organization", "northwind"): back(code="c")}, "northwind"),
]


@pytest.mark.parametrize(("check", "changes", "why"), BROKEN)
def test_a_broken_promise(
    check: str, changes: dict[Name, Answer], why: str, portal: Deployed
) -> None:
    found = verdict(check, portal, changes)
    assert found.result == "broken", found
    assert why in found.reason


def test_no_consent_page(portal: Deployed) -> None:
    answers = good_answers(portal)
    del answers["consent_page"]
    assert ALL["consent"].verdict(Observed(portal, answers)).result == "broken"


def test_no_refresh_token(portal: Deployed) -> None:
    answers = good_answers(portal)
    del answers["refreshed"]
    assert (
        "no refresh token comes"
        in ALL["refresh-rotation"].verdict(Observed(portal, answers)).reason
    )


def test_every_check_can_break() -> None:
    """Those that have a test of their own are named here."""
    elsewhere = {"issuer", "client-id", "api", "proof-of-possession", "rate-limit", "consent"}
    assert {check for check, *_ in BROKEN} | elsewhere == ALL.keys()


def test_every_section_of_the_best_current_practice_is_looked_at() -> None:
    """Those of RFC 9700 that say something of an application that Auth0 serves."""
    named = {
        section for check in ALL.values() for section in re.findall(r"\d+(?:\.\d+)+", check.source)
    }
    wanted = "2.1 2.1.1 2.1.2 2.2.1 2.2.2 2.3 2.4 2.5 2.6 4.2 4.14 4.16"
    assert named == set(wanted.split())


@pytest.mark.parametrize("check", ["redirects", "pkce", "pkce-plain", "parameters", "api"])
def test_a_refusal_says_nothing_where_a_correct_request_is_refused(
    check: str, portal: Deployed
) -> None:
    answers = good_answers(portal) | {"api": shown("x")} | {"authorize": shown("access_denied")}
    found = ALL[check].verdict(Observed(portal, answers))
    assert found == Verdict("not_observable", "a correct request is refused too")


@pytest.mark.parametrize("check", [c for c in CHECKS if c.needs == "user"], ids=lambda c: c.id)
def test_without_a_user_nothing_is_claimed(check: Any, portal: Deployed) -> None:
    answers: dict[Name, Answer] = {"metadata": metadata(), "authorize": page()}
    assert check.verdict(Observed(portal, answers)).result == "not_observable"
    stopped = check.verdict(Observed(portal, {**answers, "callback": back(error="x")}))
    assert stopped.result in ("not_observable", "broken", "held")


def test_without_a_credential_nothing_is_claimed(portal: Deployed) -> None:
    for check in ("client-tokens", "client-scopes"):
        found = ALL[check].verdict(Observed(portal, {}))
        assert found == Verdict("not_observable", "its credential is not at hand")


def test_errors_at_the_callback_of_an_application_that_may_have_them(project: Project) -> None:
    app = portal_of(
        project, redirection_policy="allow_always", redirection_policy_reason="their support"
    )
    good: dict[Name, Answer] = {"no_pkce": back(error="invalid_request")}
    assert verdict("open-redirect", app, good).result == "held"
    assert verdict("open-redirect", app).result == "broken"
    lost = back(error="invalid_request", state="")
    assert "state" in verdict("open-redirect", app, no_pkce=lost).reason
    assert verdict("declined", app, declined=back(error="access_denied")).result == "held"
    assert verdict("declined", app).result == "broken"


def test_a_public_application(project: Project) -> None:
    app = portal_of(project, app_type="spa", grants=_user_grant())
    assert verdict("client-authentication", app).result == "held"
    assert verdict("client-authentication", app, code=failed("x", 401)).result == "broken"
    again = verdict("refresh-rotation", app, refreshed_again=tokens())
    assert again.result == "broken"


def test_a_confidential_application_may_use_a_refresh_token_twice(portal: Deployed) -> None:
    assert verdict("refresh-rotation", portal, refreshed_again=tokens()).result == "held"


def test_a_leeway_is_not_taken_for_a_fault(project: Project) -> None:
    app = portal_of(project, app_type="spa", grants=_user_grant(), refresh_token={"leeway": 30})
    found = verdict("refresh-rotation", app, refreshed_again=tokens())
    assert found.result == "not_observable"


def test_proof_of_possession(project: Project) -> None:
    app = portal_of(project, require_proof_of_possession=True)
    name = Part("client_token", ORDERS)
    assert verdict("proof-of-possession", app).result == "broken"
    asked = failed("invalid_dpop_proof", 400)
    assert verdict("proof-of-possession", app, {name: asked}).result == "held"
    assert verdict("client-tokens", app, {name: asked}).result == "not_observable"


def test_a_client_id_that_is_not_of_a_strict_application(portal: Deployed) -> None:
    assert verdict("client-id", replace(portal, client_id="a" * 32)).result == "broken"


def test_an_issuer_that_responses_do_not_name(portal: Deployed) -> None:
    silent = metadata(authorization_response_iss_parameter_supported=None)
    assert verdict("issuer", portal, metadata=silent).result == "not_offered"
    found = verdict("response-issuer", portal, metadata=silent, callback=back(code="c"))
    assert found.result == "not_offered"


def test_a_tenant_without_rate_limit_headers(portal: Deployed) -> None:
    assert verdict("rate-limit", portal, code=failed("access_denied", 401)).result == (
        "not_observable"
    )


@pytest.mark.parametrize(
    "place", ["https://www.acme.test/failed?error=invalid_request", "/u/error?state=x"]
)
def test_an_error_page_of_the_tenant(place: str, portal: Deployed) -> None:
    """A redirect to the tenant's own error page is not one to the application."""
    shown_there = Answer(302, {"location": place}, url=page().url)
    for check in ("pkce", "open-redirect"):
        assert verdict(check, portal, no_pkce=shown_there).result == "held"


def test_an_api_that_is_refused_after_the_sign_in(portal: Deployed) -> None:
    asked = Observed(portal, {"authorize": page(), "api": page()})
    assert ALL["api"].verdict(asked).result == "not_observable"


def _user_grant() -> list[dict[str, Any]]:
    return [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}]
