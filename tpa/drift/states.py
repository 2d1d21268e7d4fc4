"""Three states of one environment as flat facts: its files, its last update, its tenant.

A fact is a path, such as `applications/order-portal/callbacks`, and a plain value. Shared settings
of a tenant are compared only as far as the files state them.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

from pydantic import ValidationError

from auth0_third_party.model.application import Agent, Application, RateLimit
from auth0_third_party.model.names import TAG_APPLICATION, TAG_OWNER, TAG_STACK
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.environments.permissions import connections_in_use
from tpa.files.catalog import Names
from tpa.files.definitions import AgentDefinition, TenantDefinition
from tpa.files.environment import Environment, Overlay
from tpa.files.record import AGENTS, DEFAULTS, TENANT, Record, default_permissions_in, definition_in
from tpa.tenant.facets import Facets, application_facets
from tpa.tenant.objects import Grant, RateLimitPolicy
from tpa.tenant.view import EnvironmentView

Facts = dict[str, object]
"""Path -> value. A slash inside a name is escaped as %2F, so that it does not end a step."""
Connections = Mapping[str, tuple[str, ...]]
"""Name of an organization -> names of the connections that its members sign in with."""

LIVE = "live"
"""The value of a path that says that an application or agent exists."""
EVERY_SCOPE = "every scope"
"""The value of a grant that covers future scopes too; other grants have their scopes, sorted."""
PROMOTED = "promoted"
ON, OFF = "on", "off"
ALLOW, BLOCK = "allow", "block"
ENABLED = "enabled"
REGISTRATION = "tenant/dynamic_client_registration"
REGISTRATION_MODE = f"{REGISTRATION}/security_mode"
SCOPE_DESCRIPTIONS = "tenant/scope_descriptions_at_consent"
METADATA_DOCUMENTS = "tenant/client_id_metadata_documents"
RATE_LIMIT = "tenant/rate_limit"
ERROR_PAGE = "tenant/error_page"
FLAGS = {
    REGISTRATION: "enable_dynamic_client_registration",
    SCOPE_DESCRIPTIONS: "use_scope_descriptions_for_consent",
}
"""Paths that are switches, and their names among the tenant's flags."""
ALL_THIRD_PARTIES = "third_party_clients"
"""The consumer of the rate limit that all third-party applications share."""


@dataclass(frozen=True)
class LastApplied:
    """What the last update applied, in the tenant's names instead of the files' keys.

    Empty where no update ran, or where another version of this project wrote the record.
    `connections`: the promoted ones. `organizations`: None where an older record does not say.
    """

    applications: Mapping[str, Application] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    default_permissions: tuple[DefaultPermission, ...] = ()
    connections: frozenset[str] = frozenset()
    tenant: TenantDefinition = field(default_factory=TenantDefinition)
    organizations: Connections | None = None
    ever_applied: bool = False

    @property
    def applications_and_agents(self) -> Mapping[str, Application | Agent]:
        return {**self.applications, **self.agents}


def last_applied(record: Record) -> LastApplied:
    """The definitions in a stack's record, without those that today's rules refuse."""
    names = Names(record.audiences, record.connections, record.organizations)
    applications, agents, tenant = {}, {}, TenantDefinition()
    for key, entry in record.definitions.items():
        with suppress(ValidationError):
            if key == TENANT:
                tenant = TenantDefinition.model_validate(entry.definition)
            elif key.startswith(AGENTS):
                agent = AgentDefinition.model_validate(entry.definition)
                agents[key.removeprefix(AGENTS)] = names.agent(agent)
            elif key != DEFAULTS and (definition := definition_in(entry)) is not None:
                overlay = Overlay.model_validate(entry.overlay)
                applications[key] = names.application(definition, overlay)
    return LastApplied(
        applications,
        agents,
        tuple(
            map(names.default_permission, default_permissions_in(record.definitions.get(DEFAULTS)))
        ),
        frozenset(connections_in_use(record)),
        tenant,
        record.admitted,
        bool(record.definitions),
    )


@dataclass(frozen=True)
class States:
    """The facts of all three states."""

    declared: Facts
    applied: Facts
    live: Facts

    @property
    def paths(self) -> set[str]:
        """Every path on which one of the states has a value."""
        return {*self.declared, *self.applied, *self.live}


