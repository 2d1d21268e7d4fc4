"""Auth0's third-party applications as Pulumi components.

Each component takes `(name, args, opts)`; the arguments are dictionaries with typed keys, whose
values may be outputs of other resources.
"""

from auth0_third_party.agents import Agent, AgentArgs
from auth0_third_party.application import (
    PermissiveApplication,
    PublicKeyArgs,
    RefreshTokenArgs,
    ThirdPartyAccess,
    ThirdPartyAccessArgs,
    ThirdPartyApplication,
    ThirdPartyApplicationArgs,
)
from auth0_third_party.arguments import InvalidArguments
from auth0_third_party.client_grants import ClientGrantArgs, DefaultPermissionArgs
from auth0_third_party.default_permissions import DefaultPermissions, DefaultPermissionsArgs
from auth0_third_party.domain_connections import (
    DomainConnections,
    DomainConnectionsArgs,
    NewDomainConnection,
    NewDomainConnectionArgs,
)
from auth0_third_party.organizations import ThirdPartyOrganization, ThirdPartyOrganizationArgs
from auth0_third_party.pages import (
    ClassicLoginPage,
    ClassicLoginPageArgs,
    LockArgs,
    TenantErrorPage,
    TenantErrorPageArgs,
)
from auth0_third_party.rate_limits import RateLimitArgs, ThirdPartyRateLimit
from auth0_third_party.registration import (
    DynamicClientRegistration,
    DynamicClientRegistrationArgs,
)
from auth0_third_party.resources import (
    ConnectionPromotion,
    ErrorPageSetting,
    LoginPageSetting,
    MetadataDocumentSetting,
    OrganizationAccess,
    OrganizationConnection,
    OrganizationGrant,
    Provider,
    RegistrationSetting,
    ScopeDescriptionSetting,
)
from auth0_third_party.version import VERSION

__version__ = VERSION
__all__ = [
    "Agent",
    "AgentArgs",
    "ClassicLoginPage",
    "ClassicLoginPageArgs",
    "ClientGrantArgs",
    "ConnectionPromotion",
    "DefaultPermissionArgs",
    "DefaultPermissions",
    "DefaultPermissionsArgs",
    "DomainConnections",
    "DomainConnectionsArgs",
    "DynamicClientRegistration",
    "DynamicClientRegistrationArgs",
    "ErrorPageSetting",
    "InvalidArguments",
    "LockArgs",
    "LoginPageSetting",
    "MetadataDocumentSetting",
    "NewDomainConnection",
    "NewDomainConnectionArgs",
    "OrganizationAccess",
    "OrganizationConnection",
    "OrganizationGrant",
    "PermissiveApplication",
    "Provider",
    "PublicKeyArgs",
    "RateLimitArgs",
    "RefreshTokenArgs",
    "RegistrationSetting",
    "ScopeDescriptionSetting",
    "TenantErrorPage",
    "TenantErrorPageArgs",
    "ThirdPartyAccess",
    "ThirdPartyAccessArgs",
    "ThirdPartyApplication",
    "ThirdPartyApplicationArgs",
    "ThirdPartyOrganization",
    "ThirdPartyOrganizationArgs",
    "ThirdPartyRateLimit",
]
