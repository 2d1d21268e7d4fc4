"""What a tenant remembers only while its process runs: used ids, nonces, counts, its log."""

import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from auth0_emulator.call import Json

NONCE_SECONDS = 300.0
LOG_ENTRIES = 1000
"""Of the tenant's log: as many as a search of Auth0's gives."""


@dataclass
class UsedIds:
    """Ids that may be used once (`jti`), each until the moment from which it is useless anyway."""

    _until: dict[str, float] = field(default_factory=dict)

    def use(self, identity: str, now: float, until: float) -> bool:
        """True if the id was not used before."""
        self._until = {one: end for one, end in self._until.items() if end > now}
        if identity in self._until:
            return False
        self._until[identity] = until
        return True


@dataclass
class Nonces:
    """Nonces of the server (RFC 9449, section 8): one at a time, each good for `NONCE_SECONDS`."""

    _until: dict[str, float] = field(default_factory=dict)

    def current(self, now: float) -> str:
        """The nonce that clients get now; a new one when the last is half through its life."""
        for nonce, end in self._until.items():
            if now + NONCE_SECONDS / 2 < end <= now + NONCE_SECONDS:
                return nonce
        self._until = {one: end for one, end in self._until.items() if end > now}
        nonce = secrets.token_urlsafe(16)
        self._until[nonce] = now + NONCE_SECONDS
        return nonce

    def good(self, nonce: object, now: float) -> bool:
        """True if this server gave it out not long ago."""
        return isinstance(nonce, str) and self._until.get(nonce, now) > now


@dataclass
class Counters:
    """Requests in the current second, in real time whatever the tenant's clock says."""

    now: Callable[[], float] = time.time
    _counted: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, key: str) -> int:
        """Counts a request; returns how many came in this second, this one too."""
        second = int(self.now())
        at, count = self._counted.get(key, (second, 0))
        self._counted[key] = (second, count + 1 if at == second else 1)
        return self._counted[key][1]


@dataclass
class Memory:
    """Forgotten by a restart."""

    used_ids: UsedIds = field(default_factory=UsedIds)
    nonces: Nonces = field(default_factory=Nonces)
    requests: Counters = field(default_factory=Counters)
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOG_ENTRIES))
