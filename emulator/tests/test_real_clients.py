"""OAuth clients that nobody here wrote, against a tenant in a process of its own.

Authlib as partners' backends use it, and the MCP SDK's client, which knows the address of an API
and nothing else.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import httpx2
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth0_emulator.testing import ManagementApi, RunningTenant, start
from auth0_emulator.testing_sign_in import ANN, UserAgent, callback

CALLBACK = "https://partner.example.com/callback"
ORDERS = "https://orders.example.com"
KEY = RSAKey.generate_key(2048, private=True)


@dataclass
class Site:
    """A running tenant where third parties' users can sign in."""

    running: RunningTenant
    api: ManagementApi
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    def partner(self, **properties: Any) -> Any:
        body = {
            "name": f"partner {next(self.numbers)}",
            "callbacks": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "is_first_party": False,
        }
        client = self.api.create("/clients", body | properties)
        grant = {"client_id": client["client_id"], "audience": ORDERS, "subject_type": "user"}
        self.api.create("/client-grants", {**grant, "scope": ["read:orders"]})
        return client

    def sign_in(self, address: str) -> str:
        """Ann signs in and agrees; the address at the application that her browser is sent to."""
        browser = httpx.Client(base_url=self.running.ready["url"], verify=self.running.trust)
        with browser:
            user = UserAgent(browser)
            answer = user.sign_in(user.open(address), *ANN)
            assert answer.is_redirect, answer.text
            return str(answer.headers["location"])

    def verified(self, token: str) -> dict[str, Any]:
        """What a token says, as an API verifies it."""
        found = self.api.client.get("/.well-known/openid-configuration").json()
        keys = KeySet.import_key_set(self.api.client.get(found["jwks_uri"]).json())
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        rules = {"iss": {"value": found["issuer"]}, "aud": {"value": ORDERS}}
        jwt.JWTClaimsRegistry(**rules, exp={"essential": True}).validate(claims)  # type: ignore[arg-type]
        return dict(claims)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with start(tmp_path_factory.mktemp("tenant")) as running, running.api() as api:
        (connection,) = api("GET", "/connections", name="customers").json()
        api("PATCH", f"/connections/{connection['id']}", {"is_domain_connection": True})
        yield Site(running, api)


def authlib_client(site: Site, method: str) -> tuple[Any, OAuth2Client]:
    key = {"credential_type": "public_key", "pem": KEY.as_pem(private=False).decode()}
    by_key = {"client_authentication_methods": {"private_key_jwt": {"credentials": [key]}}}
    by_secret = {"token_endpoint_auth_method": method}
    partner = site.partner(**(by_key if method == "private_key_jwt" else by_secret))
    client = OAuth2Client(
        client_id=partner["client_id"],
        client_secret=KEY.as_pem(private=True) if "key" in method else partner.get("client_secret"),
        token_endpoint_auth_method=method,
        scope="read:orders offline_access",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        revocation_endpoint_auth_method=method,
        token_endpoint=f"{site.running.ready['url']}/oauth/token",
        verify=site.running.trust,
    )
    if method == "private_key_jwt":
        client.register_client_auth_method(PrivateKeyJWT(client.metadata["token_endpoint"]))
    return partner, client


@pytest.mark.parametrize(
    "method", ["none", "client_secret_post", "client_secret_basic", "private_key_jwt"]
)
def test_authlib_signs_in_refreshes_and_revokes(site: Site, method: str) -> None:
    partner, client = authlib_client(site, method)
    found = site.api.client.get("/.well-known/oauth-authorization-server").json()
    verifier = "a-verifier-of-at-least-forty-three-characters"
    address, state = client.create_authorization_url(
        found["authorization_endpoint"], code_verifier=verifier, audience=ORDERS
    )
    returned = site.sign_in(address)
    token = client.fetch_token(
        found["token_endpoint"],
        authorization_response=returned,
        code_verifier=verifier,
        state=state,
    )
    said = site.verified(token["access_token"])
    assert (said["azp"], said["scope"]) == (partner["client_id"], "read:orders offline_access")
    again = client.refresh_token(found["token_endpoint"], refresh_token=token["refresh_token"])
    assert site.verified(again["access_token"])["sub"] == said["sub"]
    rotated = again["refresh_token"] != token["refresh_token"]
    assert rotated == (method == "none")
    end: Any = client.revoke_token
    gone = end(found["revocation_endpoint"], token=again["refresh_token"])
    assert gone.status_code == 200
    with pytest.raises(OAuthError, match="Unknown or invalid refresh token"):
        client.refresh_token(found["token_endpoint"], refresh_token=again["refresh_token"])


