from .client import ManagementClient
from .credentials import Credentials
from .errors import (
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
from .known_secrets import redacted, remember
from .transport import OnWait

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
