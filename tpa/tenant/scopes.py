"""The Management API scopes that an environment needs, and no more: to read, and to update.

They are the scopes of the operations that the components' resources and this tool make, by the
API's reference: https://auth0.com/docs/api/management/v2
"""

from collections.abc import Iterator

from tpa.files.catalog import Catalog
from tpa.files.definitions import TenantDefinition

ALWAYS = (
    "read:clients",
    "create:clients",
    "update:clients",
    "delete:clients",
    "read:client_keys",
    "update:client_keys",
    "read:client_grants",
    "create:client_grants",
    "update:client_grants",
    "delete:client_grants",
    "read:connections",
    "update:connections",
    "read:resource_servers",
)
"""What every update needs."""
READING = (
    "read:clients",
    "read:client_grants",
    "read:connections",
    "read:resource_servers",
    "read:tenant_settings",
    "read:prompts",
    "read:rules",
    "read:hooks",
    "read:email_templates",
    "read:organizations",
)
"""What every command needs that reads a tenant: access, drift, report, preflight. None writes."""
LOG = "read:logs"
"""Who changed what, and when tokens were issued: everything works without it."""
SETTINGS = ("read:tenant_settings", "update:tenant_settings")
LIMITS = tuple(f"{verb}:rate_limit_policies" for verb in ("read", "create", "update", "delete"))
CREDENTIALS = ("read:client_credentials",)
"""Removing the credentials of a confidential application lists its keys first."""
KEYS = tuple(f"{verb}:client_credentials" for verb in ("create", "update", "delete"))
ORGANIZATIONS = ("read:organizations", "update:organizations")
MEMBERS = tuple(f"{verb}:organization_connections" for verb in ("read", "create", "delete"))
CLIENT_GRANTS = tuple(f"{verb}:organization_client_grants" for verb in ("read", "create", "delete"))


def update_scopes(catalog: Catalog) -> tuple[str, ...]:
    """What an update of the environment needs for its own reads and writes."""
    return tuple(dict.fromkeys((*ALWAYS, *_by_feature(catalog))))


def reading_scopes(catalog: Catalog) -> tuple[str, ...]:
    """What is enough to read the environment's tenant."""
    more = [scope for scope in _by_feature(catalog) if scope.startswith("read:")]
    # Everything that is linked to a declared organization is compared, whoever linked it.
    links = (MEMBERS[0], CLIENT_GRANTS[0]) if catalog.environment.organizations else ()
    return tuple(dict.fromkeys((*READING, *more, *links)))


def _by_feature(catalog: Catalog) -> Iterator[str]:
    tenant, applications = catalog.tenant, catalog.applications.values()
    if tenant.model_copy(update={"rate_limit": None}) != TenantDefinition() or catalog.agents:
        yield from SETTINGS
    if tenant.rate_limit or any(application.rate_limit for application in applications):
        yield from LIMITS
    if any(not application.public for application in applications):
        yield from CREDENTIALS
    if any(application.keys for application in applications):
        yield from KEYS
    organizations = catalog.environment.organizations.values()
    if organizations:
        yield from ORGANIZATIONS
    if any(organization.connections for organization in organizations):
        yield from MEMBERS
    grants = (grant for _, _, grant in catalog.stated_grants())
    if any(getattr(grant, "organizations", ()) for grant in grants):
        yield from CLIENT_GRANTS
