"""What of adopted applications stays in the tenant alone: no file says it, and no update writes it.

Told once, when an application gets its file, so that nobody takes the file for all there is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient
from tpa.adopt.candidates import Adoption, called
from tpa.adopt.definitions import limit_of
from tpa.tenant.view import EnvironmentView

UNMANAGED = (
    *("addons", "allowed_clients", "allowed_logout_urls", "async_approval_notification_channels"),
    *("client_aliases", "compliance_level", "cross_origin_authentication", "cross_origin_loc"),
    *("custom_login_page", "default_organization", "express_configuration", "fedcm_login"),
    *("form_template", "initiate_login_uri", "is_token_endpoint_ip_header_trusted", "mobile"),
    *("my_organization_configuration", "native_social_login", "oidc_backchannel_logout"),
    *("oidc_logout", "organization_discovery_methods", "organization_require_behavior"),
    *("organization_usage", "par_request_expiry", "require_pushed_authorization_requests"),
    *("session_transfer", "skip_non_verifiable_callback_uri_confirmation_prompt"),
    *("token_exchange", "token_quota"),
)
"""Properties of a client in the API's reference that no file of ours has words for."""
NOTHING: tuple[object, ...] = (None, False, "", 0, [], {}, "deny", "no_prompt", "none")
"""Values that say as much as none."""

Unmanaged = Mapping[str, tuple[str, ...]]
"""Client id -> names of such properties that it has; never a value, which may be a secret."""


def read_unmanaged(client: ManagementClient) -> Unmanaged:
    """One paged list.

    Raises:
        ManagementError: the tenant can't be looked at.
    """
    asked = {"fields": ",".join(("client_id", *UNMANAGED)), "include_fields": "true"}
    listed = client.pages("/clients", "clients", asked)
    return {str(item.get("client_id")): tuple(_names(item)) for item in listed}


def beside(
    view: EnvironmentView, made: Adoption, unmanaged: Unmanaged
) -> Iterator[tuple[str, str]]:
    """A thing, and what of it stays in the tenant."""
    limits = view.snapshot.rate_limits if view.snapshot else {}
    for each in made.candidates:
        names = list(unmanaged.get(each.client.id, ()))
        if f"client_id:{each.client.id}" in limits and not limit_of(view, each.client):
            names.append("a rate limit that no file can say")
        if names:
            yield called(each.client), ", ".join(names)
    if "third_party_clients" in limits and view.catalog.tenant.rate_limit is None:
        yield "the rate limit of all third parties", "stacks/tenant.yaml is its place, by hand"
    if "rate limits" in view.unknown_reasons:
        yield "rate limits", f"unknown: {view.unknown_reasons['rate limits']}"
    named = {*view.catalog.connections, *made.connections.values()}
    signs_in = any(each.signs_users_in for each in made.candidates)
    for name in view.promoted_connections:
        known = name in view.catalog.environment.connections.values()
        if known and name not in named and not signs_in:
            yield f"open connection {name}", "no application that is live here names it"


def _names(item: Mapping[str, Any]) -> Iterator[str]:
    return (name for name in UNMANAGED if item.get(name) not in NOTHING)
