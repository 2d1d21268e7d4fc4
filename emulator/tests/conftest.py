"""A tenant in this process for speed, and tenants in processes of their own."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.oauth.codes import AuthorizationCode, create_code
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi, RunningTenant, start
from auth0_emulator.testing_sign_in import Partner, UserAgent, new_partner


@pytest.fixture
def tenant() -> Tenant:
    return new_tenant()


@pytest.fixture
def api(tenant: Tenant) -> Iterator[ManagementApi]:
    with in_process(tenant) as one:
        yield one


@pytest.fixture
def new_user_agent(tenant: Tenant) -> Iterator[Callable[[], UserAgent]]:
    """Browsers without cookies, each on its own."""
    clients = []

    def opened() -> UserAgent:
        clients.append(in_process(tenant).client)
        return UserAgent(clients[-1])

    yield opened
    for client in clients:
        client.close()


@pytest.fixture
def partner(api: ManagementApi, new_user_agent: Callable[[], UserAgent]) -> Partner:
    return new_partner(api, new_user_agent())


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., RunningTenant]]:
    """Starts tenants, in one folder unless told otherwise, and stops those that still run."""
    running: list[RunningTenant] = []

    def launched(*arguments: str, data: Path | None = None) -> RunningTenant:
        running.append(start(data or tmp_path / "tenant", *arguments))
        return running[-1]

    yield launched
    for one in running:
        one.stop()


VERIFIER = "a-verifier-of-at-least-forty-three-characters"
ORDERS = "https://orders.example.com"
CALLBACK = "https://partner.example.com/callback"


@dataclass
class Backend:
    """The back channel of a third-party application whose users agreed to what it asked for.

    It has `read:orders` and `write:orders` of the orders API for its users, `read:orders` for
    itself. `code` takes the place of the sign-in pages.
    """

    api: ManagementApi
    tenant: Tenant
    client: Any

    def user_id(self, email: str = "ann@example.com") -> str:
        (user,) = self.tenant.store.find("user", {"email": email})
        return str(user["user_id"])

    def code(self, scope: str = "read:orders offline_access", **changes: Any) -> str:
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        agreed = AuthorizationCode(
            client_id=self.client["client_id"],
            user_id=self.user_id(),
            connection="customers",
            organization_id=None,
            redirect_uri=CALLBACK,
            redirect_uri_was_sent=True,
            code_challenge=urlsafe_b64encode(digest).decode().rstrip("="),
            audience=ORDERS,
            scopes=tuple(scope.split()),
            dpop_jkt=None,
            auth_time=self.tenant.clock.now(),
            nonce=None,
        )
        return create_code(self.tenant, replace(agreed, **changes))

    def post(self, path: str, headers: Any = None, **form: str) -> httpx.Response:
        """Without the management token; credentials in the body unless the form has its own."""
        secret = self.client.get("token_endpoint_auth_method") == "client_secret_post"
        own = {"client_id": self.client["client_id"]}
        own |= {"client_secret": self.client["client_secret"]} if secret else {}
        given = {"authorization": "", **(headers or {})}
        body = {name: value for name, value in {**own, **form}.items() if value is not None}
        return self.api.client.post(path, data=body, headers=given)

    def redeem(self, code: str, **changes: Any) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": VERIFIER,
            "redirect_uri": CALLBACK,
        }
        return self.post("/oauth/token", **{**form, **changes})

    def refresh(self, token: str, **changes: Any) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post("/oauth/token", **{**form, **changes})

    def change(self, **properties: Any) -> None:
        """Changes the application, as an administrator would."""
        path = f"/clients/{self.client['client_id']}"
        answer = self.api("PATCH", path, properties)
        assert answer.status_code == 200, answer.text
        self.client |= answer.json()


def new_backend(api: ManagementApi, tenant: Tenant, **properties: Any) -> Backend:
    """A confidential application with all three grant types, unless told otherwise."""
    grants = ["authorization_code", "refresh_token", "client_credentials"]
    given = {
        "name": "partner",
        "app_type": "regular_web",
        "is_first_party": False,
        "token_endpoint_auth_method": "client_secret_post",
        "callbacks": [CALLBACK],
        "grant_types": grants,
        **properties,
    }
    client = api.create("/clients", {k: v for k, v in given.items() if v is not None})
    both = ["read:orders", "write:orders"]
    for subject, scopes in (("user", both), ("client", ["read:orders"])):
        grant = {"client_id": client["client_id"], "audience": ORDERS, "scope": scopes}
        api.create("/client-grants", {**grant, "subject_type": subject})
    return Backend(api, tenant, client)


@pytest.fixture
def make_backend(api: ManagementApi, tenant: Tenant) -> Callable[..., Backend]:
    """Makes third-party applications with these properties."""
    return partial(new_backend, api, tenant)


@pytest.fixture
def backend(make_backend: Callable[..., Backend]) -> Backend:
    return make_backend()
