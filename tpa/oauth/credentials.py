"""An application's own credential, from wherever it is at hand; it is never printed."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from auth0_third_party.management import remember
from tpa.errors import TpaError
from tpa.files.regular import read_regular
from tpa.oauth.deployed import Deployed

SECRET = "TPA_CLIENT_SECRET_"  # noqa: S105 - the name of a variable
KEY_FILE = "TPA_PRIVATE_KEY_FILE_"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Credential:
    """`method`: how it authenticates; `secret`: a client secret, or a private key as PEM."""

    client_id: str
    method: str
    secret: str = field(repr=False)

    def authenticate(
        self, form: Mapping[str, str], issuer: str
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The form with the credential, and the headers that belong to it (RFC 6749 2.3.1)."""
        if self.method == "client_secret_basic":
            pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
            return dict(form), {
                "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"
            }
        if self.method == "private_key_jwt":
            from tpa.oauth.signing import assertion  # noqa: PLC0415

            signed = assertion(self.client_id, self.secret, issuer)
            return {**form, "client_assertion_type": ASSERTION, "client_assertion": signed}, {}
        return {**form, "client_secret": self.secret}, {}


def find_credential(deployed: Deployed, stored: Mapping[str, str]) -> Credential | None:
    """The application's credential: a variable of the shell first, then what is stored.

    Args:
        stored: client secrets by application, as an embedded tenant has them.

    Raises:
        TpaError: the key file that a variable names can't be read.
    """
    method, variable = deployed.application.auth_method, variable_of(deployed)
    if method == "none":
        return None
    secret = os.environ.get(variable, "")
    if method == "private_key_jwt":
        try:
            secret = read_regular(Path(secret)).decode() if secret else ""
        except (OSError, ValueError) as error:
            raise TpaError(f"{variable} names a file that can't be read: {error}") from None
    else:
        secret = secret or stored.get(deployed.key, "")
        remember(secret)
    return Credential(deployed.client_id, method, secret) if secret else None


def variable_of(deployed: Deployed) -> str:
    """The variable of the shell that has the application's secret, or names the file of its key."""
    kind = KEY_FILE if deployed.application.auth_method == "private_key_jwt" else SECRET
    return kind + deployed.key.upper().replace("-", "_")
