"""Auth0's own rules for third-party applications: plain values in, violations out.

Each rule carries its id; the vendor's pages are
https://auth0.com/docs/get-started/applications/third-party-applications (security controls,
configuration, user consent) and the Management API reference of /clients and /client-grants.
"""

from auth0_third_party.rules.addresses import (
    NO_CALLBACKS,
    check_callbacks,
    check_origins,
    check_redirect_uris,
    has_no_port,
    is_loopback_address,
    web_address_fault,
)
from auth0_third_party.rules.agents import AGENT_FLOWS, check_document, check_document_url
from auth0_third_party.rules.application import (
    GRANT_TYPES,
    check_auth_method,
    check_grant_types,
    check_metadata,
    check_permissive,
    check_redirection_policy,
    check_tokens,
    default_auth_method,
    default_grant_types,
    default_rotation,
)
from auth0_third_party.rules.grants import (
    SUBJECT_TYPES,
    check_all_scopes,
    check_audience,
    check_details,
    check_grant_organizations,
    check_repeated,
    check_scopes,
    check_subject_type,
    check_unique,
    required_grant_type,
)
from auth0_third_party.rules.keys import check_keys
from auth0_third_party.rules.needs import (
    check_authorize_parameters,
    check_baseline,
    check_client_id_length,
    check_oidc_scopes,
    check_response_types,
    check_reuse,
    check_unavailable,
    serves_registered,
)
from auth0_third_party.rules.texts import (
    STRAIGHT,
    hidden_character,
    holds_secret,
    in_curly_quotes,
    is_visible,
    names_secret,
)
from auth0_third_party.rules.violation import Path, Violation, field_name

__all__ = [
    "AGENT_FLOWS",
    "GRANT_TYPES",
    "NO_CALLBACKS",
    "STRAIGHT",
    "SUBJECT_TYPES",
    "Path",
    "Violation",
    "check_all_scopes",
    "check_audience",
    "check_auth_method",
    "check_authorize_parameters",
    "check_baseline",
    "check_callbacks",
    "check_client_id_length",
    "check_details",
    "check_document",
    "check_document_url",
    "check_grant_organizations",
    "check_grant_types",
    "check_keys",
    "check_metadata",
    "check_oidc_scopes",
    "check_origins",
    "check_permissive",
    "check_redirect_uris",
    "check_redirection_policy",
    "check_repeated",
    "check_response_types",
    "check_reuse",
    "check_scopes",
    "check_subject_type",
    "check_tokens",
    "check_unavailable",
    "check_unique",
    "default_auth_method",
    "default_grant_types",
    "default_rotation",
    "field_name",
    "has_no_port",
    "hidden_character",
    "holds_secret",
    "in_curly_quotes",
    "is_loopback_address",
    "is_visible",
    "names_secret",
    "required_grant_type",
    "serves_registered",
    "web_address_fault",
]