def read_states(view: EnvironmentView, last: LastApplied) -> States:
    """The states of one environment, in comparable facts."""
    return States(declared_facts(view), applied_facts(view, last), live_facts(view))


def declared_facts(view: EnvironmentView) -> Facts:
    """What the files say."""
    catalog = view.catalog
    found = _definitions(view, catalog.applications, catalog.agents, catalog.default_permissions)
    found |= {f"connections/{name}": PROMOTED for name in catalog.connections}
    found |= _settings(catalog.tenant, catalog.environment, agents=bool(catalog.agents))
    return found | _organizations(catalog.record.admitted or {})


def applied_facts(view: EnvironmentView, last: LastApplied) -> Facts:
    """What the last update applied. Where an older record does not say which organizations, those
    of the files are assumed.
    """
    found = _definitions(view, last.applications, last.agents, last.default_permissions)
    found |= {f"connections/{name}": PROMOTED for name in last.connections}
    found |= _settings(last.tenant, view.catalog.environment, agents=bool(last.agents))
    organizations = last.organizations
    if organizations is None:
        organizations = (view.catalog.record.admitted or {}) if last.ever_applied else {}
    return found | _organizations(organizations)


def live_facts(view: EnvironmentView) -> Facts:
    """What the tenant has of this environment's objects, and all its default permissions and
    promoted connections.
    """
    if view.snapshot is None:
        return {}
    found: Facts = {}
    for key, client in view.managed.items():
        kind = "agents" if client.document else "applications"
        found[f"{kind}/{key}"] = LIVE
        if kind == "applications":
            found |= _facets(key, client.facets)
            found[f"applications/{key}/tag"] = _tag_text(*client.tag, client.owner)
        for grant in view.grants.get(client.id, ()):
            found |= _live_grant(f"grants/{key}", view, grant)
    for grant in view.grants.get("", ()):
        found |= _live_grant("default_permissions", view, grant)
    found |= {f"connections/{name}": PROMOTED for name in view.promoted_connections}
    return found | _live_settings(view) | _live_organizations(view)


def _definitions(
    view: EnvironmentView,
    applications: Mapping[str, Application],
    agents: Mapping[str, Agent],
    defaults: Iterable[DefaultPermission],
) -> Facts:
    """Applications, agents and permissions, declared or applied."""
    found: Facts = {}
    for key, application in applications.items():
        found[f"applications/{key}"] = LIVE
        found |= _facets(key, application_facets(application))
        found[f"applications/{key}/tag"] = _tag_text(key, view.stack, application.owner)
        if application.rate_limit is not None:
            found[f"applications/{key}/rate_limit"] = limit_text(application.rate_limit)
    found |= {f"agents/{key}": LIVE for key in agents}
    everything: Mapping[str, Application | Agent] = {**applications, **agents}
    for key, each in everything.items():
        for grant in each.grants:
            found |= _grant(f"grants/{key}", view, grant)
    for default in defaults:
        found |= _grant("default_permissions", view, default)
    return found


def _facets(key: str, facets: Facets) -> Facts:
    return {
        f"applications/{key}/{name.replace('%', '%25').replace('/', '%2F')}": value
        for name, value in facets.items()
    }


def _tag_text(key: str, stack: str, owner: str) -> str:
    """The ownership tags as one value: application, stack, and who owns the application."""
    if not key:
        return ""
    return f"{key} of {stack} for {owner}" if owner else f"{key} of {stack}"


def tags_in(text: str) -> dict[str, str]:
    """The entries of `client_metadata` behind a value of `tag`."""
    key, _, rest = text.partition(" of ")
    stack, _, owner = rest.partition(" for ")
    tags = {TAG_APPLICATION: key, TAG_STACK: stack}
    return {**tags, TAG_OWNER: owner} if owner else tags


def _grant_path(
    parent: str, view: EnvironmentView, grant: ClientGrant | DefaultPermission | Grant
) -> str:
    return f"{parent}/{quote(view.api_name(grant.audience), safe='')}/{grant.subject_type}"


