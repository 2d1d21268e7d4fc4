"""Ids and secrets in the recorded shapes (MG-13)."""

import random
import secrets
import string

LETTERS = string.ascii_letters + string.digits


class Ids:
    """Makes ids; a seeded source makes the same ones again."""

    def __init__(self, source: random.Random | None = None) -> None:
        self._source = source or secrets.SystemRandom()

    def _some(self, length: int, alphabet: str = LETTERS) -> str:
        return "".join(self._source.choices(alphabet, k=length))

    def client(self, *, strict: bool) -> str:
        """TP-CREATE-03: `tpc_` and 22 characters for strict third parties, else 32 characters."""
        return f"tpc_{self._some(22)}" if strict else self._some(32)

    def resource_server(self) -> str:
        """24 hexadecimal digits."""
        return self._some(24, "0123456789abcdef")

    def prefixed(self, prefix: str) -> str:
        """MG-13: `cgr_`, `con_`, `org_` and 16; `cred_` and 22; `rlp_` and 21 characters."""
        return f"{prefix}_{self._some({'cred': 22, 'rlp': 21}.get(prefix, 16))}"

    def secret(self, length: int = 64) -> str:
        """A client secret: URL-safe characters."""
        return self._some(length, LETTERS + "-_")
