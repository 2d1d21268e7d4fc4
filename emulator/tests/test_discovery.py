"""What a client finds, may read and is counted for: metadata, user info, logout, rate limits."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi

ORDERS = "https://orders.example.com"
HOME = "https://old-partner.example.com/"
Make = Callable[..., Any]


def test_metadata_is_the_same_at_both_addresses_and_names_what_there_is(
    api: ManagementApi,
) -> None:
    found = api.client.get("/.well-known/openid-configuration")
    assert found.headers["access-control-allow-origin"] == "*"
    body = found.json()
    assert body == api.client.get("/.well-known/oauth-authorization-server").json()
    assert body["issuer"] == "https://localhost:4443/"
    for name, address in body.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = urlsplit(address).path
            statuses = {api.client.request(verb, path).status_code for verb in ("GET", "POST")}
            assert statuses != {404}, name
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["response_types_supported"] == ["code"]


def test_metadata_follows_the_tenants_settings(api: ManagementApi) -> None:
    change = {
        "client_id_metadata_document_supported": True,
        "oidc_logout": {"rp_logout_end_session_endpoint_discovery": False},
    }
    assert api("PATCH", "/tenants/settings", change).status_code == 200
    body = api.client.get("/.well-known/openid-configuration").json()
    assert body["client_id_metadata_document_supported"] is True
    assert "end_session_endpoint" not in body


# Strict and legacy applications


def test_rt_06_rt_16_strict_clients_have_no_user_info_and_no_logout(backend: Any) -> None:
    token = backend.redeem(backend.code("openid read:orders")).json()["access_token"]
    answer = backend.api.client.get("/userinfo", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (403, "insufficient_scope")
    for path in ("/v2/logout", "/oidc/logout"):
        query = {"client_id": backend.client["client_id"]}
        page = backend.api.client.get(path, params=query)
        assert page.status_code == 400
        assert "strict third-party" in page.text


@pytest.fixture
def legacy() -> Iterator[tuple[ManagementApi, Tenant]]:
    tenant = new_tenant(legacy=True)
    with in_process(tenant) as api:
        yield api, tenant


@pytest.fixture
def old(legacy: tuple[ManagementApi, Tenant], make_backend: Make) -> Any:
    """A permissive application, which has no grant."""
    api, tenant = legacy
    (client,) = api("GET", "/clients", is_first_party="false").json()
    changes = {"allowed_logout_urls": [HOME], "callbacks": ["https://partner.example.com/callback"]}
    client = api("PATCH", f"/clients/{client['client_id']}", changes).json()
    backend = make_backend()
    backend.api, backend.tenant, backend.client = api, tenant, client
    return backend


@pytest.mark.parametrize("alg", ["RS256", "HS256"])
def test_permissive_clients_get_id_tokens_and_user_info(old: Any, alg: str) -> None:
    old.change(jwt_configuration={"alg": alg})
    code = old.code("openid email read:orders cancel:orders", nonce="n", code_challenge=None)
    body = old.redeem(code, code_verifier=None).json()
    # The API is open to all applications' users: no grant is needed (section 8 of the rules).
    assert body["scope"] == "openid email read:orders cancel:orders"
    said = claims_of(body["id_token"])
    assert (said["aud"], said["nonce"]) == (old.client["client_id"], "n")
    assert said["exp"] - said["iat"] == 36_000
    bearer = {"authorization": f"Bearer {body['access_token']}"}
    assert claims_of(body["access_token"])["aud"] == [ORDERS, "https://localhost:4443/userinfo"]
    answer = old.api.client.get("/userinfo", headers=bearer)
    assert answer.json() == {
        "sub": old.user_id(),
        "email": "ann@example.com",
        "email_verified": True,
    }
    hint = {"id_token_hint": body["id_token"], "post_logout_redirect_uri": HOME, "state": "s"}
    assert old.api.client.get("/oidc/logout", params=hint).headers["location"] == f"{HOME}?state=s"
    forged = {**hint, "id_token_hint": body["id_token"][:-8] + "AAAAAAAA"}
    assert old.api.client.get("/oidc/logout", params=forged).status_code == 400


def claims_of(token: str) -> Any:
    """Unverified: that is another test's."""
    return json.loads(jws.extract_compact(token.encode()).payload)


HOLDER = ECKey.generate_key("P-256", private=True)
USERINFO = "https://localhost:4443/userinfo"


def proof(backend: Any, method: str, url: str, **more: Any) -> dict[str, str]:
    said = {"htm": method, "htu": url, "iat": int(backend.tenant.clock.now())}
    said |= {"jti": backend.tenant.ids.secret(12), **more}
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": HOLDER.as_dict(private=False)}
    return {"dpop": jwt.encode(header, said, HOLDER, algorithms=["ES256"])}


