"""Auth0's third-party applications as Pulumi components, one concept each.

Usable in any Pulumi program in Python; the arguments are the frozen models of `catalog`.
"""

from components.agent import Agent, MetadataDocumentSupport
from components.default_permissions import DefaultPermissions
from components.domain_connections import (
    DomainConnection,
    DomainConnections,
    NewDomainConnection,
)
from components.dynamic_client_registration import DynamicClientRegistration
from components.error_page import ErrorPage
from components.login_page import ClassicLoginPage
from components.narrow_resources import Auth0AppsProvider, ConnectionPromotion
from components.rate_limits import RateLimits
from components.third_party_access import ThirdPartyAccess
from components.third_party_application import PermissiveApplication, ThirdPartyApplication
from components.third_party_organization import ThirdPartyOrganization

__all__ = [
    "Agent",
    "Auth0AppsProvider",
    "ClassicLoginPage",
    "ConnectionPromotion",
    "DefaultPermissions",
    "DomainConnection",
    "DomainConnections",
    "DynamicClientRegistration",
    "ErrorPage",
    "MetadataDocumentSupport",
    "NewDomainConnection",
    "PermissiveApplication",
    "RateLimits",
    "ThirdPartyAccess",
    "ThirdPartyApplication",
    "ThirdPartyOrganization",
]
