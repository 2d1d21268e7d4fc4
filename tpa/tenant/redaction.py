"""Redaction: values of a client's metadata that look like secrets are never written or shown.

Auth0 stores metadata in clear and warns against secrets in it; some tenants have them there anyway.
"""

import re

from tpa.tenant.facets import METADATA

NAMES = re.compile(r"secret|passw|token|credential|(api|private|access).?key", re.IGNORECASE)
"""Names of metadata that suggest a secret."""
SHORTEST = 8
"""Characters; a shorter value, or one with spaces, is not taken for a secret."""
REDACTED = "(looks like a secret)"


def looks_secret(facet: str, value: object) -> bool:
    """Whether the value of a facet `client_metadata.…` must be redacted."""
    if not facet.startswith(METADATA) or not isinstance(value, str):
        return False
    return bool(NAMES.search(facet)) and len(value) >= SHORTEST and " " not in value
