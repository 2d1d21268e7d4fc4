"""Which resource types the stand-in offers."""

from .errors import PluginError
from .resource import Resource
from .resources.client import CLIENT
from .resources.client_credentials import CLIENT_CREDENTIALS
from .resources.client_grant import CLIENT_GRANT
from .resources.connection import CONNECTION
from .resources.connection_clients import CONNECTION_CLIENT, CONNECTION_CLIENTS
from .resources.resource_server import RESOURCE_SERVER
from .resources.resource_server_scopes import RESOURCE_SERVER_SCOPE, RESOURCE_SERVER_SCOPES

RESOURCES = (
    CLIENT,
    CLIENT_CREDENTIALS,
    CLIENT_GRANT,
    CONNECTION,
    CONNECTION_CLIENT,
    CONNECTION_CLIENTS,
    RESOURCE_SERVER,
    RESOURCE_SERVER_SCOPE,
    RESOURCE_SERVER_SCOPES,
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
