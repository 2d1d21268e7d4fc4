"""Auth0's own rules for third-party applications: plain values in, violations out.

Each rule carries its id; the vendor's pages are
https://auth0.com/docs/get-started/applications/third-party-applications (security controls,
configuration, user consent) and the Management API reference of /clients and /client-grants.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