def test_a_bound_token_is_good_with_its_key_only(old: Any) -> None:
    code = old.code("openid", code_challenge=None)
    headers = proof(old, "POST", "https://localhost:4443/oauth/token")
    token = old.redeem(code, code_verifier=None, headers=headers).json()["access_token"]
    digest = hashlib.sha256(token.encode()).digest()
    ath = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    bound = {"authorization": f"DPoP {token}"}
    tries = [
        ({**bound, **proof(old, "GET", USERINFO, ath=ath)}, 200),
        (bound, 401),
        ({**bound, **proof(old, "GET", USERINFO)}, 401),
        ({**bound, **proof(old, "POST", USERINFO, ath=ath)}, 401),
        ({"authorization": f"Bearer {token}"}, 401),
    ]
    for headers, status in tries:
        assert old.api.client.get("/userinfo", headers=headers).status_code == status


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic YTpi", "DPoP x"])
def test_user_info_without_a_good_token(api: ManagementApi, header: str) -> None:
    answer = api.client.get("/userinfo", headers={"authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "address", ["https://evil.example/", f"{HOME}more", "//evil.example", "javascript:alert(1)"]
)
def test_logout_leads_to_listed_addresses_only(old: Any, address: str) -> None:
    query = {"client_id": old.client["client_id"]}
    good = old.api.client.get("/v2/logout", params={**query, "returnTo": HOME})
    assert (good.status_code, good.headers["location"]) == (302, HOME)
    for path, name in (("/v2/logout", "returnTo"), ("/oidc/logout", "post_logout_redirect_uri")):
        answer = old.api.client.get(path, params={**query, name: address})
        assert (answer.status_code, answer.headers.get("location")) == (400, None)
        without = old.api.client.get(path, params={name: address})
        assert (without.status_code, without.headers.get("location")) == (400, None)


# Pages of other origins


def test_answers_are_readable_by_the_clients_own_pages(backend: Any) -> None:
    backend.change(web_origins=["https://app.partner.example.com"])
    own = ("https://app.partner.example.com", "https://partner.example.com")
    for origin in (*own, "https://evil.example"):
        headers = {"origin": origin}
        answer = backend.redeem(backend.code(), headers=headers)
        allowed = answer.headers.get("access-control-allow-origin")
        assert allowed == (origin if origin in own else None)
    asked = {"origin": own[0], "access-control-request-headers": "dpop"}
    preflight = backend.api.client.options("/oauth/token", headers=asked)
    assert preflight.headers["access-control-allow-headers"] == "dpop"


# Rate limits


def limit(api: ManagementApi, selector: str, action: str = "block", **more: Any) -> None:
    policy = {"resource": "oauth_authentication_api", "consumer": "client"}
    configuration = {"action": action, **more}
    policy |= {"consumer_selector": selector}
    api.create("/rate-limit-policies", {**policy, "configuration": configuration})


def ask(backend: Any) -> httpx.Response:
    answer = backend.post("/oauth/token", grant_type="client_credentials", audience=ORDERS)
    assert isinstance(answer, httpx.Response)
    return answer


def test_rt_21_the_first_policy_that_fits_decides(make_backend: Make) -> None:
    one, two = make_backend(), make_backend(name="two")
    one.tenant.memory.requests.now = lambda: 0.0
    limit(one.api, "default", limit=0)
    assert ask(one).status_code == 429
    limit(one.api, "third_party_clients", limit=3)
    answers = [ask(backend) for backend in (one, two, one, two)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["auth0-ratelimit"] == "client;q=3;t=1;r=2"
    assert answers[3].json() == {
        "error": "too_many_requests",
        "error_description": "Rate limit exceeded.",
    }
    assert answers[3].headers["retry-after"] == "1"
    limit(one.api, f"client_id:{one.client['client_id']}", "log", limit=0)
    assert ask(one).headers["auth0-ratelimit"] == "client;q=0;t=1;r=0"
    assert ask(two).status_code == 429
    one.tenant.memory.requests.now = lambda: 1.0
    assert ask(two).status_code == 200


def test_under_default_each_application_has_its_own_counter(make_backend: Make) -> None:
    one, two = make_backend(), make_backend(name="two")
    one.tenant.memory.requests.now = lambda: 0.0
    limit(one.api, "default", limit=1)
    statuses = [ask(backend).status_code for backend in (one, one, two, two)]
    assert statuses == [200, 429, 200, 429]
    limit(one.api, "third_party_clients", "allow")
    answer = ask(one)
    assert (answer.status_code, answer.headers.get("auth0-ratelimit")) == (200, None)


@pytest.mark.parametrize(
    ("action", "status", "location"),
    [
        ({"action": "block"}, 429, None),
        (
            {"action": "redirect", "redirect_uri": "https://status.example/"},
            302,
            "https://status.example/",
        ),
    ],
)
def test_rt_21_authorization_requests_are_counted_too(
    backend: Any, action: Any, status: int, location: str | None
) -> None:
    limit(backend.api, "third_party_clients", **action, limit=0)
    query = {"client_id": backend.client["client_id"], "response_type": "code"}
    answer = backend.api.client.get("/authorize", params=query)
    assert (answer.status_code, answer.headers.get("location")) == (status, location)


# A client that knows nothing but the tenant's address


def test_a_client_registers_itself_and_gets_the_default_permissions(
    make_backend: Make, api: ManagementApi
) -> None:
    api("PATCH", "/tenants/settings", {"flags": {"enable_dynamic_client_registration": True}})
    default = {"default_for": "third_party_clients", "audience": ORDERS, "subject_type": "user"}
    api.create("/client-grants", {**default, "scope": ["read:orders"]})
    found = api.client.get("/.well-known/oauth-authorization-server").json()
    wanted = {
        "client_name": "Agent",
        "redirect_uris": ["https://partner.example.com/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
    }
    made = api.client.post(found["registration_endpoint"], json=wanted).json()
    backend = make_backend()
    backend.client = made
    body = backend.redeem(backend.code("read:orders write:orders offline_access")).json()
    assert body["scope"] == "read:orders offline_access"
    # Public third-party clients rotate (TP-CREATE-07).
    assert backend.refresh(body["refresh_token"]).json()["refresh_token"] != body["refresh_token"]
