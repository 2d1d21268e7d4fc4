"""How we sign in to a tenant: the environment first, as the official plugin does."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from management.errors import NoCredentials


@dataclass(frozen=True)
class Credentials:
    """A tenant domain (`host` or `host:port`) with a client's secret or a ready token."""

    domain: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_token: str = field(default="", repr=False)
    audience: str = ""

    @property
    def management_audience(self) -> str:
        return self.audience or f"https://{self.domain}/api/v2/"

    @classmethod
    def find(
        cls,
        domain: str = "",
        fallback: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "Credentials":
        """From AUTH0_* variables, else from `fallback` (keys client_id, client_secret, api_token).

        Raises:
            NoCredentials: the domain is missing, or neither source is complete.
        """
        env = os.environ if environment is None else environment
        other = fallback or {}
        found = cls(
            domain=domain or env.get("AUTH0_DOMAIN", ""),
            client_id=env.get("AUTH0_CLIENT_ID", "") or other.get("client_id", ""),
            client_secret=env.get("AUTH0_CLIENT_SECRET", "") or other.get("client_secret", ""),
            api_token=env.get("AUTH0_API_TOKEN", "") or other.get("api_token", ""),
            audience=env.get("AUTH0_AUDIENCE", ""),
        )
        if not found.domain:
            raise NoCredentials("no tenant domain is set")
        if not found.api_token and not (found.client_id and found.client_secret):
            raise NoCredentials(f"no credentials for {found.domain}")
        return found
