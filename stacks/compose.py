"""Components for one environment, in the order in which access comes to life."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party import (
    Agent,
    ClassicLoginPage,
    DefaultPermissions,
    DomainConnections,
    DynamicClientRegistration,
    ErrorPage,
    MetadataDocumentSupport,
    PermissiveApplication,
    Provider,
    RateLimits,
    ThirdPartyApplication,
    ThirdPartyOrganization,
)
from auth0_third_party.model.application import Application
from auth0_third_party.model.names import CONNECTIONS, DEFAULTS, RATE_LIMITS, organization_name
from auth0_third_party.resources import ScopeDescriptions
from stacks.settings import Settings
from tpa.files.catalog import Catalog


def providers(settings: Settings) -> list[pulumi.ProviderResource]:
    """One explicit provider each. Their inputs are recorded in the state, so the domain is all
    they hold, unless the stack's own encrypted config is where the credentials are.
    """
    own, domain = settings.credentials, settings.domain
    stored = own.from_fallback
    client_id = own.client_id if stored and own.client_id else None
    secret = pulumi.Output.secret(own.client_secret) if stored and own.client_secret else None
    token = pulumi.Output.secret(own.api_token) if stored and own.api_token else None
    return [
        auth0.Provider(
            "auth0", domain=domain, client_id=client_id, client_secret=secret, api_token=token
        ),
        Provider(
            "auth0-third-party",
            domain=domain,
            client_id=client_id,
            client_secret=secret,
            api_token=token,
        ),
    ]


@dataclass(frozen=True)
class Composition:
    """What a stack consists of, ready for its outputs."""

    applications: dict[str, ThirdPartyApplication]
    agents: dict[str, Agent]
    connections: DomainConnections


def compose(
    catalog: Catalog,
    settings: Settings,
    transformations: Sequence[pulumi.ResourceTransformation] = (),
) -> Composition:
    """Declares the stack: what the tenant needs, then applications, then the doors, then who may
    register without us. Every resource passes the `transformations`.
    """
    inherited = pulumi.ResourceOptions(
        providers=providers(settings),
        protect=catalog.environment.protected,
        transformations=list(transformations),
    )
    defaults = DefaultPermissions(DEFAULTS, catalog.default_permissions, inherited)
    _declare_pages(catalog, inherited)
    applications = {
        key: _application(key, application, inherited)
        for key, application in catalog.applications.items()
    }
    agents = _declare_agents(catalog, inherited)
    _declare_limits(catalog, applications, inherited)
    complete: list[pulumi.Resource] = [defaults, *applications.values(), *agents.values()]
    connections = DomainConnections(CONNECTIONS, catalog.connections, complete, inherited)
    _declare_organizations(catalog, [*complete, connections], inherited)
    registration = catalog.tenant.dynamic_client_registration
    if registration is not None:
        DynamicClientRegistration(
            "dynamic-registration",
            defaults,
            security_mode=(
                registration.security_mode if catalog.environment.permissive_eligible else None
            ),
            after=[*complete, connections],
            opts=inherited,
        )
    return Composition(applications, agents, connections)


def _application(
    key: str, application: Application, opts: pulumi.ResourceOptions
) -> ThirdPartyApplication:
    kind = ThirdPartyApplication if application.strict else PermissiveApplication
    return kind(key, application, opts)


def _declare_agents(catalog: Catalog, opts: pulumi.ResourceOptions) -> dict[str, Agent]:
    if not catalog.agents:
        return {}
    support = MetadataDocumentSupport("metadata-documents", opts)
    return {key: Agent(key, agent, [support], opts) for key, agent in catalog.agents.items()}


def _declare_organizations(
    catalog: Catalog, after: list[pulumi.Resource], opts: pulumi.ResourceOptions
) -> None:
    names = catalog.environment.connections
    for key, organization in catalog.environment.organizations.items():
        if organization.admits_third_parties:
            connections = [names[connection] for connection in organization.connections]
            name = organization_name(key)
            ThirdPartyOrganization(name, organization.name, connections, after, opts)


def _declare_limits(
    catalog: Catalog, applications: dict[str, ThirdPartyApplication], opts: pulumi.ResourceOptions
) -> None:
    own = {
        key: (applications[key].client_id, application.rate_limit)
        for key, application in catalog.applications.items()
        if application.rate_limit is not None
    }
    if catalog.tenant.rate_limit or own:
        RateLimits(RATE_LIMITS, catalog.tenant.rate_limit, own, opts)


def _declare_pages(catalog: Catalog, opts: pulumi.ResourceOptions) -> None:
    tenant = catalog.tenant
    if tenant.scope_descriptions_at_consent:
        ScopeDescriptions("scope-descriptions", opts)
    if tenant.error_page is not None:
        ErrorPage("error-page", tenant.error_page, opts)
    if tenant.login_page is not None:
        ClassicLoginPage("login-page", tenant.login_page, opts)
