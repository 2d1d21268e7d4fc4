"""The provider's configuration: the tenant's domain and the credentials."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import PluginError, Refused
from .values import Props

_HOST_AND_PORT = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.\-]+)(:\d{1,5})?")


def is_loopback(domain: str) -> bool:
    """True for `localhost`, 127.0.0.0/8 and ::1, each with or without a port."""
    match = _HOST_AND_PORT.fullmatch(domain)
    if match is None:
        return False
    host = match["host"].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_visible(text: str) -> bool:
    """Whether it is printable ASCII without blanks, as credentials are (RFC 6749, appendix A)."""
    return text.isascii() and text.isprintable() and " " not in text


@dataclass(frozen=True)
class Settings:
    """Provider configuration; what the provider resource leaves out comes from the environment."""

    domain: str
    api_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    audience: str = ""

    @property
    def token_audience(self) -> str:
        return self.audience or f"https://{self.domain}/api/v2/"


_VARIABLES = {
    "domain": "AUTH0_DOMAIN",
    "apiToken": "AUTH0_API_TOKEN",
    "clientId": "AUTH0_CLIENT_ID",
    "clientSecret": "AUTH0_CLIENT_SECRET",
    "audience": "AUTH0_AUDIENCE",
}


def settings_from(config: Props, environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the provider's configuration.

    Raises:
        Refused: the domain is not loopback; checked first
        PluginError: something is missing
    """
    env = os.environ if environment is None else environment
    found = {name: str(config.get(name) or env.get(at, "")) for name, at in _VARIABLES.items()}
    domain, api_token, client_id, client_secret, audience = found.values()
    if domain and not is_loopback(domain):
        raise Refused(
            f"the stand-in auth0 plugin works on loopback tenants only and refuses '{domain}': "
            "manage real tenants with the official plugin "
            "(pulumi plugin install resource auth0 3.55.1)"
        )
    for name, variable in _VARIABLES.items():
        if not is_visible(found[name]):
            raise PluginError(
                f"{variable} has a blank, a line end or a character beyond ASCII in it"
            )
    settings = Settings(domain, api_token, client_id, client_secret, audience)
    _check_complete(settings)
    return settings


def _check_complete(settings: Settings) -> None:
    if not settings.domain:
        given = None
        if settings.api_token:
            given = "'AUTH0_API_TOKEN'"
        elif settings.client_id and settings.client_secret:
            given = "'AUTH0_CLIENT_ID' and 'AUTH0_CLIENT_SECRET'"
        if given:
            raise PluginError(
                "Missing required configuration: The 'AUTH0_DOMAIN' must be specified along "
                f"with {given}."
            )
    elif settings.api_token or (settings.client_id and settings.client_secret):
        return
    raise PluginError(
        "Missing environment variables: Either AUTH0_API_TOKEN or AUTH0_CLIENT_ID and "
        "AUTH0_CLIENT_SECRET must be configured, with AUTH0_DOMAIN."
    )