def _grant(parent: str, view: EnvironmentView, grant: ClientGrant | DefaultPermission) -> Facts:
    path = _grant_path(parent, view, grant)
    found: Facts = {path: EVERY_SCOPE if grant.allow_all_scopes else tuple(sorted(grant.scopes))}
    if grant.authorization_details_types:
        found[f"{path}/authorization_details_types"] = grant.authorization_details_types
    if isinstance(grant, ClientGrant) and grant.organizations:
        found[f"{path}/organization_usage"] = "allow"
        found[f"{path}/organizations"] = tuple(sorted(grant.organizations))
    return found


def _live_grant(parent: str, view: EnvironmentView, grant: Grant) -> Facts:
    path = _grant_path(parent, view, grant)
    found: Facts = {path: EVERY_SCOPE if grant.all_scopes else tuple(sorted(grant.scopes))}
    if grant.details:
        found[f"{path}/authorization_details_types"] = grant.details
    if grant.any_organization:
        found[f"{path}/allow_any_organization"] = True
    if grant.organization_usage not in ("", "deny"):  # CG-13: unset means deny
        found[f"{path}/organization_usage"] = grant.organization_usage
    linked = (name for name, links in view.links.items() if grant.id in (links.grants or ()))
    organizations = tuple(sorted(linked))
    if organizations:
        found[f"{path}/organizations"] = organizations
    return found


def _settings(tenant: TenantDefinition, environment: Environment, *, agents: bool) -> Facts:
    """Settings that are stated, and the one that agents need."""
    found: Facts = {}
    registration = tenant.dynamic_client_registration
    if registration is not None:
        found[REGISTRATION] = ON
        if environment.permissive_eligible:
            found[REGISTRATION_MODE] = registration.security_mode
    if tenant.scope_descriptions_at_consent:
        found[SCOPE_DESCRIPTIONS] = ON
    if agents:
        found[METADATA_DOCUMENTS] = ON
    if tenant.error_page is not None:
        page = tenant.error_page
        parts = {"html": page.html, "url": page.url or "", "show_log_link": page.show_log_link}
        found |= {f"{ERROR_PAGE}/{name}": value for name, value in parts.items()}
    if tenant.rate_limit is not None:
        found[RATE_LIMIT] = limit_text(tenant.rate_limit)
    return found


def _live_settings(view: EnvironmentView) -> Facts:
    """The same settings as the tenant has them, and its rate limits."""
    if view.snapshot is None or view.snapshot.settings is None:
        return {}
    settings = view.snapshot.settings
    flags, page = settings.get("flags") or {}, settings.get("error_page") or {}
    found: Facts = {path: _on_or_off(flags.get(name)) for path, name in FLAGS.items()}
    found[METADATA_DOCUMENTS] = _on_or_off(settings.get("client_id_metadata_document_supported"))
    mode = settings.get("dynamic_client_registration_security_mode")
    if mode:
        found[REGISTRATION_MODE] = str(mode)
    found |= {f"{ERROR_PAGE}/{name}": page.get(name) or "" for name in ("html", "url")}
    found[f"{ERROR_PAGE}/show_log_link"] = bool(page.get("show_log_link"))
    keys = {f"client_id:{client.id}": key for key, client in view.managed.items()}
    for consumer, policy in view.snapshot.rate_limits.items():
        if consumer == ALL_THIRD_PARTIES:
            found[RATE_LIMIT] = limit_text(policy)
        elif consumer in keys:
            found[f"applications/{keys[consumer]}/rate_limit"] = limit_text(policy)
    return found


def limit_text(limit: RateLimit | RateLimitPolicy) -> str:
    """A rate limit as one value, such as `block beyond 100`."""
    return f"{limit.action} beyond {limit.limit}"


def limit_in(text: str) -> dict[str, str | int]:
    """The rate limit behind a value that `limit_text` made."""
    action, _, limit = text.partition(" beyond ")
    return {"action": action, "limit": int(limit)}


def _on_or_off(value: object) -> str:
    return ON if value is True else OFF


def _organizations(stated: Connections) -> Facts:
    found: Facts = {}
    for name, connections in stated.items():
        found[f"organizations/{name}/third_parties"] = ALLOW
        found |= {f"organizations/{name}/connections/{each}": ENABLED for each in connections}
    return found


def _live_organizations(view: EnvironmentView) -> Facts:
    """Those that the environment's file names."""
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
