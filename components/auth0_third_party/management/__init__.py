"""Our client of the Auth0 Management API: one home for tokens, paging, pace and errors."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
