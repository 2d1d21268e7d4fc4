"""The shared objects of a tenant, and the fields of each that we own.

Sources: the Management API's reference of /tenants/settings, /organizations, /connections and
/clients, https://auth0.com/docs/api/management/v2.
"""

from plugins.auth0apps.fence import Owned
from plugins.auth0apps.locate import (
    connection_target,
    global_client_target,
    organization_target,
    settings_target,
)
from plugins.auth0apps.owned_fields import Kind

# A PATCH that carried `options` would replace all of them, secrets included (DC-05, DC-06).
CONNECTION_PROMOTION = Kind(
    "auth0apps:index:ConnectionPromotion",
    "connection",
    (Owned("isDomainConnection", ("is_domain_connection",), constant=True, absent=False),),
    connection_target,
    key="connection",
    prefix="con_",
    facts=("connectionId", "name", "strategy"),
    tells="promotedByUs",
)
DYNAMIC_REGISTRATION = Kind(
    "auth0apps:index:DynamicRegistration",
    "tenant",
    (
        Owned(
            "enabled",
            ("flags", "enable_dynamic_client_registration"),
            constant=True,
            absent=False,
        ),
        Owned(
            "securityMode",
            ("dynamic_client_registration_security_mode",),
            optional=True,
            stays=True,
        ),
    ),
    settings_target,
)
METADATA_DOCUMENTS = Kind(
    "auth0apps:index:MetadataDocuments",
    "tenant",
    (Owned("supported", ("client_id_metadata_document_supported",), constant=True, absent=False),),
    settings_target,
)
SCOPE_DESCRIPTIONS = Kind(
    "auth0apps:index:ScopeDescriptions",
    "tenant",
    (
        Owned(
            "shown",
            ("flags", "use_scope_descriptions_for_consent"),
            constant=True,
            absent=False,
        ),
    ),
    settings_target,
)
ERROR_PAGE = Kind(
    "auth0apps:index:ErrorPage", "tenant", (Owned("page", ("error_page",)),), settings_target
)
ORGANIZATION_ACCESS = Kind(
    "auth0apps:index:OrganizationAccess",
    "organization",
    (Owned("access", ("third_party_client_access",), constant="allow", absent="block"),),
    organization_target,
    key="organization",
    prefix="org_",
    facts=("organizationId", "name"),
)
LOGIN_PAGE = Kind(
    "auth0apps:index:LoginPage",
    "login page",
    (
        Owned("enabled", ("custom_login_page_on",), constant=True, absent=False),
        Owned("html", ("custom_login_page",), absent=""),
    ),
    global_client_target,
)
KINDS = (
    CONNECTION_PROMOTION,
    DYNAMIC_REGISTRATION,
    METADATA_DOCUMENTS,
    SCOPE_DESCRIPTIONS,
    ERROR_PAGE,
    ORGANIZATION_ACCESS,
    LOGIN_PAGE,
)
