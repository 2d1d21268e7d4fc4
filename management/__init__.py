"""Our client of the Auth0 Management API: one home for tokens, paging, pace and errors."""

from management.client import ManagementClient
from management.credentials import Credentials
from management.errors import (
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
from management.transport import OnWait

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
