from .client import ManagementClient as ManagementClient
from .credentials import Credentials as Credentials
from .errors import (
    AccessDenied as AccessDenied,
    BadCredentials as BadCredentials,
    ManagementError as ManagementError,
    MissingScope as MissingScope,
    NoCredentials as NoCredentials,
    NoDomain as NoDomain,
    NotFound as NotFound,
    Refused as Refused,
    Unavailable as Unavailable,
    Unreachable as Unreachable,
    UnusableAnswer as UnusableAnswer,
)
from .known_secrets import redacted as redacted, remember as remember
from .transport import OnWait as OnWait
