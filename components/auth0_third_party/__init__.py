"""Auth0's third-party applications as Pulumi components.

Each component takes `(name, args, opts)`; the arguments are dictionaries with typed keys, whose
values may be outputs of other resources. What there is to import stands in `__init__.pyi`; it is
loaded when it is used, since Pulumi's SDKs take a second that rules and models do not need.
"""

import sys

import lazy_loader

from auth0_third_party.version import VERSION

# Where rich and click are installed, httpx loads a command line with them: a tenth of a second.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__version__ = VERSION
