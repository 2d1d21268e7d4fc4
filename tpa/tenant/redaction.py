"""Redaction: values of a client's metadata that look like secrets are never written or shown.

Auth0 stores metadata in clear and warns against secrets in it; some tenants have them there anyway.
"""

from auth0_third_party.model.client import METADATA
from auth0_third_party.rules import Path, holds_secret, names_secret

REDACTED = "(looks like a secret)"


def looks_secret(path: Path, value: object) -> bool:
    """Whether a value must be redacted; `path` ends in that of a field of an application."""
    if METADATA not in path[:-1] or not isinstance(value, str):
        return False
    return names_secret(str(path[-1])) or holds_secret(value)
