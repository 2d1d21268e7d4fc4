"""What can go wrong on the way to a tenant.

ManagementError
├── NoCredentials     nothing to sign in with
│   ├── NoDomain      no tenant is named, or not by a domain
│   └── BadCredentials  they have characters that no credentials have
├── Unreachable       no answer: name, network, certificate, time-out
├── Unavailable       429 or 5xx, every time
├── AccessDenied      the tenant does not accept the credentials
├── MissingScope      the token may not do this
├── NotFound          the object is not there
├── Refused           any other answer of 4xx
└── UnusableAnswer    an answer that is not what the API promises

Each message is one line and carries no secret.
"""

import re

import httpx

from auth0_third_party.management.known_secrets import redacted
from auth0_third_party.management.limits import Excess, parsed

LONGEST = 400
"""Characters of what others say."""


class ManagementError(Exception):
    """Base of all; `fix` says what the user can do."""

    fix: str = "try again; if it stays, check the tenant's status page"

    def __str__(self) -> str:
        return redacted(super().__str__())


class NoCredentials(ManagementError):
    fix = "set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET (or AUTH0_API_TOKEN) in the environment"


class BadCredentials(NoCredentials):
    """They can't be what the tenant gave out; their text is never shown."""

    fix = "copy it again from the tenant, without quotes, blanks and line ends"


class NoDomain(NoCredentials):
    fix = "set AUTH0_DOMAIN to the tenant's domain alone, such as acme.eu.auth0.com"


class Unreachable(ManagementError):
    fix = "check the tenant domain, the network and any proxy"


class Unavailable(ManagementError):
    fix = "wait a minute and run again; if it stays, see the tenant's status page"


class AccessDenied(ManagementError):
    fix = (
        "check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET against the tenant's own application for us"
    )


class MissingScope(ManagementError):
    """`scopes`: any one of them would do."""

    def __init__(self, action: str, scopes: tuple[str, ...]) -> None:
        self.scopes = scopes
        wanted = " or ".join(scopes)
        super().__init__(f"{action}: the management token lacks the scope {wanted}")
        self.fix = f"grant {wanted} on the Management API to the application that signs in here"


class NotFound(ManagementError):
    fix = "check the name or id"


class Refused(ManagementError):
    fix = "read the tenant's message"


class UnusableAnswer(ManagementError):
    fix = "check that the domain is an Auth0 tenant and no proxy answers in its place"


_SCOPE = re.compile(r"[\w:.-]{1,80}")
_EXPECTED = re.compile(r"expected any of:\s*(.+)$")


def error_from(action: str, response: httpx.Response) -> ManagementError:
    """The error for an answer of 4xx or 5xx; `action` is like `PATCH /connections/con_1`."""
    body = _body(response)
    message = body.get("message") or body.get("error_description") or response.reason_phrase
    message = one_line(message)
    expected = _EXPECTED.search(message)
    if response.status_code == 403 and expected:
        scopes = tuple(filter(_SCOPE.fullmatch, map(str.strip, expected.group(1).split(","))))
        if scopes:
            return MissingScope(action, scopes)
    text = f"{action}: {response.status_code} {message}"
    if response.status_code == 401:
        return AccessDenied(text)
    if response.status_code == 404:
        return NotFound(text)
    passing = response.status_code == 429 or response.status_code >= 500
    return Unavailable(text) if passing else Refused(text)


def one_line(text: object) -> str:
    """What others say, fit for a message of ours: one line, of a sane length, without secrets."""
    line = redacted(" ".join(str(text).split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _body(response: httpx.Response) -> dict[str, object]:
    try:
        body = parsed(response.content)
    except (ValueError, Excess):
        return {}
    return body if isinstance(body, dict) else {}
