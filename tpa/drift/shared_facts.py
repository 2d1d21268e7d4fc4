"""Facts of what a tenant has once, and of its organizations: settings, rate limits, links.

What the files don't state there is not ours, so a path that only the tenant has tells nothing.
"""

from collections.abc import Iterator, Mapping

from auth0_third_party.model.application import RateLimit
from tpa.files.definitions import TenantDefinition
from tpa.files.environment import Environment
from tpa.tenant.objects import RateLimitPolicy
from tpa.tenant.view import EnvironmentView

Facts = dict[str, object]
Admitted = Mapping[str, tuple[str, ...]]
"""Organizations by name, each with the connections that its members sign in by."""
ON, OFF = "on", "off"
ALLOW, BLOCK = "allow", "block"
ENABLED = "enabled"
REGISTRATION = "tenant/dynamic_client_registration"
REGISTRATION_MODE = f"{REGISTRATION}/security_mode"
SCOPE_TEXTS = "tenant/scope_descriptions_at_consent"
DOCUMENTS = "tenant/client_id_metadata_documents"
RATE_LIMIT = "tenant/rate_limit"
ERROR_PAGE = "tenant/error_page"
FLAGS = {
    REGISTRATION: "enable_dynamic_client_registration",
    SCOPE_TEXTS: "use_scope_descriptions_for_consent",
}
"""Paths that are switches, and their names among the tenant's flags."""
THIRD_PARTIES = "third_party_clients"


def stated_tenant(tenant: TenantDefinition, environment: Environment, *, agents: bool) -> Facts:
    """Settings that are stated; agents need one of their own."""
    found: Facts = {}
    registration = tenant.dynamic_client_registration
    if registration is not None:
        found[REGISTRATION] = ON
        if environment.permissive_eligible:
            found[REGISTRATION_MODE] = registration.security_mode
    if tenant.scope_descriptions_at_consent:
        found[SCOPE_TEXTS] = ON
    if agents:
        found[DOCUMENTS] = ON
    if tenant.error_page is not None:
        page = tenant.error_page
        parts = {"html": page.html, "url": page.url or "", "show_log_link": page.show_log_link}
        found |= {f"{ERROR_PAGE}/{name}": value for name, value in parts.items()}
    if tenant.rate_limit is not None:
        found[RATE_LIMIT] = limit_text(tenant.rate_limit)
    return found


def live_tenant(view: EnvironmentView) -> Facts:
    """The tenant's own words for the same settings."""
    seen = view.snapshot
    if seen is None or seen.settings is None:
        return {}
    settings = seen.settings
    flags, page = settings.get("flags") or {}, settings.get("error_page") or {}
    found: Facts = {path: _switch(flags.get(name)) for path, name in FLAGS.items()}
    found[DOCUMENTS] = _switch(settings.get("client_id_metadata_document_supported"))
    mode = settings.get("dynamic_client_registration_security_mode")
    if mode:
        found[REGISTRATION_MODE] = str(mode)
    found |= {f"{ERROR_PAGE}/{name}": page.get(name) or "" for name in ("html", "url")}
    found[f"{ERROR_PAGE}/show_log_link"] = bool(page.get("show_log_link"))
    return found | dict(_live_limits(view, seen.rate_limits))


def _live_limits(
    view: EnvironmentView, policies: Mapping[str, RateLimitPolicy]
) -> Iterator[tuple[str, str]]:
    keys = {f"client_id:{client.id}": key for key, client in view.managed.items()}
    for consumer, policy in policies.items():
        if consumer == THIRD_PARTIES:
            yield RATE_LIMIT, limit_text(policy)
        elif consumer in keys:
            yield f"applications/{keys[consumer]}/rate_limit", limit_text(policy)


def limit_text(limit: RateLimit | RateLimitPolicy) -> str:
    return f"{limit.action} beyond {limit.limit}"


def limit_of(text: str) -> dict[str, str | int]:
    """What `limit_text` made a text of."""
    action, _, limit = text.partition(" beyond ")
    return {"action": action, "limit": int(limit)}


def _switch(value: object) -> str:
    return ON if value is True else OFF


def stated_organizations(admitted: Admitted) -> Facts:
    found: Facts = {}
    for name, connections in admitted.items():
        found[f"organizations/{name}/third_parties"] = ALLOW
        found |= {f"organizations/{name}/connections/{each}": ENABLED for each in connections}
    return found


def live_organizations(view: EnvironmentView) -> Facts:
    """Those that the files name."""
    found: Facts = {}
    known = view.snapshot.organizations if view.snapshot else {}
    for named in view.catalog.environment.organizations.values():
        live = known.get(named.name)
        if live is not None and live.admits is not None:
            found[f"organizations/{named.name}/third_parties"] = ALLOW if live.admits else BLOCK
        links = view.links.get(named.name)
        for each in (links.connections if links else None) or ():
            found[f"organizations/{named.name}/connections/{each}"] = ENABLED
    return found
