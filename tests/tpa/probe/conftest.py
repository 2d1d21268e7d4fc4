"""Answers of a tenant, made here: of one that keeps every promise, to be bent in one place."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.tpa.files.conftest import APIS, Project
from tpa.oauth.deployed import Deployed, deployed
from tpa.oauth.http import Answer
from tpa.probe.requests import STATE, Name, Part, planned

ORIGIN = "https://acme.eu.auth0.test"
ORDERS = "https://orders.test"
CLIENT_ID = "tpc_ZTXuX9IsH1lFrbqVbx89Hu"
PAGE = Answer(200, {"x-frame-options": "deny", "date": "Thu, 01 Jan 2026 00:00:00 GMT"})


def jwt(alg: str = "RS256", **changes: Any) -> str:
    claims = {"aud": ORDERS, "scope": "read:orders", "azp": CLIENT_ID, "iat": 0, "exp": 3600}
    parts = ({"alg": alg}, claims | changes)
    encoded = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts]
    return ".".join([*(each.rstrip("=") for each in encoded), "signature"])


def tokens(status: int = 200, alg: str = "RS256", **claims: Any) -> Answer:
    body = {"access_token": jwt(alg, **claims), "expires_in": 3600, "refresh_token": "r"}
    return Answer(status, text=json.dumps(body))


def failed(error: str, status: int = 403) -> Answer:
    """An error of the token endpoint."""
    return Answer(status, text=json.dumps({"error": error}))


def shown(error: str, **asked: str) -> Answer:
    """An error on the tenant's page."""
    return Answer(400, text=f"<dd>{error}</dd>", url=address(**asked))


def page(**asked: str) -> Answer:
    return Answer(200, dict(PAGE.headers), "<form>", address(**asked))


def back(to: str = "https://acme.test/cb", **returned: str) -> Answer:
    """A redirect to a callback."""
    place = f"{to}?{urlencode({'state': STATE, **returned})}"
    return Answer(302, {"location": place}, url=address(redirect_uri=to))


def address(**asked: str) -> str:
    return f"{ORIGIN}/authorize?{urlencode({'redirect_uri': 'https://acme.test/cb', **asked})}"


def metadata(**changes: Any) -> Answer:
    body = {
        "issuer": f"{ORIGIN}/",
        "authorization_endpoint": f"{ORIGIN}/authorize",
        "token_endpoint": f"{ORIGIN}/oauth/token",
        "jwks_uri": f"{ORIGIN}/.well-known/jwks.json",
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    url = f"{ORIGIN}/.well-known/openid-configuration"
    return Answer(200, text=json.dumps(body | changes), url=url)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Confidential, with access of both kinds and refresh tokens."""
    return portal_of(Project(tmp_path_factory.mktemp("portal")))


def portal_of(project: Project, **changes: Any) -> Deployed:
    stock = {"audience": "https://stock.test", "scopes": ["read:stock"]}
    project.apis(apis={**APIS["apis"], "stock": stock})
    grants = [
        {"api": "orders", "subject_type": subject, "scopes": ["read:orders"]}
        for subject in ("user", "client")
    ]
    more = {"grants": grants, "refresh_token": {}, **changes}
    project.portal(**more)
    return deployed(project.load(), "portal", CLIENT_ID)


def good_answers(app: Deployed) -> dict[Name, Answer]:
    """What a tenant answers that keeps every promise, to everything that is planned and done."""
    found: dict[Name, Answer] = {
        "metadata": metadata(),
        "keys": Answer(200, text='{"keys": [{"kty": "RSA"}]}'),
    }
    for request in planned(app, None, f"{ORIGIN}/"):
        group = request.name.group if isinstance(request.name, Part) else request.name
        asked = dict(request.params)
        if group in ("authorize", "callback", "connection"):
            found[request.name] = page(**asked)
        elif request.form is None:
            found[request.name] = shown("invalid_request", **asked)
    public = app.application.public
    found["page"] = PAGE
    found["code"] = failed("invalid_grant") if public else failed("access_denied", 401)
    found["code"] = Answer(found["code"].status, {"x-ratelimit-limit": "100"}, found["code"].text)
    found["wrong_secret"] = failed("access_denied", 401)
    found["password"] = failed("unauthorized_client")
    for row in app.client_access:
        found[Part("client_unauthenticated", row.audience)] = failed("access_denied", 401)
        found[Part("client_token", row.audience)] = tokens()
        found[Part("client_scope", row.audience)] = tokens()
    return found | signed_in_answers()


def signed_in_answers() -> dict[Name, Answer]:
    dead = failed("invalid_grant")
    return {
        "callback": back(code="c", iss=f"{ORIGIN}/"),
        "consent_page": PAGE,
        "password_form": Answer(303, {"location": "/u/consent"}),
        "token": tokens(),
        Part("verifier", "a wrong verifier"): dead,
        Part("verifier", "no verifier"): dead,
        "code_again": dead,
        "refresh_after_replay": dead,
        "wider": back(code="c"),
        "wider_token": tokens(),
        "openid_token": tokens(),
        "offline": tokens(),
        "refreshed_wider": tokens(),
        "refreshed": tokens(),
        "refreshed_again": dead,
        "family": dead,
        "revoked": Answer(200),
        "refresh_after_revoke": dead,
        "userinfo": failed("unauthorized", 401),
        "declined": shown("access_denied"),
        Part("organization", "northwind"): shown("invalid_request"),
    }
