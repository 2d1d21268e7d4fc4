"""A live client as the content of a file, and what of it no file can express.

Only what differs from a default is stated. Whether a file says what the tenant has is checked
afterwards: it is loaded like any other file, and compared with the live client.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from auth0_third_party.management import ManagementClient
from auth0_third_party.model.application import Application, RateLimit
from auth0_third_party.model.client import Values, declared_values, requested_properties
from auth0_third_party.model.names import THIRD_PARTY_CLIENTS, rate_limit_consumer
from tpa.adopt.candidates import Adoption, client_label
from tpa.comparison.facts import EVERY_SCOPE, limit_value
from tpa.comparison.locations import dated_reason, grant_entry
from tpa.tenant.objects import Client, Grant
from tpa.tenant.view import EnvironmentView

ADDRESSES = ("allowed_origins", "callbacks", "web_origins")
"""What is stated under the environment: addresses differ between environments."""
NOT_STATED = (*ADDRESSES, "keys")
"""Fields that are not stated for all environments: they are for one, or no file can."""
ORDER = (*("name", "owner", "description", "logo_uri", "app_type", "security_mode"), "")
"""The fields that people write first; "" stands for the others."""
_REFERENCE = (
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
"""Properties of a client in the API's reference that no file could state yet."""
UNMANAGED_PROPERTIES = tuple(name for name in _REFERENCE if name not in requested_properties())
AGENT_PROPERTIES = (
    *("description", "client_metadata", "allowed_origins", "web_origins"),
    "require_proof_of_possession",
)
"""Those of an agent that neither its document nor its file states."""
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
    """The least that says what the tenant has, in the order in which people write it."""
    content = _minimal(_stated(client), [str(grant["subject_type"]) for grant in grants])
    if "redirection_policy" in content:
        content["redirection_policy_reason"] = dated_reason("found live")
    content["owner"] = dict(owner)
    if limit:
        content["rate_limit"] = dict(limit)
    if grants:
        content["grants"] = grants
    if connections and content["app_type"] != "non_interactive":
        content["connections"] = connections
    ordered = sorted(content, key=lambda name: ORDER.index(name if name in ORDER else ""))
    return {name: content[name] for name in ordered}


def _stated(client: Client) -> dict[str, Any]:
    """Every live value, in the form of a file."""
    content: dict[str, Any] = {}
    for path, value in client.values.items():
        *parents, name = map(str, path)
        if path[0] not in NOT_STATED:
            block = content.setdefault(parents[0], {}) if parents else content
            block[name] = list(value) if isinstance(value, tuple) else value
    if client.mode == "permissive":
        content.setdefault("signing_algorithm", "default")
    return content


def _minimal(content: dict[str, Any], subject_types: Collection[str]) -> dict[str, Any]:
    """The same without what is so by default; all of it where a rule refuses a value.

    Leaving one field out may change the default of another, so it is tried until nothing changes.
    """
    wanted = _declared(content, subject_types)
    if wanted is None:
        return content
    smaller = True
    while smaller:
        smaller = False
        for candidate in _with_one_less(content):
            if _declared(candidate, subject_types) == wanted:
                content, smaller = candidate, True
                break
    return content


def _with_one_less(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in content.items():
        yield {key: each for key, each in content.items() if key != name}
        for inner in value if isinstance(value, dict) else ():
            yield {**content, name: {k: each for k, each in value.items() if k != inner}}


def _declared(content: Mapping[str, Any], subject_types: Collection[str]) -> Values | None:
    grants = [{"audience": "any", "subject_type": each} for each in subject_types]
    try:
        return declared_values(Application.model_validate({**content, "grants": grants}))
    except ValidationError:
        return None


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


def environment_content(client: Client) -> dict[str, list[str]]:
    """What its file says of it under the environment; empty for an agent."""
    found = {name: client.values.get((name,)) for name in ADDRESSES if not client.document}
    return {name: list(v) for name, v in found.items() if isinstance(v, tuple) and v}


def rate_limit_content(view: EnvironmentView, client: Client) -> Mapping[str, Any]:
    """Its own rate limit; empty without one, or where no file can state it."""
    live = view.tenant.rate_limits.get(rate_limit_consumer(client.id))
    limit = {} if live is None else limit_value(live)
    return limit if can_state(limit) else {}


def can_state(limit: Mapping[str, Any]) -> bool:
    """Whether a file can state a rate limit."""
    try:
        return bool(RateLimit.model_validate(limit))
    except ValidationError:
        return False


def grant_content(api: str, grant: Grant, organizations: list[str]) -> dict[str, Any]:
    """A live grant as an item of `grants` or `default_permissions`; `api` is the API's key."""
    entry = grant_entry(api, grant.subject_type, EVERY_SCOPE if grant.all_scopes else grant.scopes)
    if grant.details:
        entry["authorization_details_types"] = list(grant.details)
    if organizations:
        entry["organizations"] = organizations
    return entry


def read_unmanaged(client: ManagementClient) -> UnmanagedProperties:
    """Which clients have properties that no file can state; one paged list.

    Raises:
        ManagementError: the tenant can't be read.
    """
    wanted = ("client_id", "external_metadata_type", *AGENT_PROPERTIES, *UNMANAGED_PROPERTIES)
    fields = ",".join(wanted)
    listed = client.pages("/clients", "clients", {"fields": fields, "include_fields": "true"})
    return {
        str(item.get("client_id")): tuple(
            name for name in _unstated(item) if item.get(name) not in UNSET
        )
        for item in listed
    }


def _unstated(item: Mapping[str, Any]) -> tuple[str, ...]:
    agent = item.get("external_metadata_type") == "cimd"
    return (*AGENT_PROPERTIES, *UNMANAGED_PROPERTIES) if agent else UNMANAGED_PROPERTIES


def unmanaged(
    view: EnvironmentView, adoption: Adoption, properties: UnmanagedProperties
) -> Iterator[tuple[str, str]]:
    """Label of an adopted object -> what of it no file states and no update writes.

    It is listed once, when the object is adopted, since the file does not show it.
    """
    limits = view.tenant.rate_limits
    for each in adoption.candidates:
        names = list(properties.get(each.client.id, ()))
        limited = rate_limit_consumer(each.client.id) in limits
        if limited and not rate_limit_content(view, each.client):
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
