"""The token endpoint, used as the application's own code would use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tpa.oauth.credentials import Credential
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.requests import REVOKE, TOKEN

if TYPE_CHECKING:
    from tpa.oauth.signing import ProofKey


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
