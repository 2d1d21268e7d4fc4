"""Three accounts of one environment as flat facts: the files, the last update, the tenant.

A fact is a path, such as `applications/order-portal/callbacks`, and a plain value; a path that one
side lacks is not there for it. Only what the files state or could state takes part. An API without
a key in the files stands in a path by its audience, percent-encoded.
"""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from catalog import Application, Catalog
from catalog.facets import Facets, application_facets
from catalog.models import ClientGrant, DefaultPermission, Organization
from catalog.tenant import Agent, TenantDefinition
from preflight.objects import Client, Grant
from survey.applied import Applied
from survey.view import View

Facts = dict[str, object]
LIVE = "live"
"""The value of a path that says that an application or agent is there."""
EVERY = "every scope"
"""The value of a grant that covers scopes of the future too; others have their scopes, sorted."""


def declared_facts(view: View) -> Facts:
    """What the files say."""
    catalog = view.catalog
    found = _stated(view, catalog.applications, catalog.agents, catalog.default_permissions)
    found |= {f"connections/{name}": "promoted" for name in catalog.connections}
    found |= _tenant(catalog.tenant)
    found |= _organizations(catalog)
    return found


def applied_facts(view: View, last: Applied) -> Facts:
    """What the stack recorded; organizations are not in a record, and count as the files say."""
    found = _stated(view, last.applications, last.agents, last.default_permissions)
    found |= {f"connections/{name}": "promoted" for name in last.connections}
    found |= _tenant(last.tenant)
    return found | (_organizations(view.catalog) if last.ever else {})


def live_facts(view: View) -> Facts:
    """What the tenant has of all that is ours, and defaults and open connections of anybody's."""
    seen = view.snapshot
    if seen is None:
        return {}
    found: Facts = {}
    for key, client in view.ours.items():
        kind = "agents" if client.document else "applications"
        found[f"{kind}/{key}"] = LIVE
        if kind == "applications":
            found |= _facets(key, client.facets)
            found[f"applications/{key}/mark"] = _mark(client)
        for grant in view.grants.get(client.id, ()):
            found |= _live_grant(f"grants/{key}", view, grant)
    for grant in view.grants.get("", ()):
        found |= _live_grant("default_permissions", view, grant)
    found |= {f"connections/{name}": "promoted" for name in view.promoted}
    found |= _live_tenant(view)
    names = {organization.name for organization in view.catalog.environment.organizations.values()}
    for name, organization in seen.organizations.items():
        if name in names and organization.admits is not None:
            found[f"organizations/{name}/third_parties"] = _admission(admits=organization.admits)
    return found


def _stated(
    view: View,
    applications: Mapping[str, Application],
    agents: Mapping[str, Agent],
    defaults: Iterable[DefaultPermission],
) -> Facts:
    found: Facts = {}
    for key, application in applications.items():
        found[f"applications/{key}"] = LIVE
        found |= _facets(key, application_facets(application))
        found[f"applications/{key}/mark"] = f"{key} of {view.stack}"
    found |= {f"agents/{key}": LIVE for key in agents}
    users: Mapping[str, Application | Agent] = {**applications, **agents}
    for key, user in users.items():
        for grant in user.grants:
            found |= _grant(f"grants/{key}", view, grant)
    for default in defaults:
        found |= _grant("default_permissions", view, default)
    return found


def _facets(key: str, facets: Facets) -> Facts:
    return {f"applications/{key}/{name}": value for name, value in facets.items()}


def _mark(client: Client) -> str:
    return f"{client.mark[0]} of {client.mark[1]}" if client.mark[0] else ""


def _grant(parent: str, view: View, grant: ClientGrant | DefaultPermission) -> Facts:
    place = f"{parent}/{quote(view.api(grant.audience), safe='')}/{grant.subject_type}"
    found: Facts = {place: EVERY if grant.allow_all_scopes else tuple(sorted(grant.scopes))}
    if grant.authorization_details_types:
        found[f"{place}/authorization_details_types"] = grant.authorization_details_types
    return found


def _live_grant(parent: str, view: View, grant: Grant) -> Facts:
    place = f"{parent}/{quote(view.api(grant.audience), safe='')}/{grant.subject_type}"
    found: Facts = {place: EVERY if grant.all_scopes else tuple(sorted(grant.scopes))}
    if grant.details:
        found[f"{place}/authorization_details_types"] = grant.details
    if grant.any_organization:
        found[f"{place}/allow_any_organization"] = True
    return found


def _tenant(tenant: TenantDefinition) -> Facts:
    """Settings that are stated; what is not stated is not ours."""
    found: Facts = {}
    if tenant.dynamic_client_registration is not None:
        found["tenant/dynamic_client_registration"] = "on"
    if tenant.scope_descriptions_at_consent:
        found["tenant/scope_descriptions_at_consent"] = "on"
    if tenant.error_page is not None:
        page = tenant.error_page
        parts = {"html": page.html, "url": page.url or "", "show_log_link": page.show_log_link}
        found |= {f"tenant/error_page/{name}": value for name, value in parts.items()}
    if tenant.rate_limit is not None:
        limit = tenant.rate_limit
        found["tenant/rate_limit"] = f"{limit.action} beyond {limit.limit}"
    return found


def _live_tenant(view: View) -> Facts:
    """Only settings that the files state, now or at the last update."""
    seen = view.snapshot
    if seen is None or seen.settings is None:
        return {}
    flags = seen.settings.get("flags") or {}
    page = seen.settings.get("error_page") or {}
    found: Facts = {
        "tenant/dynamic_client_registration": _switch(
            flags.get("enable_dynamic_client_registration")
        ),
        "tenant/scope_descriptions_at_consent": _switch(
            flags.get("use_scope_descriptions_for_consent")
        ),
        "tenant/error_page/html": page.get("html") or "",
        "tenant/error_page/url": page.get("url") or "",
        "tenant/error_page/show_log_link": bool(page.get("show_log_link")),
    }
    policy = seen.rate_limits.get("third_party_clients")
    if policy is not None:
        found["tenant/rate_limit"] = f"{policy.action} beyond {policy.limit}"
    return found


def _switch(value: object) -> str:
    return "on" if value is True else "off"


def _organizations(catalog: Catalog) -> Facts:
    return dict(_admissions(catalog.environment.organizations.values()))


def _admissions(organizations: Iterable[Organization]) -> Iterator[tuple[str, str]]:
    for organization in organizations:
        if organization.admits_third_parties:
            yield f"organizations/{organization.name}/third_parties", _admission(admits=True)


def _admission(*, admits: bool) -> str:
    return "allow" if admits else "block"
