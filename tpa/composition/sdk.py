"""What a program leaves out of Pulumi's SDKs, most of its time: there are no settings for it."""

import gc
import importlib.util
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pulumi

OFFICIAL = "pulumi_auth0"


def load_less() -> None:
    """Before anything else of the program is loaded."""
    # The engine is sent five lines for each resource, a call each, which only `--debug` shows: a
    # fifth of a run's processor time.
    pulumi.log.debug = lambda *_, **__: None
    # The SDK makes few cycles of objects (4 MB for 500 resources), and each search for them goes
    # through its thousands of classes: a third of a run's time, and a sixth of the imports'.
    gc.disable()
    spec = None if OFFICIAL in sys.modules else importlib.util.find_spec(OFFICIAL)
    for place in (spec and spec.submodule_search_locations) or ():
        sys.modules[OFFICIAL] = _OneByOne(Path(place))


class _OneByOne(ModuleType):
    """The official SDK, its resources loaded when they are used: there are a hundred, and what a
    program needs are seven.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(OFFICIAL)
        self.__path__ = [str(folder)]

    def __getattr__(self, name: str) -> Any:
        # ClientGrant is in client_grant.py.
        module = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        if not Path(self.__path__[0], f"{module}.py").is_file():
            raise AttributeError(f"{OFFICIAL} has no module for {name}")
        found = import_module(f"{OFFICIAL}.{module}")
        return found if name == module else getattr(found, name)
