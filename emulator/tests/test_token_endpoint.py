"""`/oauth/token` and `/oauth/revoke`: codes, refresh tokens, clients, and how they authenticate."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from auth0_emulator.oauth.client_authentication import ASSERTION_TYPE
from auth0_emulator.oauth.codes import LIFETIME
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi

ORDERS = "https://orders.example.com"
ISSUER = "https://localhost:4443/"
TOKEN_URL = "https://localhost:4443/oauth/token"
Make = Callable[..., Any]


def claims(api: ManagementApi, token: str) -> dict[str, Any]:
    """What a token says, verified as an API verifies it: with the published keys."""
    keys = KeySet.import_key_set(api.client.get("/.well-known/jwks.json").json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def error(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"])


# Codes


def test_rt_05_a_code_gives_an_access_token_for_the_api_and_no_id_token(backend: Any) -> None:
    answer = backend.redeem(backend.code("openid profile read:orders"))
    body = answer.json()
    assert set(body) == {"access_token", "scope", "expires_in", "token_type"}
    assert (body["token_type"], body["scope"]) == ("Bearer", "read:orders")
    assert answer.headers["cache-control"] == "no-store"
    said = claims(backend.api, body["access_token"])
    assert said.pop("exp") - said.pop("iat") == body["expires_in"] == 3600
    assert said == {
        "iss": ISSUER,
        "aud": ORDERS,
        "sub": backend.user_id(),
        "azp": backend.client["client_id"],
        "scope": "read:orders",
    }


def test_rt_19_the_organization_is_in_the_access_token(backend: Any) -> None:
    token = backend.redeem(backend.code(organization_id="org_1234567890123456")).json()
    assert claims(backend.api, token["access_token"])["org_id"] == "org_1234567890123456"


@pytest.mark.parametrize(("own", "declared", "expected"), [(600, 7200, 600), (7200, 60, 60)])
def test_tp_create_16_the_shorter_lifetime_counts(
    backend: Any, own: int, declared: int, expected: int
) -> None:
    backend.change(jwt_configuration={"lifetime_in_seconds": own, "alg": "RS256"})
    (server,) = backend.api("GET", "/resource-servers", identifiers=ORDERS).json()
    backend.api("PATCH", f"/resource-servers/{server['id']}", {"token_lifetime": declared})
    assert backend.redeem(backend.code()).json()["expires_in"] == expected


@pytest.mark.parametrize("token_dialect", ["access_token", "rfc9068_profile"])
@pytest.mark.parametrize("signing_alg", ["RS512", "PS256", "HS256"])
def test_an_api_chooses_algorithm_and_dialect(
    backend: Any, signing_alg: str, token_dialect: str
) -> None:
    (server,) = backend.api("GET", "/resource-servers", identifiers=ORDERS).json()
    change = {"signing_alg": signing_alg, "token_dialect": token_dialect}
    backend.api("PATCH", f"/resource-servers/{server['id']}", change)
    token = backend.redeem(backend.code()).json()["access_token"]
    header = token.split(".")[0]
    text = base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)).decode()
    assert f'"alg":"{signing_alg}"' in text
    assert ('"at+jwt"' in text) == (token_dialect != "access_token" and signing_alg != "HS256")


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": None},
        {"code_verifier": "another-verifier-of-forty-three-characters-"},
        {"code_verifier": ""},
        {"redirect_uri": None},
        {"redirect_uri": "https://partner.example.com/callback/"},
        {"code": "unknown"},
    ],
)
def test_rt_04_a_code_needs_its_verifier_and_its_address(backend: Any, changes: Any) -> None:
    code = backend.code()
    assert error(backend.redeem(**{"code": code, **changes}), 403) == "invalid_grant"
    assert backend.redeem(code).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(backend: Any) -> None:
    assert error(backend.redeem(backend.code(code_challenge=None)), 403) == "invalid_grant"


def test_the_address_may_be_left_out_if_it_was_left_out_before(backend: Any) -> None:
    code = backend.code(redirect_uri_was_sent=False)
    assert backend.redeem(code, redirect_uri=None).status_code == 200


def test_a_code_is_good_for_a_minute_and_for_its_own_client(
    backend: Any, make_backend: Make
) -> None:
    code, other = backend.code(), make_backend(name="other")
    assert error(other.redeem(code), 403) == "invalid_grant"
    now = backend.tenant.clock.now()
    backend.tenant.clock.set(now + LIFETIME)
    assert error(backend.redeem(code), 403) == "invalid_grant"
    backend.tenant.clock.set(now + LIFETIME - 1)
    assert backend.redeem(code).status_code == 200


def test_a_replayed_code_revokes_what_came_of_it(backend: Any) -> None:
    code = backend.code()
    token = backend.redeem(code).json()["refresh_token"]
    assert error(backend.redeem(code), 403) == "invalid_grant"
    assert error(backend.refresh(token), 403) == "invalid_grant"


def test_cg_17_scopes_are_those_of_the_grant_as_it_is_now(backend: Any) -> None:
    code = backend.code("write:orders read:orders cancel:orders")
    (grant,) = backend.api(
        "GET", "/client-grants", client_id=backend.client["client_id"], subject_type="user"
    ).json()
    path = f"/client-grants/{grant['id']}"
    backend.api("PATCH", path, {"scope": ["read:orders", "cancel:orders"]})
    assert backend.redeem(code).json()["scope"] == "read:orders cancel:orders"
    token = backend.redeem(backend.code()).json()["refresh_token"]
    backend.api("DELETE", path)
    assert error(backend.refresh(token), 403) == "unauthorized_client"
    default = {"default_for": "third_party_clients", "audience": ORDERS, "subject_type": "user"}
    backend.api.create("/client-grants", {**default, "scope": ["write:orders"]})
    assert backend.redeem(backend.code("read:orders write:orders")).json()["scope"] == (
        "write:orders"
    )


@pytest.mark.parametrize("change", [{"blocked": True}, None])
def test_users_that_are_blocked_or_gone_get_no_token(backend: Any, change: Any) -> None:
    code, token = backend.code(), backend.redeem(backend.code()).json()["refresh_token"]
    method = "PATCH" if change else "DELETE"
    backend.api(method, f"/users/{backend.user_id()}", change)
    assert error(backend.redeem(code), 403) == "invalid_grant"
    assert error(backend.refresh(token), 403) == "invalid_grant"


# Refresh tokens

ROTATING = {
    "rotation_type": "rotating",
    "expiration_type": "expiring",
    "token_lifetime": 1000,
    "idle_token_lifetime": 100,
    "leeway": 10,
    "infinite_token_lifetime": False,
}


def test_rt_11_offline_access_needs_the_api_and_the_grant_type(backend: Any) -> None:
    assert "refresh_token" not in backend.redeem(backend.code("read:orders")).json()
    assert backend.redeem(backend.code()).json()["scope"] == "read:orders offline_access"
    backend.change(grant_types=["authorization_code"])
    assert "refresh_token" not in backend.redeem(backend.code()).json()
    backend.change(grant_types=["authorization_code", "refresh_token"])
    (server,) = backend.api("GET", "/resource-servers", identifiers=ORDERS).json()
    backend.api("PATCH", f"/resource-servers/{server['id']}", {"allow_offline_access": False})
    assert "refresh_token" not in backend.redeem(backend.code()).json()


def test_rt_14_the_grant_type_must_be_among_the_clients(backend: Any) -> None:
    token = backend.redeem(backend.code()).json()["refresh_token"]
    backend.change(grant_types=["authorization_code"])
    answer = backend.refresh(token)
    assert error(answer, 403) == "unauthorized_client"
    assert answer.json()["error_description"] == (
        "Grant type 'refresh_token' not allowed for the client."
    )


def test_a_token_that_does_not_rotate_is_used_again(backend: Any) -> None:
    token = backend.redeem(backend.code()).json()["refresh_token"]
    for _ in range(3):
        assert "refresh_token" not in backend.refresh(token).json()


def test_rotation_with_leeway_and_reuse(backend: Any) -> None:
    backend.change(refresh_token=ROTATING)
    now = backend.tenant.clock.now()
    backend.tenant.clock.set(now)
    first = backend.redeem(backend.code()).json()["refresh_token"]
    second = backend.refresh(first).json()["refresh_token"]
    backend.tenant.clock.set(now + 9)
    again = backend.refresh(first).json()["refresh_token"]
    assert len({first, second, again}) == 3
    third = backend.refresh(second).json()["refresh_token"]
    # The last but one only, however short ago.
    assert error(backend.refresh(first), 403) == "invalid_grant"
    for token in (second, again, third):
        assert error(backend.refresh(token), 403) == "invalid_grant"


def test_without_leeway_reuse_revokes_at_once(backend: Any) -> None:
    backend.change(refresh_token={**ROTATING, "leeway": 0})
    first = backend.redeem(backend.code()).json()["refresh_token"]
    second = backend.refresh(first).json()["refresh_token"]
    assert error(backend.refresh(first), 403) == "invalid_grant"
    assert error(backend.refresh(second), 403) == "invalid_grant"


@pytest.mark.parametrize(("pause", "uses"), [(100, 0), (99, 10)])
def test_idle_and_absolute_lifetime(backend: Any, pause: int, uses: int) -> None:
    backend.change(refresh_token=ROTATING)
    now = backend.tenant.clock.now()
    backend.tenant.clock.set(now)
    token = backend.redeem(backend.code()).json()["refresh_token"]
    used = 0
    for step in range(1, 30):
        backend.tenant.clock.set(now + step * pause)
        answer = backend.refresh(token)
        if answer.status_code != 200:
            assert error(answer, 403) == "invalid_grant"
            break
        token, used = answer.json()["refresh_token"], used + 1
    assert used == uses


def test_a_refresh_may_ask_for_less_but_not_for_more(backend: Any) -> None:
    token = backend.redeem(backend.code("read:orders write:orders offline_access")).json()
    refresh = token["refresh_token"]
    assert backend.refresh(refresh, scope="write:orders").json()["scope"] == "write:orders"
    assert error(backend.refresh(refresh, scope="cancel:orders"), 400) == "invalid_scope"
    assert backend.refresh(refresh).json()["scope"] == token["scope"]


def test_a_refresh_token_is_good_for_its_own_client(backend: Any, make_backend: Make) -> None:
    token = backend.redeem(backend.code()).json()["refresh_token"]
    other = make_backend(name="other")
    assert error(other.refresh(token), 403) == "invalid_grant"
    assert other.post("/oauth/revoke", token=token).status_code == 200
    assert backend.refresh(token).status_code == 200


def test_rt_17_revocation_ends_the_family_and_says_nothing_of_unknown_tokens(
    backend: Any,
) -> None:
    backend.change(refresh_token=ROTATING)
    first = backend.redeem(backend.code()).json()["refresh_token"]
    second = backend.refresh(first).json()["refresh_token"]
    for token in ("unknown", first, first):
        assert backend.post("/oauth/revoke", token=token).status_code == 200
    assert error(backend.refresh(second), 403) == "invalid_grant"
    assert error(backend.post("/oauth/revoke"), 400) == "invalid_request"
    wrong = backend.post("/oauth/revoke", token=second, client_secret="wrong")
    assert error(wrong, 401) == "access_denied"


@pytest.mark.parametrize("everything", [False, True])
def test_the_tenants_flag_revokes_the_whole_grant(backend: Any, everything: bool) -> None:
    flags = {"flags": {"revoke_refresh_token_grant": everything}}
    backend.api("PATCH", "/tenants/settings", flags)
    one, two = (backend.redeem(backend.code()).json()["refresh_token"] for _ in range(2))
    backend.post("/oauth/revoke", token=one)
    assert backend.refresh(two).status_code == (403 if everything else 200)


def test_mg_18_a_withdrawn_consent_ends_refresh_tokens(backend: Any) -> None:
    token = backend.redeem(backend.code()).json()["refresh_token"]
    grant = {
        "id": "a" * 24,
        "clientID": backend.client["client_id"],
        "user_id": backend.user_id(),
        "audience": ORDERS,
        "scope": ["read:orders"],
    }
    backend.tenant.add("user_grant", grant["id"], grant)
    backend.api("DELETE", f"/grants/{grant['id']}")
    assert error(backend.refresh(token), 403) == "invalid_grant"


# Clients as themselves


def test_rt_13_client_access_has_the_scopes_of_its_own_grant(backend: Any) -> None:
    form = {"grant_type": "client_credentials", "audience": ORDERS}
    body = backend.post("/oauth/token", **form).json()
    said = claims(backend.api, body["access_token"])
    assert (said["sub"], said["gty"]) == (
        f"{backend.client['client_id']}@clients",
        "client-credentials",
    )
    assert body["scope"] == said["scope"] == "read:orders"
    assert backend.post("/oauth/token", **form, scope="write:orders").json()["scope"] == ""
    hook = {"name": "old", "script": "x", "triggerId": "credentials-exchange", "enabled": True}
    backend.api.create("/hooks", hook)
    assert error(backend.post("/oauth/token", **form), 403) == "access_denied"


def test_rt_20_resource_counts_under_the_profile_compatibility(backend: Any) -> None:
    form = {"grant_type": "client_credentials", "resource": ORDERS}
    assert error(backend.post("/oauth/token", **form), 403) == "access_denied"
    profile = {"resource_parameter_profile": "compatibility"}
    backend.api("PATCH", "/tenants/settings", profile)
    body = backend.post("/oauth/token", **form).json()
    assert claims(backend.api, body["access_token"])["aud"] == ORDERS


def test_org_05_an_organization_must_have_the_grant(backend: Any) -> None:
    (organization,) = backend.api("GET", "/organizations").json()
    (grant,) = backend.api(
        "GET", "/client-grants", client_id=backend.client["client_id"], subject_type="client"
    ).json()
    form = {"grant_type": "client_credentials", "audience": ORDERS}
    named = {**form, "organization": organization["id"]}
    assert error(backend.post("/oauth/token", **named), 403) == "invalid_request"
    backend.api("PATCH", f"/client-grants/{grant['id']}", {"organization_usage": "require"})
    assert error(backend.post("/oauth/token", **named), 403) == "invalid_request"
    backend.api.create(
        f"/organizations/{organization['id']}/client-grants", {"grant_id": grant["id"]}
    )
    body = backend.post("/oauth/token", **named).json()
    # ORG-02: that the organization blocks third parties is for users only.
    assert organization["third_party_client_access"] == "block"
    assert claims(backend.api, body["access_token"])["org_id"] == organization["id"]
    assert error(backend.post("/oauth/token", **form), 403) == "invalid_request"


# Authentication of clients


@pytest.mark.parametrize("used", ["none", "client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("registered", ["none", "client_secret_post", "client_secret_basic"])
def test_tp_create_15_a_strict_client_uses_the_method_it_is_registered_with(
    make_backend: Make, registered: str, used: str
) -> None:
    grants = ["authorization_code"]
    backend = make_backend(token_endpoint_auth_method=registered, grant_types=grants)
    client_id, secret = backend.client["client_id"], backend.client["client_secret"]
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    changes: dict[str, Any] = {"client_secret": None}
    if used == "client_secret_basic":
        changes |= {"client_id": None, "headers": {"authorization": f"Basic {basic}"}}
    elif used == "client_secret_post":
        changes["client_secret"] = secret
    answer = backend.redeem(backend.code(), **changes)
    # A public client's secret is not asked for.
    accepted = registered in (used, "none")
    assert answer.status_code == (200 if accepted else 401), answer.text
    if registered != "none":
        changes |= {"client_secret": "wrong", "headers": None, "client_id": client_id}
        assert error(backend.redeem(backend.code(), **changes), 401) == "access_denied"


KEY = RSAKey.generate_key(2048, private=True)
OTHER = RSAKey.generate_key(2048, private=True)


def assertion(client_id: str, now: float, key: RSAKey = KEY, **changes: Any) -> dict[str, str]:
    said = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "iat": int(now),
        "exp": int(now) + 60,
        "jti": "one",
    }
    said = {name: value for name, value in {**said, **changes}.items() if value is not None}
    signed = jwt.encode({"alg": changes.pop("alg", "RS256")}, said, key)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


@pytest.fixture
def keyed(make_backend: Make) -> Any:
    """An application that authenticates with a private key."""
    pem = KEY.as_pem(private=False).decode()
    key = {"credential_type": "public_key", "pem": pem}
    methods = {"private_key_jwt": {"credentials": [key]}}
    return make_backend(token_endpoint_auth_method=None, client_authentication_methods=methods)


@pytest.mark.parametrize("audience", [ISSUER, TOKEN_URL, [ISSUER, "https://elsewhere.example"]])
def test_private_key_jwt_once_each(keyed: Any, audience: Any) -> None:
    form = assertion(keyed.client["client_id"], keyed.tenant.clock.now(), aud=audience)
    assert keyed.redeem(keyed.code(), client_id=None, **form).status_code == 200
    assert error(keyed.redeem(keyed.code(), **form), 401) == "invalid_client"
    assert error(keyed.redeem(keyed.code(), client_secret="any"), 401) == "access_denied"


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("iss", "sub", "aud", "exp", "jti")),
        {"iss": "another"},
        {"sub": "another"},
        {"aud": "https://elsewhere.example"},
        {"exp": 1},
        {"exp": "soon"},
        {"nbf": 99_999_999_999},
        {"jti": 7},
        {"key": OTHER},
    ],
)
def test_an_assertion_that_is_not_good(keyed: Any, changes: Any) -> None:
    form = assertion(keyed.client["client_id"], keyed.tenant.clock.now(), **changes)
    assert error(keyed.redeem(keyed.code(), **form), 401) == "invalid_client"


def test_an_expired_credential_is_not_used(keyed: Any) -> None:
    path = f"/clients/{keyed.client['client_id']}/credentials"
    (credential,) = keyed.api("GET", path).json()
    assert "_jwk" not in credential
    now = keyed.tenant.clock.now()
    body = {"expires_at": "2020-01-01T00:00:00Z"}
    assert keyed.api("PATCH", f"{path}/{credential['id']}", body).status_code == 200
    form = assertion(keyed.client["client_id"], now)
    assert error(keyed.redeem(keyed.code(), **form), 401) == "invalid_client"


# Proof of possession

HOLDER = ECKey.generate_key("P-256", private=True)


def proof(backend: Any, key: Any = HOLDER, kind: str = "dpop+jwt", **changes: Any) -> Any:
    said = {"htm": "POST", "htu": TOKEN_URL, "iat": int(backend.tenant.clock.now())}
    said |= {"jti": backend.tenant.ids.secret(12)}
    said = {name: value for name, value in {**said, **changes}.items() if value is not None}
    alg = "ES256" if isinstance(key, ECKey) else "RS256"
    header = {"alg": alg, "typ": kind, "jwk": key.as_dict(private=False)}
    return {"headers": {"dpop": jwt.encode(header, said, key, algorithms=[alg])}}


@pytest.mark.parametrize("key", [HOLDER, KEY])
def test_a_token_is_bound_to_the_key_of_the_proof(backend: Any, key: Any) -> None:
    body = backend.redeem(backend.code(), **proof(backend, key)).json()
    assert body["token_type"] == "DPoP"
    bound = claims(backend.api, body["access_token"])["cnf"]
    assert bound == {"jkt": key.thumbprint()}
    refresh = body["refresh_token"]
    assert error(backend.refresh(refresh), 400) == "invalid_dpop_proof"
    other = proof(backend, OTHER)
    assert error(backend.refresh(refresh, **other), 400) == "invalid_dpop_proof"
    assert backend.refresh(refresh, **proof(backend, key)).json()["token_type"] == "DPoP"


@pytest.mark.parametrize("where", ["application", "api"])
def test_a_proof_is_required_where_it_is_declared(backend: Any, where: str) -> None:
    if where == "application":
        backend.change(require_proof_of_possession=True)
    else:
        (server,) = backend.api("GET", "/resource-servers", identifiers=ORDERS).json()
        dpop = {"proof_of_possession": {"mechanism": "dpop", "required": True}}
        backend.api("PATCH", f"/resource-servers/{server['id']}", dpop)
    code = backend.code()
    form = {"grant_type": "client_credentials", "audience": ORDERS}
    assert error(backend.redeem(code), 400) == "invalid_dpop_proof"
    assert error(backend.post("/oauth/token", **form), 400) == "invalid_dpop_proof"
    assert backend.redeem(code, **proof(backend)).status_code == 200
    assert backend.post("/oauth/token", **form, **proof(backend)).json()["token_type"] == "DPoP"


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("htm", "htu", "iat", "jti")),
        {"htm": "GET"},
        {"htu": "https://localhost:4443/oauth/revoke"},
        {"iat": 1},
        {"iat": "now"},
        {"kind": "JWT"},
    ],
)
def test_a_proof_that_is_not_good(backend: Any, changes: Any) -> None:
    answer = backend.redeem(backend.code(), **proof(backend, **changes))
    assert error(answer, 400) == "invalid_dpop_proof"


def test_a_proof_is_good_once_and_a_code_for_the_key_it_names(backend: Any) -> None:
    made = proof(backend)
    code = backend.code(dpop_jkt=HOLDER.thumbprint())
    assert error(backend.redeem(code), 400) == "invalid_dpop_proof"
    assert backend.redeem(code, **made).status_code == 200
    assert error(backend.redeem(backend.code(), **made), 400) == "invalid_dpop_proof"


def test_public_clients_repeat_the_servers_nonce(make_backend: Make) -> None:
    backend = make_backend(token_endpoint_auth_method="none", grant_types=["authorization_code"])
    code = backend.code()
    answer = backend.redeem(code, **proof(backend))
    assert error(answer, 400) == "use_dpop_nonce"
    nonce = answer.headers["dpop-nonce"]
    assert error(backend.redeem(code, **proof(backend, nonce="guessed")), 400) == "use_dpop_nonce"
    assert backend.redeem(code, **proof(backend, nonce=nonce)).status_code == 200
    backend.tenant.clock.set(backend.tenant.clock.now() + 301)
    late = backend.redeem(backend.code(), **proof(backend, nonce=nonce))
    assert error(late, 400) == "use_dpop_nonce"


# Agents with a metadata document


def test_cimd_04_an_agent_uses_the_address_of_its_document(
    make_backend: Make, api: ManagementApi, tenant: Tenant
) -> None:
    url, keys = "https://robot.example.com/client.json", "https://robot.example.com/jwks.json"
    document = {
        "client_id": url,
        "client_name": "Robot",
        "grant_types": ["authorization_code"],
        "redirect_uris": ["https://partner.example.com/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": keys,
    }
    public = {**KEY.as_dict(private=False), "kid": "one"}
    for address, text in ((url, document), (keys, {"keys": [public]})):
        api.control("POST", "/documents", {"url": address, "document": text})
    api("PATCH", "/tenants/settings", {"client_id_metadata_document_supported": True})
    answer = api("POST", "/clients/cimd/register", {"external_client_id": url})
    assert answer.status_code == 200, answer.text
    backend = make_backend(name="any")
    backend.client = api("GET", f"/clients/{answer.json()['client_id']}").json()
    grant = {"client_id": backend.client["client_id"], "audience": ORDERS}
    api.create("/client-grants", {**grant, "subject_type": "user", "scope": ["read:orders"]})
    form = assertion(url, tenant.clock.now())
    by_other_id = backend.redeem(backend.code(), **form)
    assert error(by_other_id, 401) == "invalid_client"
    body = backend.redeem(backend.code(), client_id=url, **form).json()
    assert claims(api, body["access_token"])["azp"] == url
