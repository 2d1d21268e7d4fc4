"""Three states of one environment as flat facts: the files, the last update, the tenant.

A fact is a path, such as `applications/order-portal/callbacks`, and a plain value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from pydantic import ValidationError

from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.names import TAG_APPLICATION, TAG_OWNER, TAG_STACK
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.drift.shared_facts import (
    Facts,
    limit_text,
    live_organizations,
    live_tenant,
    stated_organizations,
    stated_tenant,
)
from tpa.environments.facts import promoted
from tpa.environments.record import AGENTS, DEFAULTS, TENANT, Record, defaults_in, definition_in
from tpa.files.catalog import Names
from tpa.files.definitions import AgentDefinition, TenantDefinition
from tpa.files.environment import Overlay
from tpa.tenant.facets import Facets, application_facets
from tpa.tenant.objects import Grant
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class Applied:
    """Empty where nothing was ever applied, or another version of this project wrote the record.

    `admitted`: organizations with their connections, by names; None where nobody wrote them down.
    """

    applications: Mapping[str, Application] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    default_permissions: tuple[DefaultPermission, ...] = ()
    connections: frozenset[str] = frozenset()
    tenant: TenantDefinition = field(default_factory=TenantDefinition)
    admitted: Mapping[str, tuple[str, ...]] | None = None
    ever: bool = False

    @property
    def users(self) -> Mapping[str, Application | Agent]:
        return {**self.applications, **self.agents}


def applied(record: Record) -> Applied:
    """The record's definitions with that tenant's names in place of keys."""
    names = Names(record.audiences, record.connections, record.organizations)
    return Applied(
        dict(_applications(record, names)),
        dict(_agents(record, names)),
        tuple(map(names.default_permission, defaults_in(record.definitions.get(DEFAULTS)))),
        frozenset(promoted(record)),
        _tenant(record),
        record.admitted,
        bool(record.definitions),
    )


def _applications(record: Record, names: Names) -> list[tuple[str, Application]]:
    found = []
    for key, entry in record.definitions.items():
        definition = None if key in (DEFAULTS, TENANT) else definition_in(entry)
        if definition is not None:
            try:
                overlay = Overlay.model_validate(entry.overlay)
                found.append((key, names.application(definition, overlay)))
            except ValidationError:
                continue  # stricter rules than those it was applied under
    return found


def _agents(record: Record, names: Names) -> list[tuple[str, Agent]]:
    found = []
    for key, entry in record.definitions.items():
        if key.startswith(AGENTS):
            try:
                definition = AgentDefinition.model_validate(entry.definition)
            except ValidationError:
                continue
            found.append((key.removeprefix(AGENTS), names.agent(definition)))
    return found


def _tenant(record: Record) -> TenantDefinition:
    entry = record.definitions.get(TENANT)
    try:
        return TenantDefinition.model_validate(entry.definition if entry else {})
    except ValidationError:
        return TenantDefinition()


LIVE = "live"
"""The value of a path that says that an application or agent is there."""
EVERY = "every scope"
"""The value of a grant that covers scopes of the future too; others have their scopes, sorted."""
PROMOTED = "promoted"


def declared_facts(view: EnvironmentView) -> Facts:
    """What the files say."""
    catalog = view.catalog
    found = _stated(view, catalog.applications, catalog.agents, catalog.default_permissions)
    found |= {f"connections/{name}": PROMOTED for name in catalog.connections}
    found |= stated_tenant(catalog.tenant, catalog.environment, agents=bool(catalog.agents))
    return found | stated_organizations(catalog.record.admitted or {})


def applied_facts(view: EnvironmentView, last: Applied) -> Facts:
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


def live_facts(view: EnvironmentView) -> Facts:
    """What the tenant has of all that is ours, and defaults and open connections of anybody's."""
    if view.snapshot is None:
        return {}
    found: Facts = {}
    for key, client in view.managed.items():
        kind = "agents" if client.document else "applications"
        found[f"{kind}/{key}"] = LIVE
        if kind == "applications":
            found |= _facets(key, client.facets)
            found[f"applications/{key}/tag"] = _tag(*client.tag, client.owner)
        for grant in view.grants.get(client.id, ()):
            found |= _live_grant(f"grants/{key}", view, grant)
    for grant in view.grants.get("", ()):
        found |= _live_grant("default_permissions", view, grant)
    found |= {f"connections/{name}": PROMOTED for name in view.promoted_connections}
    return found | live_tenant(view) | live_organizations(view)


def tags_of(value: str) -> dict[str, str]:
    """The metadata that a `tag` was made of."""
    key, _, rest = value.partition(" of ")
    stack, _, owner = rest.partition(" for ")
    tags = {TAG_APPLICATION: key, TAG_STACK: stack}
    return {**tags, TAG_OWNER: owner} if owner else tags


def _stated(
    view: EnvironmentView,
    applications: Mapping[str, Application],
    agents: Mapping[str, Agent],
    defaults: Iterable[DefaultPermission],
) -> Facts:
    found: Facts = {}
    for key, application in applications.items():
        found[f"applications/{key}"] = LIVE
        found |= _facets(key, application_facets(application))
        found[f"applications/{key}/tag"] = _tag(key, view.stack, application.owner)
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


def _tag(key: str, stack: str, owner: str) -> str:
    """Two of our tags say whose the client is, a third who answers for it."""
    if not key:
        return ""
    return f"{key} of {stack} for {owner}" if owner else f"{key} of {stack}"


def _place(
    parent: str, view: EnvironmentView, grant: ClientGrant | DefaultPermission | Grant
) -> str:
    return f"{parent}/{quote(view.api_name(grant.audience), safe='')}/{grant.subject_type}"


def _grant(parent: str, view: EnvironmentView, grant: ClientGrant | DefaultPermission) -> Facts:
    place = _place(parent, view, grant)
    found: Facts = {place: EVERY if grant.allow_all_scopes else tuple(sorted(grant.scopes))}
    if grant.authorization_details_types:
        found[f"{place}/authorization_details_types"] = grant.authorization_details_types
    if isinstance(grant, ClientGrant) and grant.organizations:
        found[f"{place}/organization_usage"] = "allow"
        found[f"{place}/organizations"] = tuple(sorted(grant.organizations))
    return found


def _live_grant(parent: str, view: EnvironmentView, grant: Grant) -> Facts:
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
