"""Auth0's third-party applications as Pulumi components, one concept each.

Usable in any Pulumi program in Python; the arguments are the frozen models of `catalog`.
"""

from auth0_third_party.agents import Agent, MetadataDocumentSupport
from auth0_third_party.application import (
    PermissiveApplication,
    ThirdPartyAccess,
    ThirdPartyApplication,
)
from auth0_third_party.default_permissions import DefaultPermissions
from auth0_third_party.domain_connections import (
    DomainConnection,
    DomainConnections,
    NewDomainConnection,
)
from auth0_third_party.organizations import ThirdPartyOrganization
from auth0_third_party.pages import ClassicLoginPage, ErrorPage
from auth0_third_party.rate_limits import RateLimits
from auth0_third_party.registration import DynamicClientRegistration
from auth0_third_party.resources import ConnectionPromotion, Provider

__all__ = [
    "Agent",
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
    "Provider",
    "RateLimits",
    "ThirdPartyAccess",
    "ThirdPartyApplication",
    "ThirdPartyOrganization",
]
