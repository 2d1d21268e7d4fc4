from .addresses import (
    NO_CALLBACKS as NO_CALLBACKS,
    check_callbacks as check_callbacks,
    check_origins as check_origins,
    check_redirect_uris as check_redirect_uris,
    has_no_port as has_no_port,
    is_loopback_address as is_loopback_address,
    web_address_fault as web_address_fault,
)
from .agents import (
    AGENT_FLOWS as AGENT_FLOWS,
    check_document as check_document,
    check_document_url as check_document_url,
)
from .application import (
    GRANT_TYPES as GRANT_TYPES,
    check_auth_method as check_auth_method,
    check_grant_types as check_grant_types,
    check_metadata as check_metadata,
    check_permissive as check_permissive,
    check_redirection_policy as check_redirection_policy,
    check_tokens as check_tokens,
    default_auth_method as default_auth_method,
    default_grant_types as default_grant_types,
    default_rotation as default_rotation,
)
from .grants import (
    SUBJECT_TYPES as SUBJECT_TYPES,
    check_all_scopes as check_all_scopes,
    check_audience as check_audience,
    check_baseline as check_baseline,
    check_details as check_details,
    check_grant_organizations as check_grant_organizations,
    check_oidc_scopes as check_oidc_scopes,
    check_repeated as check_repeated,
    check_scopes as check_scopes,
    check_subject_type as check_subject_type,
    check_unique as check_unique,
    required_grant_type as required_grant_type,
    serves_registered as serves_registered,
)
from .keys import check_keys as check_keys
from .needs import check_needs as check_needs
from .texts import (
    STRAIGHT as STRAIGHT,
    hidden_character as hidden_character,
    holds_secret as holds_secret,
    in_curly_quotes as in_curly_quotes,
    is_visible as is_visible,
    names_secret as names_secret,
)
from .violation import Path as Path, Violation as Violation, field_name as field_name
