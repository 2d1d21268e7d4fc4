"""A live client as the content of a file, and what of it no file can express.

Only what differs from a default is stated. Whether a file says what the tenant has is checked
afterwards: it is loaded like any other file, and compared with the live client.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party import rules
from auth0_third_party.management import ManagementClient
from auth0_third_party.model.application import RefreshToken
from auth0_third_party.model.client import METADATA
from auth0_third_party.model.names import THIRD_PARTY_CLIENTS
from auth0_third_party.rules import field_name
from tpa.adopt.candidates import Adoption, client_label
from tpa.comparison.facts import EVERY_SCOPE
from tpa.drift.grant_entries import dated_reason, grant_entry
from tpa.tenant.objects import Client, Grant
from tpa.tenant.view import EnvironmentView

LIMIT_ACTIONS = ("block", "log")
"""What a file can ask for beyond a rate limit."""
LIMIT_MAXIMUM = 10_000
"""The largest rate limit that a file can state, in requests."""
PER_ENVIRONMENT = ("callbacks", "allowed_origins", "web_origins")
OPTIONAL = ("description", "logo_uri")
UNMANAGED_PROPERTIES = (
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
"""Properties of a client in the API's reference that no file can state."""
UNSET: tuple[object, ...] = (None, False, "", 0, [], {}, "deny", "no_prompt", "none")
"""Values that mean the same as none."""
UnmanagedProperties = Mapping[str, tuple[str, ...]]
"""Client id -> names of such properties that it has; never a value, which may be a secret."""


def application_content(
    client: Client,
    owner: Mapping[str, str],
    grants: list[dict[str, Any]],
    connections: list[str],
    limit: Mapping[str, Any],
) -> dict[str, Any]:
    """The content of an application's file, in the order in which people write it."""
    live = {field_name(path): value for path, value in client.values.items()}
    content: dict[str, Any] = {"name": live["name"], "owner": dict(owner)}
    content |= {name: live[name] for name in OPTIONAL if live[name]}
    content["app_type"] = live["app_type"]
    if client.mode == "permissive":
        content["security_mode"] = "permissive"
    content |= _authentication(live)
    content |= dict(_grant_types(live, grants))
    content |= dict(_tokens(client, live))
    if live.get("redirection_policy") == "allow_always":
        content["redirection_policy"] = "allow_always"
        content["redirection_policy_reason"] = dated_reason("found live")
    metadata = {path[-1]: v for path, v in client.values.items() if path[0] == METADATA}
    if metadata:
        content["client_metadata"] = metadata
    if limit:
        content["rate_limit"] = dict(limit)
    if grants:
        content["grants"] = grants
    if connections and live["app_type"] != "non_interactive":
        content["connections"] = connections
    return content


def agent_content(
    client: Client,
    owner: Mapping[str, str],
    grants: list[dict[str, Any]],
    connections: list[str],
) -> dict[str, Any]:
    """The content of an agent's file."""
    content: dict[str, Any] = {"document": client.document, "owner": dict(owner)}
    lists = {"grants": grants, "connections": connections}
    return {**content, **{name: items for name, items in lists.items() if items}}


def environment_content(client: Client) -> dict[str, list[str]] | None:
    """What the environment's file says of it: addresses differ between environments."""
    found = {name: client.values.get((name,)) for name in PER_ENVIRONMENT}
    return {n: list(v) for n, v in found.items() if isinstance(v, tuple) and v} or None


def rate_limit_content(view: EnvironmentView, client: Client) -> Mapping[str, Any]:
    """Its own rate limit; empty without one, or where no file can state it."""
    policies = view.snapshot.rate_limits if view.snapshot else {}
    live = policies.get(f"client_id:{client.id}")
    if live is None or live.action not in LIMIT_ACTIONS or not 0 <= live.limit <= LIMIT_MAXIMUM:
        return {}
    return {"action": live.action, "limit": live.limit}


