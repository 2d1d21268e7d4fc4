"""The tenant: its state, clock and ids, in one value that every function is given."""

import random
import secrets
import string
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from auth0_emulator.call import Json
from auth0_emulator.endpoints.cimd_documents import Documents
from auth0_emulator.faults import Faults
from auth0_emulator.limits import EntityLimits
from auth0_emulator.memory import Memory
from auth0_emulator.storage import Store

NAME = "emulator"
_LAST = datetime(3000, 1, 1, tzinfo=UTC).timestamp()


class Clock:
    """The tenant's time in seconds since 1970: real, or stopped at `frozen_at` until it is set."""

    def __init__(self, frozen_at: float | None = None) -> None:
        self.set(frozen_at)

    def now(self) -> float:
        """The tenant's time in seconds since 1970."""
        return time.time() if self._frozen is None else self._frozen

    def set(self, moment: float | None) -> None:
        """Stops the clock at a moment; None lets it run again.

        Raises:
            ValueError: the moment is not in the years 1970 to 2999.
        """
        if moment is not None and not 0 <= moment < _LAST:
            raise ValueError("the time must be in the years 1970 to 2999")
        self._frozen: float | None = moment

    def stamp(self) -> str:
        """The time as the API writes it: `2026-10-23T08:30:00.123Z`."""
        return format_time(self.now())


def format_time(moment: float) -> str:
    """Seconds since 1970 as the API writes times, in UTC."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_time(text: str) -> float:
    """Reads an ISO 8601 time; raises ValueError. Without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_LETTERS = string.ascii_letters + string.digits


class Ids:
    """Ids and secrets in the recorded shapes (MG-13); a seeded source makes the same ones again."""

    def __init__(self, source: random.Random | None = None) -> None:
        self._source = source or secrets.SystemRandom()

    def _some(self, length: int, alphabet: str = _LETTERS) -> str:
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
        return self._some(length, _LETTERS + "-_")


@dataclass(frozen=True)
class Tenant:
    """`domain` is `localhost:PORT`; `legacy` makes it eligible for permissive mode (MIG-01)."""

    store: Store
    domain: str
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    faults: Faults = field(default_factory=Faults)
    documents: Documents = field(default_factory=Documents)
    limits: EntityLimits = field(default_factory=EntityLimits)
    memory: Memory = field(default_factory=Memory)
    legacy: bool = False

    @property
    def url(self) -> str:
        """`https://localhost:PORT`."""
        return f"https://{self.domain}"

    @property
    def audience(self) -> str:
        """The identifier of the Management API."""
        return f"{self.url}/api/v2/"

    def add(self, kind: str, key: str, body: Json) -> Json:
        """Stores a new document and returns it."""
        self.store.add(kind, key, body, self.clock.now())
        return body

    def fact(self, name: str) -> str:
        """A value that the tenant was seeded with, such as the key of its tokens."""
        value = self.store.fact(name)
        if value is None:
            raise LookupError(f"the tenant has no {name}: it was not seeded")
        return value

    def has(self, kind: str, **where: Any) -> bool:
        """True if a document with these top-level values is stored."""
        return self.store.count(kind, where) > 0
