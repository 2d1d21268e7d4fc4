"""What a resource of this provider is: plain dictionaries in, plain dictionaries out, no gRPC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from management import ManagementClient

Properties = Mapping[str, Any]


class Unknown:
    """A value that exists only after the write; `UNKNOWN` is the one instance."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class State:
    """A resource as the engine records it. `notes` are shown to the person who runs it."""

    id: str
    inputs: Properties
    outputs: Properties
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvalidInput:
    """A problem with one input property."""

    property: str
    reason: str


class Resource(Protocol):
    """One kind of object of which we own a few fields.

    `check` completes inputs; `same` knows input values that mean what `outputs` hold, although they
    are written in another way; `create` and `update` with `preview` read but never write; `read`
    answers None for an object that is gone; `delete` answers notes for the person.
    """

    @property
    def resource_type(self) -> str: ...

    @property
    def replace_on_change(self) -> Sequence[str]: ...

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]: ...

    def same(self, key: str, new: Any, outputs: Properties) -> bool: ...

    def create(self, client: ManagementClient, inputs: Properties, *, preview: bool) -> State: ...

    def read(
        self,
        client: ManagementClient,
        resource_id: str,
        old: State | None,
    ) -> State | None: ...

    def update(
        self, client: ManagementClient, old: State, inputs: Properties, *, preview: bool
    ) -> State: ...

    def delete(self, client: ManagementClient, old: State) -> tuple[str, ...]: ...
