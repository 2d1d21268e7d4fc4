"""Which resource types the stand-in offers."""

from .errors import PluginError
from .resource import Resource
from .resources.branding import BRANDING, BRANDING_THEME
from .resources.client import CLIENT
from .resources.client_cimd import CLIENT_CIMD
from .resources.client_credentials import CLIENT_CREDENTIALS
from .resources.client_grant import CLIENT_GRANT
from .resources.connection import CONNECTION
from .resources.connection_clients import CONNECTION_CLIENT, CONNECTION_CLIENTS
from .resources.email_template import EMAIL_TEMPLATE
from .resources.organization import ORGANIZATION, ORGANIZATION_CLIENT_GRANT
from .resources.organization_connection import ORGANIZATION_CONNECTION, ORGANIZATION_CONNECTIONS
from .resources.pages import PAGES
from .resources.rate_limit_policy import RATE_LIMIT_POLICY
from .resources.resource_server import RESOURCE_SERVER
from .resources.resource_server_scopes import RESOURCE_SERVER_SCOPE, RESOURCE_SERVER_SCOPES
from .resources.singletons import PROMPT, TENANT

RESOURCES = (
    BRANDING,
    BRANDING_THEME,
    CLIENT,
    CLIENT_CIMD,
    CLIENT_CREDENTIALS,
    CLIENT_GRANT,
    CONNECTION,
    CONNECTION_CLIENT,
    CONNECTION_CLIENTS,
    EMAIL_TEMPLATE,
    ORGANIZATION,
    ORGANIZATION_CLIENT_GRANT,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_CONNECTIONS,
    PAGES,
    PROMPT,
    RATE_LIMIT_POLICY,
    RESOURCE_SERVER,
    RESOURCE_SERVER_SCOPE,
    RESOURCE_SERVER_SCOPES,
    TENANT,
)
_OFFERED = {each.token: each for each in RESOURCES}


def resource_of(token: str) -> Resource:
    """The resource of an engine type token.

    Raises:
        PluginError: the stand-in does not have it
    """
    try:
        return _OFFERED[token]
    except KeyError:
        raise PluginError(
            f"the resource type '{token}' is not offered by the stand-in auth0 plugin: "
            "use the official plugin for it"
        ) from None
