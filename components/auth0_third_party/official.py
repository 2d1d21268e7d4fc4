"""Resources of the official plugin, of which a component owns what it declares and nothing else."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import pulumi
import pulumi_auth0 as auth0

R = TypeVar("R", bound=pulumi.CustomResource)


def declare(
    kind: Callable[..., R], resource_name: str, opts: pulumi.ResourceOptions, /, **declared: Any
) -> R:
    """A resource of the official plugin.

    Changes of the properties that `declared` does not name are ignored. Otherwise the plugin would
    remove what someone else set, as soon as a refresh or an import has read it into the state. A
    property that is named with None is ours: it is cleared.
    """
    rest = pulumi.ResourceOptions(ignore_changes=[*_undeclared(kind.__name__, declared)])
    return kind(resource_name, opts=pulumi.ResourceOptions.merge(opts, rest), **declared)


def _undeclared(kind: str, declared: Mapping[str, Any], root: str = "") -> Iterator[str]:
    """Paths of the properties that the plugin would remove where they are not declared."""
    for name in _properties(kind, block=bool(root)):
        camel = "".join(part.capitalize() for part in name.split("_"))
        path = root + camel[0].lower() + camel[1:]
        if name not in declared:
            if root or not _kept(kind, name):
                yield path
        elif isinstance(declared[name], Mapping):
            yield from _undeclared(kind + camel, declared[name], f"{path}.")


@cache
def _properties(kind: str, *, block: bool) -> tuple[str, ...]:
    """The inputs of a resource, or of a block in it; a map of texts is no block, and has none.

    Raises:
        AttributeError: this version of the SDK has no such resource; nothing would be left to
            others.
    """
    name = f"{kind}Args"
    if block and not hasattr(auth0, name):
        return ()
    return tuple(inspect.signature(getattr(auth0, name)).parameters)


@cache
def _kept(kind: str, name: str) -> bool:
    """Whether the server chooses the value where none is declared: then the plugin keeps what it
    finds, and the output always has a value. It must not be ignored: the engine would take what an
    import reads for declared, and write it. Lists are not counted, since plugins differ in them.
    """
    (value,) = get_args(getattr(getattr(auth0, kind), name).fget.__annotations__["return"])
    return NoneType not in get_args(value) and get_origin(value) is not Sequence
