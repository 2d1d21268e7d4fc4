"""Auth0's third-party applications as Pulumi components, one concept each.

Usable in any Pulumi program in Python; the arguments are the frozen models of `catalog`.
"""

from components.default_permissions import DefaultPermissions
from components.domain_connections import DomainConnection, DomainConnections
from components.error_page import ErrorPage
from components.login_page import ClassicLoginPage
from components.narrow_resources import Auth0AppsProvider, ConnectionPromotion
from components.third_party_access import ThirdPartyAccess
from components.third_party_application import ThirdPartyApplication

__all__ = [
    "Auth0AppsProvider",
    "ClassicLoginPage",
    "ConnectionPromotion",
    "DefaultPermissions",
    "DomainConnection",
    "DomainConnections",
    "ErrorPage",
    "ThirdPartyAccess",
    "ThirdPartyApplication",
]
