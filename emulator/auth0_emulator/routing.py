"""Operations of the Management API, and how a request is matched with one.

Paths are matched as they were sent: an identifier in a path has escaped slashes
(`/resource-servers/https:%2F%2Forders`), and is one segment only while they are escaped.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from auth0_emulator.call import Answer, Call
from auth0_emulator.schema import Body
from auth0_emulator.tenant import Tenant

Function = Callable[[Tenant, Call], Answer]


@dataclass(frozen=True)
class Operation:
    """One method on one path: the scopes that may call it, its body and its function."""

    method: str
    path: str
    function: Function
    scopes: tuple[str, ...]
    body: Body | None = None
    document: Callable[[Tenant, Call], str] | None = None
    """Set where a document is fetched before the function runs: checks the call, and gives the
    address."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path after `/api/v2`."""
        return tuple(self.path.strip("/").split("/"))

    @property
    def writes(self) -> bool:
        """True if it may change the tenant."""
        return self.method != "GET"


def op(
    line: str,
    function: Function,
    scopes: str,
    body: Body | None = None,
    document: Callable[[Tenant, Call], str] | None = None,
) -> Operation:
    """An operation from `"POST /clients"` and its scopes, separated by spaces."""
    method, _, path = line.partition(" ")
    return Operation(method, path, function, tuple(scopes.split()), body, document)


class Router:
    """Finds operations; literal segments win over parameters."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_shape: dict[tuple[str, int], list[Operation]] = {}
        for operation in sorted(operations, key=lambda one: one.path.count("{")):
            shape = (operation.method, len(operation.segments))
            self._by_shape.setdefault(shape, []).append(operation)

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation for a raw path after `/api/v2`, with its decoded parameters."""
        parts = path.strip("/").split("/")
        for operation in self._by_shape.get((method, len(parts)), ()):
            found = _match(operation.segments, parts)
            if found is not None:
                return operation, found
        return None


def _match(segments: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    found = {}
    for segment, part in zip(segments, parts, strict=True):
        if segment.startswith("{"):
            if not part:
                return None
            found[segment.strip("{}")] = unquote(part)
        elif segment != unquote(part):
            return None
    return found
