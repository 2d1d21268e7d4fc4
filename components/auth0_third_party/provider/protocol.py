"""The engine's protocol without the SDK around it, which takes longer to load than the provider."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


class _Bare(ModuleType):
    """A package whose `__init__` did not run."""


def load_protocol_alone() -> None:
    """Makes `pulumi.runtime.proto.*` importable without running its parents' `__init__`.

    Does nothing where the SDK is loaded already.
    """
    spec = None if "pulumi" in sys.modules else importlib.util.find_spec("pulumi")
    if spec and spec.submodule_search_locations:
        top = Path(spec.submodule_search_locations[0])
        for name in PACKAGES:
            sys.modules[name] = package = _Bare(name)
            package.__path__ = [str(top.joinpath(*name.split(".")[1:]))]


def load_sdk() -> None:
    """Makes all of the SDK importable again; the protocol's modules stay as they are."""
    for name in PACKAGES:
        if isinstance(sys.modules.get(name), _Bare):
            del sys.modules[name]
