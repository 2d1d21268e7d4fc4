"""Three accounts of one environment as flat facts: the files, the last update, the tenant.

A fact is a path, such as `applications/order-portal/callbacks`, and a plain value; a path that one
side lacks is not there for it. An API without a key in the files stands in a path by its audience,
percent-encoded; so do slashes in names of metadata.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from catalog import Application, DefaultPermission
from catalog.facets import Facets, application_facets
from catalog.models import MARK_APPLICATION, MARK_OWNER, MARK_STACK, ClientGrant
from catalog.tenant import Agent
from preflight.objects import Grant
from survey.applied import Applied
from survey.shared_facts import (
    Facts,
    limit_text,
    live_organizations,
    live_tenant,
    stated_organizations,
    stated_tenant,
)
from survey.view import View

LIVE = "live"
"""The value of a path that says that an application or agent is there."""
EVERY = "every scope"
"""The value of a grant that covers scopes of the future too; others have their scopes, sorted."""
PROMOTED = "promoted"


def declared_facts(view: View) -> Facts:
    """What the files say."""
    catalog = view.catalog
    found = _stated(view, catalog.applications, catalog.agents, catalog.default_permissions)
    found |= {f"connections/{name}": PROMOTED for name in catalog.connections}
    found |= stated_tenant(catalog.tenant, catalog.environment, agents=bool(catalog.agents))
    return found | stated_organizations(catalog.record.admitted or {})


def applied_facts(view: View, last: Applied) -> Facts:
    """What the stack recorded. Organizations that an older record does not name count as the files
    say.
    """
    found = _stated(view, last.applications, last.agents, last.default_permissions)
    found |= {f"connections/{name}": PROMOTED for name in last.connections}
    found |= stated_tenant(last.tenant, view.catalog.environment, agents=bool(last.agents))
    admitted = last.admitted
    if admitted is None:
        admitted = (view.catalog.record.admitted or {}) if last.ever else {}
    return found | stated_organizations(admitted)


def live_facts(view: View) -> Facts:
    """What the tenant has of all that is ours, and defaults and open connections of anybody's."""
    if view.snapshot is None:
        return {}
    found: Facts = {}
    for key, client in view.ours.items():
        kind = "agents" if client.document else "applications"
        found[f"{kind}/{key}"] = LIVE
        if kind == "applications":
            found |= _facets(key, client.facets)
            found[f"applications/{key}/mark"] = _mark(*client.mark, client.owner)
        for grant in view.grants.get(client.id, ()):
            found |= _live_grant(f"grants/{key}", view, grant)
    for grant in view.grants.get("", ()):
        found |= _live_grant("default_permissions", view, grant)
    found |= {f"connections/{name}": PROMOTED for name in view.promoted}
    return found | live_tenant(view) | live_organizations(view)


def marks_of(value: str) -> dict[str, str]:
    """The metadata that a `mark` was made of."""
    key, _, rest = value.partition(" of ")
    stack, _, owner = rest.partition(" for ")
    marks = {MARK_APPLICATION: key, MARK_STACK: stack}
    return {**marks, MARK_OWNER: owner} if owner else marks


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
        found[f"applications/{key}/mark"] = _mark(key, view.stack, application.owner)
        if application.rate_limit is not None:
            found[f"applications/{key}/rate_limit"] = limit_text(application.rate_limit)
    found |= {f"agents/{key}": LIVE for key in agents}
    users: Mapping[str, Application | Agent] = {**applications, **agents}
    for key, user in users.items():
        for grant in user.grants:
            found |= _grant(f"grants/{key}", view, grant)
    for default in defaults:
        found |= _grant("default_permissions", view, default)
    return found


def _facets(key: str, facets: Facets) -> Facts:
    """A slash in a name must not look like one of a path."""
    return {
        f"applications/{key}/{name.replace('%', '%25').replace('/', '%2F')}": value
        for name, value in facets.items()
    }


def _mark(key: str, stack: str, owner: str) -> str:
    """Two of our marks say whose the client is, a third who answers for it."""
    if not key:
        return ""
    return f"{key} of {stack} for {owner}" if owner else f"{key} of {stack}"


def _place(parent: str, view: View, grant: ClientGrant | DefaultPermission | Grant) -> str:
    return f"{parent}/{quote(view.api(grant.audience), safe='')}/{grant.subject_type}"


def _grant(parent: str, view: View, grant: ClientGrant | DefaultPermission) -> Facts:
    place = _place(parent, view, grant)
    found: Facts = {place: EVERY if grant.allow_all_scopes else tuple(sorted(grant.scopes))}
    if grant.authorization_details_types:
        found[f"{place}/authorization_details_types"] = grant.authorization_details_types
    if isinstance(grant, ClientGrant) and grant.organizations:
        found[f"{place}/organization_usage"] = "allow"
        found[f"{place}/organizations"] = tuple(sorted(grant.organizations))
    return found


def _live_grant(parent: str, view: View, grant: Grant) -> Facts:
    place = _place(parent, view, grant)
    found: Facts = {place: EVERY if grant.all_scopes else tuple(sorted(grant.scopes))}
    if grant.details:
        found[f"{place}/authorization_details_types"] = grant.details
    if grant.any_organization:
        found[f"{place}/allow_any_organization"] = True
    if grant.organization_usage not in ("", "deny"):  # CG-13: what is not said is denied
        found[f"{place}/organization_usage"] = grant.organization_usage
    linked = (name for name, links in view.links.items() if grant.id in (links.grants or ()))
    organizations = tuple(sorted(linked))
    if organizations:
        found[f"{place}/organizations"] = organizations
    return found
