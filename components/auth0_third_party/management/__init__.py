"""Our client of the Auth0 Management API: one home for tokens, paging, pace and errors."""

from auth0_third_party.management.client import ManagementClient
from auth0_third_party.management.credentials import Credentials
from auth0_third_party.management.errors import (
    AccessDenied,
    BadCredentials,
    ManagementError,
    MissingScope,
    NoCredentials,
    NoDomain,
    NotFound,
    Refused,
    Unavailable,
    Unreachable,
    UnusableAnswer,
)
from auth0_third_party.management.known_secrets import redacted, remember
from auth0_third_party.management.transport import OnWait

__all__ = [
    "AccessDenied",
    "BadCredentials",
    "Credentials",
    "ManagementClient",
    "ManagementError",
    "MissingScope",
    "NoCredentials",
    "NoDomain",
    "NotFound",
    "OnWait",
    "Refused",
    "Unavailable",
    "Unreachable",
    "UnusableAnswer",
    "redacted",
    "remember",
]
