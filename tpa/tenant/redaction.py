"""Redaction: values of a client's metadata that look like secrets are never written or shown.

Auth0 stores metadata in clear and warns against secrets in it; some tenants have them there anyway.
"""

from auth0_third_party.rules import holds_secret, names_secret
from tpa.tenant.facets import METADATA

REDACTED = "(looks like a secret)"


def looks_secret(facet: str, value: object) -> bool:
    """Whether the value of a facet `client_metadata.…` must be redacted."""
    if not facet.startswith(METADATA) or not isinstance(value, str):
        return False
    return names_secret(facet.removeprefix(METADATA)) or holds_secret(value)