def grant_content(api: str, grant: Grant, organizations: list[str]) -> dict[str, Any]:
    """A live grant as an item of `grants` or `default_permissions`; `api` is the API's key."""
    entry = grant_entry(api, grant.subject_type, EVERY_SCOPE if grant.all_scopes else grant.scopes)
    if grant.details:
        entry["authorization_details_types"] = list(grant.details)
    if organizations:
        entry["organizations"] = organizations
    return entry


def _authentication(live: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    method = live["token_endpoint_auth_method"]
    if method != rules.default_auth_method(str(live["app_type"])):
        found["token_endpoint_auth_method"] = method
    if live["require_proof_of_possession"]:
        found["require_proof_of_possession"] = True
    return found


def _grant_types(
    live: Mapping[str, Any], grants: list[dict[str, Any]]
) -> Iterator[tuple[str, Any]]:
    """Refresh tokens are stated where they are used, or where their settings are no defaults."""
    flows = live.get("grant_types", ())
    block = _refresh_token(live)
    stated = bool(block) or "refresh_token" in flows
    subjects = [str(grant["subject_type"]) for grant in grants]
    if flows != rules.default_grant_types(str(live["app_type"]), subjects, refresh_tokens=stated):
        yield "grant_types", list(flows)
    if stated:
        yield "refresh_token", block


def _refresh_token(live: Mapping[str, Any]) -> Mapping[str, Any]:
    method = str(live["token_endpoint_auth_method"])
    defaults = RefreshToken().model_dump() | {"rotation_type": rules.default_rotation(method)}
    found = {name: live.get(f"refresh_token.{name}") for name in defaults}
    return {name: v for name, v in found.items() if v is not None and v != defaults[name]}


def _tokens(client: Client, live: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if live.get("access_token_lifetime") not in (None, 3600):
        yield "access_token_lifetime", live["access_token_lifetime"]
    algorithm = live.get("signing_algorithm", "default" if client.mode == "permissive" else "RS256")
    if algorithm != "RS256":
        yield "signing_algorithm", algorithm


def read_unmanaged(client: ManagementClient) -> UnmanagedProperties:
    """Which clients have properties that no file can state; one paged list.

    Raises:
        ManagementError: the tenant can't be read.
    """
    fields = ",".join(("client_id", *UNMANAGED_PROPERTIES))
    listed = client.pages("/clients", "clients", {"fields": fields, "include_fields": "true"})
    return {
        str(item.get("client_id")): tuple(
            name for name in UNMANAGED_PROPERTIES if item.get(name) not in UNSET
        )
        for item in listed
    }


def unmanaged(
    view: EnvironmentView, adoption: Adoption, properties: UnmanagedProperties
) -> Iterator[tuple[str, str]]:
    """Label of an adopted object -> what of it no file states and no update writes.

    It is listed once, when the object is adopted, since the file does not show it.
    """
    limits = view.snapshot.rate_limits if view.snapshot else {}
    for each in adoption.candidates:
        names = list(properties.get(each.client.id, ()))
        if f"client_id:{each.client.id}" in limits and not rate_limit_content(view, each.client):
            names.append("a rate limit that no file can express")
        if names:
            yield client_label(each.client), ", ".join(names)
    if THIRD_PARTY_CLIENTS in limits and view.catalog.tenant.rate_limit is None:
        yield "the rate limit of all third parties", "add it to stacks/tenant.yaml by hand"
    if "rate limits" in view.unknown_reasons:
        yield "rate limits", f"unknown: {view.unknown_reasons['rate limits']}"
    named = {*view.catalog.connections, *adoption.connections.values()}
    signs_in = any(each.signs_users_in for each in adoption.candidates)
    for name in view.promoted_connections:
        known = name in view.catalog.environment.connections.values()
        if known and name not in named and not signs_in:
            yield f"promoted connection {name}", "no application of this environment names it"
