"""The tenant: its state and what decides about it. One value, passed to every route function."""

from dataclasses import dataclass, field
from typing import Any

from auth0_emulator.call import Json
from auth0_emulator.clock import Clock
from auth0_emulator.documents import Documents
from auth0_emulator.faults import Faults
from auth0_emulator.ids import Ids
from auth0_emulator.limits import EntityLimits
from auth0_emulator.store import Store

NAME = "embedded"


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
        """Stores a new document and gives it back."""
        self.store.add(kind, key, body, self.clock.now())
        return body

    def fact(self, name: str) -> str:
        """A value of the tenant itself that exists once it is seeded."""
        value = self.store.fact(name)
        if value is None:
            raise LookupError(f"the tenant has no {name}: it was not seeded")
        return value

    def has(self, kind: str, **where: Any) -> bool:
        """True if a document with these top-level values is stored."""
        return self.store.count(kind, where) > 0
