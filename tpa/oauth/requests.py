"""What a partner's application sends to `/authorize` and `/oauth/token`."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from auth0_third_party.model.access import Access
from tpa.oauth.deployed import Deployed

AUTHORIZE = "/authorize"
TOKEN = "/oauth/token"  # noqa: S105 - a path
REVOKE = "/oauth/revoke"
OFFLINE = "offline_access"
"""The scope that asks for a refresh token; of no API (RT-11)."""


@dataclass(frozen=True)
class Pkce:
    """Proof key for one code exchange (RFC 7636)."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def authorization_request(
    deployed: Deployed,
    row: Access,
    pkce: Pkce,
    *,
    state: str,
    scopes: tuple[str, ...] | None = None,
    callback: str = "",
) -> dict[str, str]:
    """The parameters of a correct request for one API, by default with all scopes granted."""
    wanted = row.scopes if scopes is None else scopes
    return {
        "response_type": "code",
        "client_id": deployed.client_id,
        "redirect_uri": callback or deployed.callback,
        "audience": row.audience,
        "scope": " ".join(wanted),
        "state": state,
        "code_challenge": pkce.challenge,
        "code_challenge_method": "S256",
    }


def code_form(client_id: str, code: str, verifier: str, callback: str) -> dict[str, str]:
    """The form that redeems an authorization code; client authentication is added to it."""
    return {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": callback,
    }


def refresh_form(client_id: str, token: str, scope: str = "") -> dict[str, str]:
    """The form that uses a refresh token."""
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": token}
    return {**form, "scope": scope} if scope else form


def client_form(client_id: str, row: Access, scopes: tuple[str, ...]) -> Mapping[str, str]:
    """The form that requests client access to an API (CG-16: the scopes by name)."""
    return {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "audience": row.audience,
        "scope": " ".join(scopes),
    }
