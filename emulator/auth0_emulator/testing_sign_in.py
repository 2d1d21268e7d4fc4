"""Signing in without a browser, for tests of applications and of the tenant itself.

`UserAgent` opens the pages of a sign-in and fills in their forms; `Partner` is a third-party
application that is ready to be signed in to:

    partner = new_partner(api, user_agent)
    code = callback(partner.sign_in())["code"]
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from auth0_emulator.example_data import APIS, USERS
from auth0_emulator.testing import ManagementApi

ORDERS = APIS[0]["identifier"]
CALLBACK = "https://partner.example.com/callback"
ANN, BEN = ((user["email"], user["password"]) for user in USERS)
_REDIRECTS = 10


@dataclass(frozen=True)
class Pkce:
    """A code verifier and its S256 challenge (RFC 7636)."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def parameters(self) -> dict[str, str]:
        """What goes into an authorization request."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return {"code_challenge": challenge, "code_challenge_method": "S256"}


class _Form(HTMLParser):
    """The first form of a page: its address and what its fields hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = found.get("action") or ""
        if tag == "input" and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""


@dataclass
class UserAgent:
    """Keeps the cookies of one browser in `client`, whose base address is the tenant's."""

    client: httpx.Client

    def open(self, address: str, **query: Any) -> httpx.Response:
        """The page at an address of the tenant, or the redirect that leaves the tenant."""
        answer = self.client.get(address, params=query or None, follow_redirects=False)
        return self._followed(answer)

    def submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Sends the first form of a page, with these fields filled in."""
        form = _Form(page.text)
        if form.action is None:
            raise AssertionError(f"no form on the page ({page.status_code}): {page.text}")
        address = urljoin(str(page.url), form.action)
        answer = self.client.post(address, data={**form.fields, **fields}, follow_redirects=False)
        return self._followed(answer)

    def sign_in(
        self, page: httpx.Response, username: str, password: str, *, accept: bool = True
    ) -> httpx.Response:
        """From the sign-in page on: signs in, answers the consent page if there is one."""
        page = self.submit(page, username=username, password=password)
        while page.status_code == 200 and 'value="accept"' in page.text:
            page = self.submit(page, action="accept" if accept else "decline")
        return page

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        for _ in range(_REDIRECTS):
            if not answer.is_redirect:
                return answer
            target = answer.url.join(answer.headers["location"])
            if target.netloc != self.client.base_url.netloc:
                return answer
            answer = self.client.get(target, follow_redirects=False)
        raise AssertionError(f"more than {_REDIRECTS} redirects: {answer.headers['location']}")


def callback(answer: httpx.Response) -> dict[str, str]:
    """What an application gets at its callback.

    Raises:
        AssertionError: the answer does not leave the tenant.
    """
    if not answer.is_redirect:
        raise AssertionError(f"no redirect to the application: {answer.status_code} {answer.text}")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@dataclass
class Partner:
    """A strict third-party application, the tenant's administrator, and a user's browser."""

    api: ManagementApi
    client: Any
    user: UserAgent
    pkce: Pkce = field(default_factory=Pkce)

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Those of a request that is accepted; None leaves one out."""
        usual = {
            "client_id": self.client["client_id"],
            "response_type": "code",
            "redirect_uri": self.client["callbacks"][0],
            "scope": "read:orders",
            "audience": ORDERS,
            "state": "a state",
            **self.pkce.parameters,
        }
        return {name: value for name, value in {**usual, **changes}.items() if value is not None}

    def open(self, **changes: str | None) -> httpx.Response:
        """Where an authorization request leads to."""
        return self.user.open("/authorize", **self.parameters(**changes))

    def sign_in(self, *, accept: bool = True, **changes: str | None) -> httpx.Response:
        """The same, once Ann has signed in and answered."""
        return self.user.sign_in(self.open(**changes), *ANN, accept=accept)

    def change(self, **changes: Any) -> None:
        """Changes the application."""
        self._patch(f"/clients/{self.client['client_id']}", changes)

    def change_tenant(self, **changes: Any) -> None:
        """Changes the settings of the tenant."""
        self._patch("/tenants/settings", changes)

    def connection(self, name: str) -> Any:
        """A connection of the tenant by its name."""
        (found,) = self.api("GET", "/connections", name=name).json()
        return found

    def promote(self, name: str, *, on: bool = True) -> None:
        """Makes a connection a domain connection, or takes that back."""
        self._patch(f"/connections/{self.connection(name)['id']}", {"is_domain_connection": on})

    def grant(self, *scopes: str, audience: str = ORDERS) -> Any:
        """Gives the application user access to an API."""
        body = {"audience": audience, "subject_type": "user", "scope": list(scopes)}
        return self.api.create("/client-grants", {"client_id": self.client["client_id"], **body})

    def _patch(self, path: str, changes: Any) -> None:
        answer = self.api("PATCH", path, changes)
        if answer.status_code != 200:
            raise AssertionError(f"{answer.status_code}: {answer.text}")


def new_partner(api: ManagementApi, user: UserAgent, **changes: Any) -> Partner:
    """An application that may read and write orders, of which `customers` can sign in."""
    body = {"callbacks": [CALLBACK], "grant_types": ["authorization_code", "refresh_token"]}
    partner = Partner(api, api.create_third_party(**body | changes), user)
    partner.promote("customers")
    partner.grant("read:orders", "write:orders")
    return partner
