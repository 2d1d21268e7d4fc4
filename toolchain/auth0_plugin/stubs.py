"""The gRPC stubs of the Pulumi SDK, without the SDK.

`import pulumi` costs a quarter of a second on every plugin start; the stubs need none of it. So
the two parent packages are put in place as empty modules that only know their folder, and the
import system finds the stubs below them. Where the SDK is loaded already it is used as it is.
"""

import importlib.util
import sys
import types
from pathlib import Path


def _hollow(name: str, folder: Path) -> None:
    module = types.ModuleType(name)
    module.__path__ = [str(folder)]
    sys.modules[name] = module


def hollow_out_sdk() -> None:
    """Let `pulumi.runtime.proto` be imported without running `pulumi/__init__.py`.

    Raises:
        ModuleNotFoundError: the Pulumi SDK is not installed beside this interpreter.
    """
    if "pulumi" in sys.modules:
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the Pulumi SDK (package 'pulumi') is not installed")
    folder = Path(next(iter(spec.submodule_search_locations)))
    _hollow("pulumi", folder)
    _hollow("pulumi.runtime", folder / "runtime")
