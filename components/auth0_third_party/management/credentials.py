"""How we sign in to a tenant: the environment first, as the official plugin does."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from auth0_third_party.management.errors import NoCredentials, NoDomain, one_line

_NAMES = ("client_id", "client_secret", "api_token")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")


@dataclass(frozen=True)
class Credentials:
    """A tenant domain (`host` or `host:port`) with a client's secret or a ready token."""

    domain: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_token: str = field(default="", repr=False)
    audience: str = ""
    from_fallback: bool = False
    """Whether the environment had none and a fallback, such as the stack's config, was used."""

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

        The first source that is complete counts, alone: an id of one and a secret of the other
        belong to no application. `domain` has precedence over AUTH0_DOMAIN.

        Raises:
            NoDomain: the domain is missing or is none.
            NoCredentials: neither source is complete.
        """
        env = os.environ if environment is None else environment
        where = domain or env.get("AUTH0_DOMAIN", "")
        if not where:
            raise NoDomain("no tenant domain is set")
        if not _DOMAIN.fullmatch(where):
            raise NoDomain(f"'{one_line(where)}' is not a tenant domain")
        audience = env.get("AUTH0_AUDIENCE", "")
        own = {name: env.get(f"AUTH0_{name.upper()}", "") for name in _NAMES}
        for source in (own, fallback or {}):
            known = {name: source.get(name, "") for name in _NAMES}
            if known["api_token"] or (known["client_id"] and known["client_secret"]):
                return cls(where, **known, audience=audience, from_fallback=source is not own)
        raise NoCredentials(f"no credentials for {where}")
