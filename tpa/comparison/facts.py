"""One environment as flat facts: as its files declare it, as it was applied, as its tenant is.

A fact is a typed path, such as `("applications", "order-portal", "callbacks")`, and a plain value.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from auth0_third_party.model.application import RateLimit
from auth0_third_party.model.client import METADATA, declared_values
from auth0_third_party.model.fields import at
from auth0_third_party.model.names import (
    TAG_APPLICATION,
    TAG_OWNER,
    TAG_STACK,
    THIRD_PARTY_CLIENTS,
    rate_limit_consumer,
)
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules import Path, holds_secret, names_secret
from tpa.files.declaration import Connections, Declaration
from tpa.tenant.objects import Grant, RateLimitPolicy
from tpa.tenant.view import EnvironmentView

Facts = dict[Path, Any]

LIVE = "live"
"""The value of a path that says that an application or agent exists."""
EVERY_SCOPE = "every scope"
"""The value of a grant that covers future scopes too; other grants have their scopes, sorted."""
PROMOTED = "promoted"
ON, OFF = "on", "off"
ALLOW, BLOCK = "allow", "block"
ENABLED = "enabled"
REGISTRATION: Path = ("tenant", "dynamic_client_registration")
REGISTRATION_MODE: Path = (*REGISTRATION, "security_mode")
SCOPE_DESCRIPTIONS: Path = ("tenant", "scope_descriptions_at_consent")
RESOURCE_INDICATORS: Path = ("tenant", "resource_indicators")
METADATA_DOCUMENTS: Path = ("tenant", "client_id_metadata_documents")
RATE_LIMIT: Path = ("tenant", "rate_limit")
ERROR_PAGE: Path = ("tenant", "error_page")


class Setting(NamedTuple):
    """Where `/tenants/settings` has a setting, and its value there as that of a fact."""

    wire: tuple[str, ...]
    read: Callable[[Any], object]


def _on_or_off(value: object) -> str:
    return ON if value is True else OFF


SETTINGS: Mapping[Path, Setting] = {
    REGISTRATION: Setting(("flags", "enable_dynamic_client_registration"), _on_or_off),
    REGISTRATION_MODE: Setting(("dynamic_client_registration_security_mode",), lambda mode: mode),
    SCOPE_DESCRIPTIONS: Setting(("flags", "use_scope_descriptions_for_consent"), _on_or_off),
    RESOURCE_INDICATORS: Setting(
        ("resource_parameter_profile",), lambda profile: _on_or_off(profile == "compatibility")
    ),
    METADATA_DOCUMENTS: Setting(("client_id_metadata_document_supported",), _on_or_off),
    (*ERROR_PAGE, "html"): Setting(("error_page", "html"), lambda html: html or ""),
    (*ERROR_PAGE, "url"): Setting(("error_page", "url"), lambda url: url or ""),
    (*ERROR_PAGE, "show_log_link"): Setting(("error_page", "show_log_link"), bool),
}


def path_text(path: Path) -> str:
    """A path for people and patterns: `applications/order-portal/refresh_token/leeway`. A slash in
    a name is %2F.
    """
    return "/".join(quote(str(part), safe=' :.,@*?=+()<>"-_~') for part in path)


def quoted(value: object) -> str:
    """A value in a sentence."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return "not set" if value is None else f"'{value}'"