def test_authlib_is_told_what_is_wrong(site: Site) -> None:
    partner, client = authlib_client(site, "client_secret_post")
    client.client_secret = "wrong"
    with pytest.raises(OAuthError, match="access_denied: Unauthorized"):
        client.fetch_token(grant_type="client_credentials", audience=ORDERS)
    client.client_secret = partner["client_secret"]
    with pytest.raises(OAuthError, match="unauthorized_client: Grant type"):
        client.fetch_token(grant_type="client_credentials", audience=ORDERS)


# The MCP SDK


class Memory:
    """What the SDK asks its user to keep."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


def protected_api(site: Site) -> Starlette:
    """An API that says where its tokens come from (RFC 9728) and takes no others."""
    address = f"{ORDERS}/.well-known/oauth-protected-resource"

    async def about(_: Request) -> Response:
        issuer = site.api.client.get("/.well-known/openid-configuration").json()["issuer"]
        scopes = ["read:orders", "write:orders"]
        servers = {"authorization_servers": [issuer], "scopes_supported": scopes}
        return JSONResponse({"resource": ORDERS, **servers})

    async def orders(request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            challenge = f'Bearer resource_metadata="{address}"'
            return Response(status_code=401, headers={"www-authenticate": challenge})
        return JSONResponse(site.verified(token))

    paths = {"/.well-known/oauth-protected-resource": about, "/orders": orders}
    return Starlette(routes=[Route(path, function) for path, function in paths.items()])


@pytest.fixture
def agents(site: Site) -> Site:
    """The tenant, open to agents that register themselves or bring a document."""
    change = {
        "flags": {"enable_dynamic_client_registration": True},
        "client_id_metadata_document_supported": True,
        "resource_parameter_profile": "compatibility",
    }
    assert site.api("PATCH", "/tenants/settings", change).status_code == 200
    default = {"default_for": "third_party_clients", "audience": ORDERS, "subject_type": "user"}
    if not site.api("GET", "/client-grants", default_for="third_party_clients").json():
        site.api.create("/client-grants", {**default, "scope": ["read:orders"]})
    return site


async def call_with_sdk(site: Site, memory: Memory, times: int = 1, **options: Any) -> list[Any]:
    """Calls the API as often as that with the SDK's client; what the API saw."""
    returned: list[str] = []

    async def redirect(address: str) -> None:
        returned.append(await asyncio.to_thread(site.sign_in, address))

    async def answered() -> AuthorizationCodeResult:
        query = callback(httpx.Response(302, headers={"location": returned.pop()}))
        return AuthorizationCodeResult(code=query["code"], state=query["state"])

    wanted = {
        "client_name": "Agent",
        "redirect_uris": ["https://agent.example.com/callback"],
        "token_endpoint_auth_method": "none",
    }
    provider = OAuthClientProvider(
        server_url=ORDERS,
        client_metadata=OAuthClientMetadata.model_validate(wanted),
        storage=memory,
        redirect_handler=redirect,
        callback_handler=answered,
        **options,
    )
    api = httpx2.ASGITransport(protected_api(site))
    async with httpx2.AsyncClient(
        auth=provider, verify=site.running.trust, mounts={ORDERS: api}
    ) as client:
        seen = []
        for _ in range(times):
            answer = await client.get(f"{ORDERS}/orders")
            assert answer.status_code == 200, answer.text
            seen.append(answer.json())
            provider.context.token_expiry_time = 1.0
        return seen


def test_the_mcp_sdk_registers_signs_in_calls_and_refreshes(agents: Site) -> None:
    memory = Memory()
    agents.api.clear_log()
    first, second = asyncio.run(call_with_sdk(agents, memory, times=2))
    assert memory.client is not None
    assert memory.client.client_id is not None
    assert memory.client.client_id.startswith("tpc_")
    assert first["azp"] == memory.client.client_id
    # The default permissions allow less than the API has.
    assert first["scope"] == "read:orders offline_access"
    assert second["sub"] == first["sub"]
    paths = [entry["path"] for entry in agents.api.log()]
    counts = [paths.count(one) for one in ("/oidc/register", "/authorize", "/oauth/token")]
    assert counts == [1, 1, 2]


def test_the_mcp_sdk_brings_its_document(agents: Site) -> None:
    url = "https://agent.example.com/oauth/client.json"
    (seen,) = asyncio.run(call_with_sdk(agents, Memory(), client_metadata_url=url))
    assert seen["azp"] == url
