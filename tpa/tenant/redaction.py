"""Redaction: values of a client's metadata that look like secrets are never written or shown.

Auth0 stores metadata in clear and warns against secrets in it; some tenants have them there anyway.
"""

import re

from auth0_third_party.model.client import METADATA
from auth0_third_party.rules.violation import Path

NAMES = re.compile(r"secret|passw|token|credential|(api|private|access).?key", re.IGNORECASE)
"""Names of metadata that suggest a secret."""
SHORTEST = 8
"""Characters; a shorter value, or one with spaces, is not taken for a secret."""
REDACTED = "(looks like a secret)"


def looks_secret(path: Path, value: object) -> bool:
    """Whether a value must be redacted; `path` ends in that of a field of an application."""
    if METADATA not in path[:-1] or not isinstance(value, str):
        return False
    return bool(NAMES.search(str(path[-1]))) and len(value) >= SHORTEST and " " not in value
