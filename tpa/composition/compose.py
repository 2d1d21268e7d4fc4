"""Components for one environment, in the order in which access comes to life."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party import (
    Agent,
    ClassicLoginPage,
    DefaultPermissions,
    DomainConnections,
    DynamicClientRegistration,
    MetadataDocumentSetting,
    PermissiveApplication,
    Provider,
    ResourceIndicatorSetting,
    ScopeDescriptionSetting,
    TenantErrorPage,
    ThirdPartyApplication,
    ThirdPartyOrganization,
    ThirdPartyRateLimit,
)
from auth0_third_party.model.application import Application
from auth0_third_party.model.names import (
    CONNECTIONS,
    DEFAULTS,
    ERROR_PAGE,
    METADATA_DOCUMENTS,
    REGISTRATION,
    RESOURCE_INDICATORS,
    SCOPE_DESCRIPTIONS,
    THIRD_PARTY_RATE_LIMIT,
    organization_name,
)
from auth0_third_party.model.values import Model
from tpa.composition.applied import CONNECTIONS as PROMOTIONS
from tpa.composition.applied import ORGANIZATIONS, AppliedResources
from tpa.composition.settings import Settings
from tpa.files.catalog import Catalog
from tpa.files.record import DEFAULTS as DEFAULTS_PART
from tpa.files.record import TENANT, Identity


@dataclass(frozen=True)
class Composition:
    """What a stack consists of, ready for its outputs, and what the engine holds of it."""

    applications: dict[str, ThirdPartyApplication]
    agents: dict[str, Agent]
    connections: DomainConnections
    applied: AppliedResources


def compose(
    catalog: Catalog,
    settings: Settings,
    transformations: Sequence[pulumi.ResourceTransformation] = (),
) -> Composition:
    """Declares the stack: what the tenant needs, then applications, then the promotion of their
    connections, then open registration. Every resource passes the `transformations`.
    """
    inherited = pulumi.ResourceOptions(
        providers=providers(settings),
        protect=catalog.environment.protected,
        transformations=list(transformations),
    )
    applied = AppliedResources()
    settings_opts = applied.part(TENANT, inherited)
    permissions: Any = [_arguments(each) for each in catalog.default_permissions]
    defaults = DefaultPermissions(
        DEFAULTS, {"permissions": permissions}, applied.part(DEFAULTS_PART, inherited)
    )
    _declare_tenant(catalog, settings_opts)
    applications = {
        key: _application(key, application, applied.part(Identity(key), inherited))
        for key, application in catalog.applications.items()
    }
    agents = _declare_agents(catalog, applied, inherited)
    complete: list[pulumi.Resource] = [defaults, *applications.values(), *agents.values()]
    connections = DomainConnections(
        CONNECTIONS,
        {"connections": {name: name for name in catalog.connections}},
        _after(complete, applied.part(PROMOTIONS, inherited)),
    )
    complete.append(connections)
    _declare_organizations(catalog, _after(complete, applied.part(ORGANIZATIONS, inherited)))
    _declare_registration(catalog, defaults, _after(complete, settings_opts))
    return Composition(applications, agents, connections, applied)


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


def _after(
    resources: Sequence[pulumi.Resource], opts: pulumi.ResourceOptions
) -> pulumi.ResourceOptions:
    """The options of what others can use to sign in: it is written after all that is ours alone."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(resources)))


def _application(
    key: str, application: Application, opts: pulumi.ResourceOptions
) -> ThirdPartyApplication:
    component = ThirdPartyApplication if application.strict else PermissiveApplication
    args: Any = _arguments(application, "security_mode", "connections")
    return component(key, args, opts)


def _arguments(model: Model, *without: str) -> dict[str, Any]:
    """What a model states, as the arguments of a component; the fields have the same names."""
    return model.model_dump(exclude_unset=True, exclude_none=True, exclude=set(without))


def _declare_agents(
    catalog: Catalog, applied: AppliedResources, opts: pulumi.ResourceOptions
) -> dict[str, Agent]:
    if not catalog.agents:
        return {}
    after_support = _after([MetadataDocumentSetting(METADATA_DOCUMENTS, opts)], opts)
    agents = {}
    for key, agent in catalog.agents.items():
        args: Any = _arguments(agent, "owner", "connections")
        agents[key] = Agent(key, args, applied.part(Identity(key, "agent"), after_support))
    return agents


def _declare_organizations(catalog: Catalog, opts: pulumi.ResourceOptions) -> None:
    names = catalog.environment.connections
    for key, organization in catalog.environment.organizations.items():
        if organization.admits_third_parties:
            called = [names[connection] for connection in organization.connections]
            connections = {name: name for name in called}
            ThirdPartyOrganization(
                organization_name(key),
                {"organization": organization.name, "connections": connections},
                opts,
            )


def _declare_registration(
    catalog: Catalog, defaults: DefaultPermissions, opts: pulumi.ResourceOptions
) -> None:
    registration = catalog.tenant.dynamic_client_registration
    if registration is None:
        return
    args: Any = {"baseline": defaults.grants}
    if catalog.environment.permissive_eligible:  # other tenants have no say in the mode
        args["security_mode"] = registration.security_mode
    DynamicClientRegistration(REGISTRATION, args, opts)


def _declare_tenant(catalog: Catalog, opts: pulumi.ResourceOptions) -> None:
    tenant = catalog.tenant
    if tenant.scope_descriptions_at_consent:
        ScopeDescriptionSetting(SCOPE_DESCRIPTIONS, opts)
    if tenant.resource_indicators:
        ResourceIndicatorSetting(RESOURCE_INDICATORS, opts)
    if tenant.rate_limit is not None:
        limit: Any = _arguments(tenant.rate_limit)
        ThirdPartyRateLimit(THIRD_PARTY_RATE_LIMIT, limit, opts)
    if tenant.error_page is not None:
        page: Any = _arguments(tenant.error_page)
        TenantErrorPage(ERROR_PAGE, page, opts)
    if tenant.login_page is not None:
        login: Any = _arguments(tenant.login_page)
        ClassicLoginPage("login-page", login, opts)
