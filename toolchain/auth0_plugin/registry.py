"""Which resource types the stand-in offers."""

from .errors import PluginError
from .resource import Resource
from .resources.client import CLIENT
from .resources.client_credentials import CLIENT_CREDENTIALS
from .resources.client_grant import CLIENT_GRANT

_OFFERED = {each.token: each for each in (CLIENT, CLIENT_CREDENTIALS, CLIENT_GRANT)}


def resource_of(token: str) -> Resource:
    try:
        return _OFFERED[token]
    except KeyError:
        raise PluginError(
            f"the resource type '{token}' is not offered by the stand-in auth0 plugin: "
            "use the official plugin for it"
        ) from None
