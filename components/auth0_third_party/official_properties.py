"""What the resources of the official plugin can be told, as its SDK has it.

`official.json` is made of it, so that a program need not import an SDK of a hundred modules:

    python -m auth0_third_party.official_properties > components/auth0_third_party/official.json
"""

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, get_args, get_origin

import pulumi_auth0 as auth0

KINDS = (
    *("Client", "ClientCimd", "ClientCredentials", "ClientGrant"),
    *("Connection", "RateLimitPolicy"),
)
Properties = Mapping[str, list[str]]
"""Resource, or block in it such as `ClientJwtConfiguration` -> properties that the plugin would
remove where they are not declared."""


def read() -> Properties:
    """From the SDK that is installed."""
    found: dict[str, list[str]] = {}
    for kind in KINDS:
        names = _inputs(kind)
        found[kind] = [name for name in names if not _kept(kind, name)]
        found |= {block: _inputs(block) for block in _blocks(kind, names)}
    return found


def _inputs(kind: str) -> list[str]:
    return [*inspect.signature(getattr(auth0, f"{kind}Args")).parameters]


def _blocks(kind: str, names: Sequence[str]) -> Iterator[str]:
    """A map of texts is no block."""
    for name in names:
        block = kind + "".join(part.capitalize() for part in name.split("_"))
        if hasattr(auth0, f"{block}Args"):
            yield block


def _kept(kind: str, name: str) -> bool:
    """Whether the server chooses the value where none is declared: then the plugin keeps what it
    finds, and the output always has a value. It must not be ignored: the engine would take what an
    import reads for declared, and write it. Lists are not counted, since plugins differ in them.
    """
    getter: Any = getattr(getattr(auth0, kind), name).fget
    (value,) = get_args(getter.__annotations__["return"])
    return NoneType not in get_args(value) and get_origin(value) is not Sequence


if __name__ == "__main__":
    print(json.dumps({"version": auth0._utilities.get_version(), "properties": read()}, indent=1))  # noqa: T201
