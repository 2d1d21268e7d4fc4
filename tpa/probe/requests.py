"""What the probe sends about one application, without a user: each request with a name.

All are what a stranger on the internet can send, except those with the application's own
credential.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from tpa.oauth.credentials import Credential
from tpa.oauth.deployed import Deployed
from tpa.oauth.requests import (
    AUTHORIZE,
    TOKEN,
    Pkce,
    authorization_request,
    client_form,
    code_form,
)

STATE = "tpa-probe"
FOREIGN = "https://tpa-probe.invalid"
"""RFC 2606: `.invalid` is nobody's."""
WRONG = "tpa-probe-wrong"
REFUSED_PARAMETERS = {
    "claims": "{}",
    "id_token_hint": WRONG,
    "invitation": WRONG,
    "login_ticket": WRONG,
    "request": WRONG,
    "request_uri": f"{FOREIGN}/request",
    "screen_hint": "signup",
}
"""RT-02."""
RESPONSE_TYPES = ("token", "id_token", "code token")


class Part(NamedTuple):
    """The name of one request of a group, whose requests differ in one thing."""

    group: str
    what: str


Name = str | Part


@dataclass(frozen=True)
class Request:
    """`params` go into the query, `form` into the body."""

    name: Name
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"


TENANT: tuple[Request, ...] = (
    Request("metadata", "/.well-known/openid-configuration"),
    Request("server_metadata", "/.well-known/oauth-authorization-server"),
    Request("keys", "/.well-known/jwks.json"),
)
"""Asked once, whatever the number of applications."""


def planned(deployed: Deployed, credential: Credential | None, issuer: str) -> list[Request]:
    """All requests about one application.

    Args:
        issuer: the tenant, which a signed assertion is for.
    """
    return [
        *_sign_in_requests(deployed),
        *_token_requests(deployed, credential, issuer),
        *_client_access_requests(deployed, credential, issuer),
    ]


def _sign_in_requests(deployed: Deployed) -> Iterator[Request]:
    rows = deployed.user_access
    if not rows or not deployed.callback:
        return
    good = authorization_request(deployed, rows[0], Pkce(), state=STATE)

    def changed(name: Name, **changes: str) -> Request:
        return Request(name, AUTHORIZE, {**good, **changes})

    without_pkce = {key: value for key, value in good.items() if not key.startswith("code_chall")}

    yield replace(changed("authorize"), headers={"origin": FOREIGN})
    for uri in deployed.application.callbacks[1:]:
        yield changed(Part("callback", uri), redirect_uri=uri)
    for name in deployed.application.connections:
        yield changed(Part("connection", name), connection=name)
    yield Request("no_pkce", AUTHORIZE, without_pkce)
    yield changed("plain", code_challenge_method="plain")
    for parameter, value in REFUSED_PARAMETERS.items():
        yield changed(Part("parameter", parameter), **{parameter: value})
    for kind in RESPONSE_TYPES:
        yield changed(Part("response_type", kind), response_type=kind)
    for uri in _foreign_callbacks(deployed.callback):
        yield changed(Part("redirect", uri), redirect_uri=uri)
    for audience in _closed_apis(deployed)[:1]:
        yield changed("api", audience=audience)


def _foreign_callbacks(callback: str) -> Iterator[str]:
    """Addresses that loose comparison would accept: another host, a subdomain, a longer path, and
    the same without TLS.
    """
    parts = urlsplit(callback)
    yield f"{FOREIGN}/callback"
    yield urlunsplit(parts._replace(path=f"{parts.path}/tpa-probe"))
    if parts.scheme in ("http", "https") and parts.hostname:
        yield urlunsplit(parts._replace(netloc=f"tpa-probe.{parts.netloc}"))
    if parts.scheme == "https":
        yield urlunsplit(parts._replace(scheme="http"))


def _closed_apis(deployed: Deployed) -> list[str]:
    """APIs of the environment that it may not call for users."""
    own = {row.audience for row in deployed.user_access}
    return [audience for audience in deployed.known_scopes if audience not in own]


def _token_requests(
    deployed: Deployed, credential: Credential | None, issuer: str
) -> Iterator[Request]:
    client_id = deployed.client_id
    form = code_form(client_id, WRONG, Pkce().verifier, deployed.callback or FOREIGN)
    yield Request("code", TOKEN, form=form)
    if not deployed.application.public:
        yield Request("wrong_secret", TOKEN, form={**form, "client_secret": WRONG})
    password = {"grant_type": "password", "client_id": client_id, "scope": "openid"}
    yield _authenticated(Request("password", TOKEN, form=password), credential, issuer)


def _client_access_requests(
    deployed: Deployed, credential: Credential | None, issuer: str
) -> Iterator[Request]:
    for row in deployed.client_access:
        form = client_form(deployed.client_id, row, row.scopes)
        yield Request(Part("client_unauthenticated", row.audience), TOKEN, form=form)
        if credential is not None:
            sent = Request(Part("client_token", row.audience), TOKEN, form=form)
            yield _authenticated(sent, credential, issuer)
            form = client_form(deployed.client_id, row, deployed.wider(row))
            wider = Request(Part("client_scope", row.audience), TOKEN, form=form)
            yield _authenticated(wider, credential, issuer)


def _authenticated(request: Request, credential: Credential | None, issuer: str) -> Request:
    """The request with the application's own credential, where it is at hand."""
    if credential is None:
        return request
    form, headers = credential.authenticate(request.form or {}, issuer)
    return replace(request, form=form, headers=headers)
