"""Every resource of this provider, and which fields of which shared objects each owns.

Sources: the Management API's reference of /tenants/settings, /organizations, /connections and
/clients, https://auth0.com/docs/api/management/v2.
"""

from auth0_third_party.provider.doors import has_document, signs_users_in
from auth0_third_party.provider.fence import (
    Locks,
    Owned,
    connection_target,
    global_client_target,
    organization_target,
    settings_target,
)
from auth0_third_party.provider.field_scoped import Kind, OwnedFields
from auth0_third_party.provider.journal import Journal
from auth0_third_party.provider.links import LINKS, OrganizationLink
from auth0_third_party.provider.remembered import Remembered
from auth0_third_party.provider.resource import Resource

# A PATCH that carried `options` would replace all of them, secrets included (DC-05, DC-06).
CONNECTION_PROMOTION = Kind(
    "auth0-third-party:index:ConnectionPromotion",
    "connection",
    (Owned("isDomainConnection", ("is_domain_connection",), constant=True, absent=False),),
    connection_target,
    key="connection",
    prefix="con_",
    facts=("connectionId", "name", "strategy"),
    flag="promotedByUs",
    once=(
        "promote it once: one DomainConnections for all, and ThirdPartyApplication in place of"
        " ThirdPartyAccess"
    ),
    uses=signs_users_in,
)
# What has registered signs in when registration is closed again, so that waits for nobody.
REGISTRATION_SETTING = Kind(
    "auth0-third-party:index:RegistrationSetting",
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
METADATA_DOCUMENT_SETTING = Kind(
    "auth0-third-party:index:MetadataDocumentSetting",
    "tenant",
    (Owned("supported", ("client_id_metadata_document_supported",), constant=True, absent=False),),
    settings_target,
    uses=has_document,
)
SCOPE_DESCRIPTION_SETTING = Kind(
    "auth0-third-party:index:ScopeDescriptionSetting",
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
RESOURCE_INDICATOR_SETTING = Kind(
    "auth0-third-party:index:ResourceIndicatorSetting",
    "tenant",
    (
        Owned(
            "profile",
            ("resource_parameter_profile",),
            constant="compatibility",
            absent="audience",
        ),
    ),
    settings_target,
)
ERROR_PAGE_SETTING = Kind(
    "auth0-third-party:index:ErrorPageSetting",
    "tenant",
    (Owned("page", ("error_page",)),),
    settings_target,
)
ORGANIZATION_ACCESS = Kind(
    "auth0-third-party:index:OrganizationAccess",
    "organization",
    (Owned("access", ("third_party_client_access",), constant="allow", absent="block"),),
    organization_target,
    key="organization",
    prefix="org_",
    facts=("organizationId", "name"),
    once="declare it once: one ThirdPartyOrganization with all connections",
    uses=signs_users_in,
)
LOGIN_PAGE_SETTING = Kind(
    "auth0-third-party:index:LoginPageSetting",
    "login page",
    (
        Owned("enabled", ("custom_login_page_on",), constant=True, absent=False),
        Owned("html", ("custom_login_page",), absent=""),
    ),
    global_client_target,
)
KINDS = (
    CONNECTION_PROMOTION,
    REGISTRATION_SETTING,
    METADATA_DOCUMENT_SETTING,
    SCOPE_DESCRIPTION_SETTING,
    RESOURCE_INDICATOR_SETTING,
    ERROR_PAGE_SETTING,
    ORGANIZATION_ACCESS,
    LOGIN_PAGE_SETTING,
)


def resources() -> tuple[Resource, ...]:
    """One of each kind, for one tenant."""
    locks = Locks()
    writers: tuple[OwnedFields | OrganizationLink, ...] = (
        *(OwnedFields(kind, locks) for kind in KINDS),
        *(OrganizationLink(kind) for kind in LINKS),
    )
    return (*writers, Remembered(writers, Journal.from_environment()))
