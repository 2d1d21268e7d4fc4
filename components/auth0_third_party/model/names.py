"""The logical names of resources, and the ownership tags of applications.

Names are made from identity, never from a list position: a resource under another name is a new one
to the engine, and removing the old one deletes what is live.
"""

import re

from auth0_third_party.model.permissions import ClientGrant, DefaultPermission

TAG_APPLICATION = "tpa_application"
TAG_STACK = "tpa_stack"
TAG_OWNER = "tpa_owner"
OWNERSHIP_TAGS = (TAG_APPLICATION, TAG_STACK, TAG_OWNER)


CONNECTIONS = "connections"
DEFAULTS = "default-permissions"
THIRD_PARTY_RATE_LIMIT = "third-party-rate-limit"
REGISTRATION = "dynamic-registration"
ERROR_PAGE = "error-page"
SCOPE_DESCRIPTIONS = "scope-descriptions"
RESOURCE_INDICATORS = "resource-indicators"
METADATA_DOCUMENTS = "metadata-documents"
THIRD_PARTY_CLIENTS = "third_party_clients"
"""What the API calls all third-party clients together: in default permissions and rate limits."""


def rate_limit_consumer(client_id: str) -> str:
    """What the API calls a single client in rate limits."""
    return f"client_id:{client_id}"


def client_name(application: str) -> str:
    """The client of an application or an agent, by its key."""
    return f"{application}-client"


def application_key(client: str) -> str:
    """The key that `client_name` made the name of a client from."""
    return client.removesuffix("-client")


def credentials_name(application: str) -> str:
    """How an application authenticates, by its key."""
    return f"{application}-credentials"


def grants_name(application: str) -> str:
    """What the names of an application's grants begin with."""
    return f"{application}-grant"


def permission_name(parent: str, api: str, subject_type: str) -> str:
    """A grant below `parent`, by the API's key."""
    return f"{parent}-{api}-{subject_type}"


def grant_key(grant: ClientGrant | DefaultPermission) -> str:
    """What tells one grant of a client from its others: `<api>-<subject type>`."""
    return f"{grant.api or slug(grant.audience)}-{grant.subject_type}"


def connections_name(application: str) -> str:
    """The promoted connections of one application, by its key."""
    return f"{application}-connections"


def promotion_name(parent: str, connection: str) -> str:
    """The promotion of a connection, by its key."""
    return f"{parent}-promotion-{slug(connection)}"


def grant_name(parent: str, grant: ClientGrant | DefaultPermission) -> str:
    """The same of a permission; without an API key the name is made of the audience."""
    return f"{parent}-{grant_key(grant)}"


def organization_grant_name(grant: str, organization: str) -> str:
    """A grant's use in one organization, by what the tenant calls that."""
    return f"{grant}-{slug(organization)}"


def organization_name(organization: str) -> str:
    """The component of an organization that admits third parties, by its key."""
    return f"organization-{organization}"


def organization_access_name(parent: str) -> str:
    """Its switch."""
    return f"{parent}-access"


def organization_link_name(parent: str, connection: str) -> str:
    """A connection of it, by what the tenant calls it."""
    return f"{parent}-{slug(connection)}"


def setting_name(parent: str) -> str:
    """The setting that a component writes."""
    return f"{parent}-setting"


def remembered_name(resource: str) -> str:
    """What was there before a resource wrote, by the resource's name or URN."""
    return f"{resource}-before"


def slug(text: str) -> str:
    """The text in the letters that resource names have."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def rate_limit_name(application: str) -> str:
    """The rate limit of one application, by its key; "": of all third parties."""
    return f"{application}-rate-limit" if application else f"{THIRD_PARTY_RATE_LIMIT}-policy"
