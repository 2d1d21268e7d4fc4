"""Auth0's own rules for third-party applications: plain values in, violations out.

Each rule carries its id; the vendor's pages are
https://auth0.com/docs/get-started/applications/third-party-applications (security controls,
configuration, user consent) and the Management API reference of /clients and /client-grants.
"""

from catalog.rules.addresses import (
    LOOPBACK_HOSTS,
    check_origins,
    check_redirect_uris,
)
from catalog.rules.application import (
    APP_TYPES,
    AUTH_METHODS,
    GRANT_TYPES,
    PUBLIC_APP_TYPES,
    check_auth_method,
    check_grant_types,
    check_metadata,
    check_redirection_policy,
    default_auth_method,
    default_grant_types,
)
from catalog.rules.grants import (
    SUBJECT_TYPES,
    check_audience,
    check_scopes,
    check_subject_type,
    check_unique,
)
from catalog.rules.violation import (
    Violation,
)

__all__ = [
    "APP_TYPES",
    "AUTH_METHODS",
    "GRANT_TYPES",
    "LOOPBACK_HOSTS",
    "PUBLIC_APP_TYPES",
    "SUBJECT_TYPES",
    "Violation",
    "check_audience",
    "check_auth_method",
    "check_grant_types",
    "check_metadata",
    "check_origins",
    "check_redirect_uris",
    "check_redirection_policy",
    "check_scopes",
    "check_subject_type",
    "check_unique",
    "default_auth_method",
    "default_grant_types",
]
