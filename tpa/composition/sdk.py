"""What a program leaves out of Pulumi's SDKs, most of its time: there are no settings for it."""

import gc
import re
import sys
from importlib import import_module, machinery, util
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
    spec = None if OFFICIAL in sys.modules else util.find_spec(OFFICIAL)
    if spec and spec.submodule_search_locations:
        sys.modules[OFFICIAL] = _OneByOne(Path(spec.submodule_search_locations[0]))


class _OneByOne(ModuleType):
    """The official SDK; of its hundred resources seven are needed. Each is loaded when it is used,
    and all of them for a name that says no module.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(OFFICIAL)
        self.__path__ = [str(folder)]

    def __getattr__(self, name: str) -> Any:
        # ClientGrant is in client_grant.py.
        module = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        if Path(self.__path__[0], f"{module}.py").is_file():
            found = import_module(f"{OFFICIAL}.{module}")
            return found if name == module else getattr(found, name)
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]  # a module can change its class
        machinery.SourceFileLoader(OFFICIAL, f"{self.__path__[0]}/__init__.py").exec_module(self)
        return getattr(self, name)
