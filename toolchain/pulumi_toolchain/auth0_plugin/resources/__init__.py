"""The resource types, one or a few per module: a description and the order of its calls."""

from ..errors import PluginError
from ..resource import Resource
from .branding import BRANDING, BRANDING_THEME
from .client import CLIENT
from .client_cimd import CLIENT_CIMD
from .client_credentials import CLIENT_CREDENTIALS
from .client_grant import CLIENT_GRANT
from .connection import CONNECTION, CONNECTION_CLIENT, CONNECTION_CLIENTS
from .email_template import EMAIL_TEMPLATE
from .organization import (
    ORGANIZATION,
    ORGANIZATION_CLIENT_GRANT,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_CONNECTIONS,
)
from .pages import PAGES
from .rate_limit_policy import RATE_LIMIT_POLICY
from .resource_server import RESOURCE_SERVER, RESOURCE_SERVER_SCOPE, RESOURCE_SERVER_SCOPES
from .tenant_settings import PROMPT, TENANT

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
