from .agents import Agent, AgentArgs
from .application import (
    PermissiveApplication,
    PublicKeyArgs,
    RefreshTokenArgs,
    ThirdPartyAccess,
    ThirdPartyAccessArgs,
    ThirdPartyApplication,
    ThirdPartyApplicationArgs,
)
from .arguments import InvalidArguments
from .client_grants import ClientGrantArgs, DefaultPermissionArgs
from .default_permissions import DefaultPermissions, DefaultPermissionsArgs
from .domain_connections import (
    DomainConnections,
    DomainConnectionsArgs,
    NewDomainConnection,
    NewDomainConnectionArgs,
)
from .organizations import ThirdPartyOrganization, ThirdPartyOrganizationArgs
from .pages import (
    ClassicLoginPage,
    ClassicLoginPageArgs,
    LockArgs,
    TenantErrorPage,
    TenantErrorPageArgs,
)
from .rate_limits import RateLimitArgs, ThirdPartyRateLimit
from .registration import (
    DynamicClientRegistration,
    DynamicClientRegistrationArgs,
)
from .resources import (
    ConnectionPromotion,
    ErrorPageSetting,
    LoginPageSetting,
    MetadataDocumentSetting,
    OrganizationAccess,
    OrganizationConnection,
    OrganizationGrant,
    Provider,
    RegistrationSetting,
    Remembered,
    ResourceIndicatorSetting,
    ScopeDescriptionSetting,
)

__version__: str
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
    "Remembered",
    "ResourceIndicatorSetting",
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
