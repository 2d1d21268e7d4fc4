"""Our client of the Auth0 Management API: one home for tokens, paging, pace and errors."""

from auth0_third_party.management.client import ManagementClient
from auth0_third_party.management.credentials import Credentials
from auth0_third_party.management.errors import (
    AccessDenied,
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
from auth0_third_party.management.transport import OnWait

__all__ = [
    "AccessDenied",
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
]
