from .agents import Agent as Agent, AgentArgs as AgentArgs
from .application import (
    PermissiveApplication as PermissiveApplication,
    PublicKeyArgs as PublicKeyArgs,
    RefreshTokenArgs as RefreshTokenArgs,
    ThirdPartyAccess as ThirdPartyAccess,
    ThirdPartyAccessArgs as ThirdPartyAccessArgs,
    ThirdPartyApplication as ThirdPartyApplication,
    ThirdPartyApplicationArgs as ThirdPartyApplicationArgs,
)
from .arguments import InvalidArguments as InvalidArguments
from .client_grants import (
    ClientGrantArgs as ClientGrantArgs,
    DefaultPermissionArgs as DefaultPermissionArgs,
)
from .default_permissions import (
    DefaultPermissions as DefaultPermissions,
    DefaultPermissionsArgs as DefaultPermissionsArgs,
)
from .domain_connections import (
    DomainConnections as DomainConnections,
    DomainConnectionsArgs as DomainConnectionsArgs,
    NewDomainConnection as NewDomainConnection,
    NewDomainConnectionArgs as NewDomainConnectionArgs,
)
from .organizations import (
    ThirdPartyOrganization as ThirdPartyOrganization,
    ThirdPartyOrganizationArgs as ThirdPartyOrganizationArgs,
)
from .pages import (
    ClassicLoginPage as ClassicLoginPage,
    ClassicLoginPageArgs as ClassicLoginPageArgs,
    LockArgs as LockArgs,
    TenantErrorPage as TenantErrorPage,
    TenantErrorPageArgs as TenantErrorPageArgs,
)
from .rate_limits import (
    RateLimitArgs as RateLimitArgs,
    ThirdPartyRateLimit as ThirdPartyRateLimit,
)
from .registration import (
    DynamicClientRegistration as DynamicClientRegistration,
    DynamicClientRegistrationArgs as DynamicClientRegistrationArgs,
)
from .resources import (
    ConnectionPromotion as ConnectionPromotion,
    ErrorPageSetting as ErrorPageSetting,
    LoginPageSetting as LoginPageSetting,
    MetadataDocumentSetting as MetadataDocumentSetting,
    OrganizationAccess as OrganizationAccess,
    OrganizationConnection as OrganizationConnection,
    OrganizationGrant as OrganizationGrant,
    Provider as Provider,
    RegistrationSetting as RegistrationSetting,
    Remembered as Remembered,
    ResourceIndicatorSetting as ResourceIndicatorSetting,
    ScopeDescriptionSetting as ScopeDescriptionSetting,
)

__version__: str
