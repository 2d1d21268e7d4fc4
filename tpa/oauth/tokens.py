"""Tokens: from the token endpoint, used as the application's own code would use it, and opened.

Nothing is verified: that is what an API does.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tpa.oauth.credentials import Credential
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.requests import REVOKE, TOKEN

if TYPE_CHECKING:
    from tpa.oauth.signing import ProofKey


@dataclass(frozen=True)
class Token:
    """Header and claims of a JSON web token; both empty where it is something else."""

    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def audiences(self) -> tuple[str, ...]:
        """`aud`, which is one text or a list (RFC 7519 4.1.3)."""
        found = self.claims.get("aud", ())
        return (found,) if isinstance(found, str) else tuple(map(str, found))

    @property
    def scopes(self) -> tuple[str, ...]:
        """`scope`, in its order (RFC 9068 2.2.3)."""
        return tuple(str(self.claims.get("scope", "")).split())


def open_token(text: str) -> Token:
    """The token, without any check of its signature."""
    parts = text.split(".")
    if len(parts) != 3:
        return Token()
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
    except (ValueError, binascii.Error):
        return Token()
    both = isinstance(header, dict) and isinstance(claims, dict)
    return Token(header, claims) if both else Token()


def token_in(answer: Answer) -> Token:
    """The access token of a token response, opened."""
    return open_token(str(answer.json.get("access_token", "")))


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass
class TokenClient:
    """`credential` is None for a public application. Where the application requires proof of
    possession, one key signs all proofs (DPoP, RFC 9449).
    """

    http: TenantHttp
    deployed: Deployed
    credential: Credential | None
    _key: "ProofKey | None" = field(default=None, repr=False)

    def token(self, form: Mapping[str, str]) -> Answer:
        """The answer to a token request; a nonce that the tenant asks for is given (RFC 9449 8)."""
        answer = self._post(TOKEN, form)
        nonce = answer.headers.get("dpop-nonce", "")
        if answer.error == "use_dpop_nonce" and nonce:
            answer = self._post(TOKEN, form, nonce)
        return answer

    def revoke(self, refresh_token: str) -> Answer:
        """Ends a refresh token (RFC 7009)."""
        return self._post(REVOKE, {"client_id": self.deployed.client_id, "token": refresh_token})

    def authorization(self, url: str, access_token: str) -> dict[str, str]:
        """The headers with which it calls an API: `Bearer`, or `DPoP` with a proof."""
        if not self.deployed.application.require_proof_of_possession:
            return {"authorization": f"Bearer {access_token}"}
        return {"authorization": f"DPoP {access_token}", "dpop": self._proof("GET", url)}

    def _post(self, path: str, form: Mapping[str, str], nonce: str = "") -> Answer:
        url, headers = f"{self.http.url}{path}", dict[str, str]()
        sent = dict(form)
        if self.credential is not None:
            sent, headers = self.credential.authenticate(form, f"{self.http.url}/")
        if path == TOKEN and self.deployed.application.require_proof_of_possession:
            headers["dpop"] = self._proof("POST", url, nonce)
        return self.http.send("POST", path, form=sent, headers=headers)

    def _proof(self, method: str, url: str, nonce: str = "") -> str:
        if self._key is None:
            from tpa.oauth.signing import ProofKey  # noqa: PLC0415

            self._key = ProofKey()
        return self._key.proof(method, url, nonce)