def value_text(value: object) -> str:
    """A value for people."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "(empty)"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "(empty)"
    return str(value) if value != "" else "(empty)"


def granted(scopes: Iterable[str], *, every: bool) -> object:
    """What a grant gives, as one value: `EVERY_SCOPE`, or its scopes, sorted."""
    return EVERY_SCOPE if every else tuple(sorted(scopes))


def declared_facts(view: EnvironmentView, declaration: Declaration) -> Facts:
    """What the files declare (the catalog itself), or what the last update applied.

    Where an older record does not say which organizations admit third parties, those of the files
    are assumed.
    """
    found: Facts = {}
    for key, application in declaration.applications.items():
        parent = ("applications", key)
        found[parent] = LIVE
        found |= {(*parent, *path): value for path, value in declared_values(application).items()}
        found[(*parent, "tag")] = _tag(key, view.stack, application.owner)
        if application.rate_limit is not None:
            found[(*parent, "rate_limit")] = limit_value(application.rate_limit)
    found |= {("agents", key): LIVE for key in declaration.agents}
    for key, client in declaration.clients.items():
        for grant in client.grants:
            found |= _grant(("grants", key), view, grant)
    for default in declaration.default_permissions:
        found |= _grant(("default_permissions",), view, default)
    found |= {("connections", name): PROMOTED for name in declaration.connections}
    found |= _settings(declaration, eligible=view.catalog.environment.permissive_eligible)
    admitted = declaration.admitted
    if admitted is None:
        admitted = (view.catalog.admitted or {}) if declaration.clients else {}
    return found | _organizations(admitted)


def live_facts(view: EnvironmentView) -> Facts:
    """What the tenant has of this environment's objects, and all its default permissions and
    promoted connections.
    """
    found: Facts = {}
    for key, client in view.managed.items():
        kind = "agents" if client.document else "applications"
        found[kind, key] = LIVE
        if kind == "applications":
            found |= {(kind, key, *path): value for path, value in client.values.items()}
            found[kind, key, "tag"] = _tag(*client.tag, client.owner)
        for grant in view.grants.get(client.id, ()):
            found |= _live_grant(("grants", key), view, grant)
    for grant in view.grants.get("", ()):
        found |= _live_grant(("default_permissions",), view, grant)
    found |= {("connections", name): PROMOTED for name in view.promoted_connections}
    for client in view.unexplained:
        owner = client.owner or "unknown"
        found["unmanaged", client.id] = f"{client.name} ({client.mode}, owner {owner})"
    found |= _live_settings(view) | _live_rate_limits(view) | _live_organizations(view)
    return {path: value for path, value in found.items() if not view.excludes(path)}


def _tag(key: str, stack: str, owner: str) -> Mapping[str, str]:
    """The ownership tags: application, stack, and who owns the application."""
    tags = {TAG_APPLICATION: key, TAG_STACK: stack, TAG_OWNER: owner}
    return {name: value for name, value in tags.items() if value}


def grant_path(
    parent: Path, view: EnvironmentView, grant: ClientGrant | DefaultPermission | Grant
) -> Path:
    """The path of a grant below that of its holder."""
    return (*parent, view.api_name(grant.audience), grant.subject_type)


def grant_of(path: Path) -> Path:
    """The path of the grant that a path is about."""
    return path[: 3 if path[0] == "default_permissions" else 4]


def live_grant(view: EnvironmentView, path: Path) -> Grant | None:
    """The grant in the tenant that a path is about."""
    wanted = grant_of(path)
    client = view.managed.get(str(path[1])) if path[0] == "grants" else None
    if path[0] == "grants" and client is None:
        return None
    live = view.grants.get(client.id if client else "", ())
    return next((each for each in live if grant_path(wanted[:-2], view, each) == wanted), None)


def _grant(parent: Path, view: EnvironmentView, grant: ClientGrant | DefaultPermission) -> Facts:
    path = grant_path(parent, view, grant)
    found: Facts = {path: granted(grant.scopes, every=grant.allow_all_scopes)}
    if grant.authorization_details_types:
        found[(*path, "authorization_details_types")] = grant.authorization_details_types
    if isinstance(grant, ClientGrant) and grant.organizations:
        found[(*path, "organization_usage")] = "allow"
        found[(*path, "organizations")] = tuple(sorted(grant.organizations))
    return found


def _live_grant(parent: Path, view: EnvironmentView, grant: Grant) -> Facts:
    path = grant_path(parent, view, grant)
    found: Facts = {path: granted(grant.scopes, every=grant.all_scopes)}
    if grant.details:
        found[(*path, "authorization_details_types")] = grant.details
    if grant.any_organization:
        found[(*path, "allow_any_organization")] = True
    if grant.organization_usage not in ("", "deny"):  # CG-13: unset means deny
        found[(*path, "organization_usage")] = grant.organization_usage
    if organizations := view.organizations_of(grant):
        found[(*path, "organizations")] = organizations
    return found


def _settings(declaration: Declaration, *, eligible: bool) -> Facts:
    """Settings that are stated, and the one that agents need."""
    found: Facts = {}
    tenant = declaration.tenant
    registration = tenant.dynamic_client_registration
    if registration is not None:
        found[REGISTRATION] = ON
        if eligible:
            found[REGISTRATION_MODE] = registration.security_mode
    if tenant.scope_descriptions_at_consent:
        found[SCOPE_DESCRIPTIONS] = ON
    if tenant.resource_indicators:
        found[RESOURCE_INDICATORS] = ON
    if declaration.agents:
        found[METADATA_DOCUMENTS] = ON
    if tenant.error_page is not None:
        page = tenant.error_page
        parts = {"html": page.html, "url": page.url or "", "show_log_link": page.show_log_link}
        found |= {(*ERROR_PAGE, name): value for name, value in parts.items()}
    if tenant.rate_limit is not None:
        found[RATE_LIMIT] = limit_value(tenant.rate_limit)
    return found


def _live_settings(view: EnvironmentView) -> Facts:
    """The same settings as the tenant has them."""
    settings = view.tenant.settings
    if settings is None:
        return {}
    found = {path: each.read(at(settings, each.wire)) for path, each in SETTINGS.items()}
    return {path: value for path, value in found.items() if value is not None}


def _live_rate_limits(view: EnvironmentView) -> Facts:
    found: Facts = {}
    applications = {key: each for key, each in view.managed.items() if not each.document}
    keys = {rate_limit_consumer(client.id): key for key, client in applications.items()}
    for consumer, policy in view.tenant.rate_limits.items():
        if consumer == THIRD_PARTY_CLIENTS:
            found[RATE_LIMIT] = limit_value(policy)
        elif consumer in keys:
            found["applications", keys[consumer], "rate_limit"] = limit_value(policy)
    return found


def limit_value(limit: RateLimit | RateLimitPolicy) -> Mapping[str, object]:
    """A rate limit as one value."""
    return {"action": limit.action, "limit": limit.limit}


def _organizations(stated: Connections) -> Facts:
    found: Facts = {}
    for name, connections in stated.items():
        found["organizations", name, "third_parties"] = ALLOW
        found |= {("organizations", name, "connections", each): ENABLED for each in connections}
    return found


def _live_organizations(view: EnvironmentView) -> Facts:
    """Those that the environment's file names."""
    found: Facts = {}
    for named in view.catalog.environment.organizations.values():
        live = view.tenant.organizations.get(named.name)
        if live is not None and (live.access or live.admits is not None):
            access = live.access or (ALLOW if live.admits else BLOCK)
            found["organizations", named.name, "third_parties"] = access
        links = view.links.get(named.name)
        for each in (links.connections if links else None) or ():
            found["organizations", named.name, "connections", each] = ENABLED
    return found


REDACTED = "(looks like a secret)"


def looks_secret(path: Path, value: object) -> bool:
    """Whether a value is never written or shown; `path` ends in that of an application's field.

    Auth0 stores metadata in clear and warns against secrets in it; some tenants have them there.
    """
    if METADATA not in path[:-1] or not isinstance(value, str):
        return False
    return names_secret(str(path[-1])) or holds_secret(value)
