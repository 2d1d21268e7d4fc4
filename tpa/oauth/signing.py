"""What an application signs with its own keys. Loading the library takes a third of a second, so
this module is imported where something is signed.
"""

import time
import uuid
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from tpa.errors import TpaError


def assertion(client_id: str, pem: str, issuer: str) -> str:
    """Proves to a tenant who the client is, for a minute (private_key_jwt, RFC 7523 3).

    Raises:
        TpaError: the key can't be used.
    """
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    try:
        return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(pem))
    except (JoseError, ValueError, TypeError):
        raise TpaError(
            f"the private key of {client_id} can't be used\n"
            "  fix: name a file with an RSA private key in PEM form, without a passphrase"
        ) from None


@dataclass(frozen=True)
class ProofKey:
    """A key of one sign-in, to which its tokens are bound (DPoP, RFC 9449)."""

    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"), repr=False)

    def proof(self, method: str, url: str, nonce: str = "") -> str:
        """The header that goes with one request (RFC 9449 4.2)."""
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)}
        claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": uuid.uuid4().hex}
        if nonce:
            claims["nonce"] = nonce
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])
