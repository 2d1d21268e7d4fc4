"""Texts of a client's metadata that look like secrets: they go into no file and on no screen.

Auth0 keeps such metadata in clear and warns of secrets in it; people put them there all the same.
"""

import re

from tpa.tenant.facets import METADATA

NAMES = re.compile(r"secret|passw|token|credential|(api|private|access).?key", re.IGNORECASE)
"""Names of texts that hold what nobody else may know."""
SHORTEST = 8
"""A text that is shorter, or has spaces, is no secret."""
HIDDEN = "(looks like a secret)"


def looks_secret(facet: str, value: object) -> bool:
    """Whether a facet, by its name `client_metadata.…`, is better not shown to anybody."""
    if not facet.startswith(METADATA) or not isinstance(value, str):
        return False
    return bool(NAMES.search(facet)) and len(value) >= SHORTEST and " " not in value
