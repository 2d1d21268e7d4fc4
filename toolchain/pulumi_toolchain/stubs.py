"""The SDK's gRPC stubs without the SDK: half the start time of every `pulumi` command."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

# `import pulumi` costs 0.25 s and more; the generated stubs below it need none of that code.
BARE = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def use_bare_packages() -> None:
    """Make `pulumi.runtime.proto.*` importable without running any of the parents' `__init__`.

    For a process of its own only: afterwards nothing else of the SDK can be used in it. Does
    nothing where the SDK is loaded already. Raises ModuleNotFoundError without an SDK.
    """
    if "pulumi" in sys.modules:
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the pulumi SDK is not installed: run `make setup`")
    top = Path(spec.submodule_search_locations[0])
    for name in BARE:
        package = ModuleType(name)
        package.__path__ = [str(top.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
