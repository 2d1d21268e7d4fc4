"""How we sign in to a tenant: the environment first, as the official plugin does."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from auth0_third_party.management.errors import BadCredentials, NoCredentials, NoDomain, one_line
from auth0_third_party.management.known_secrets import remember

_NAMES = ("client_id", "client_secret", "api_token")
_VISIBLE = re.compile(r"[!-~]*")
"""What credentials consist of: printable ASCII, no blanks (RFC 6749, appendix A)."""
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

    def __post_init__(self) -> None:
        remember(self.client_secret, self.api_token)

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
            BadCredentials: one has a character that no credentials have.
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
                remember(known["client_secret"], known["api_token"])
                _check({**known, "audience": audience}, "AUTH0_" if source is own else "auth0:")
                return cls(where, **known, audience=audience, from_fallback=source is not own)
        raise NoCredentials(f"no credentials for {where}")


def _check(known: Mapping[str, str], prefix: str) -> None:
    """HTTP libraries quote a header with a line break in it; such a value must not get there."""
    for name, value in known.items():
        at = _VISIBLE.match(value)
        if at and at.end() < len(value):
            odd, where = value[at.end()], f"{prefix}{name.upper() if prefix == 'AUTH0_' else name}"
            kind = "a blank or line end" if odd.isspace() else f"the character U+{ord(odd):04X}"
            raise BadCredentials(f"{where} has {kind} in it, which no credentials have")
