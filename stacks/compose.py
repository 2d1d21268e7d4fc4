"""Components for one environment, in the order in which access comes to life."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_auth0 as auth0

from catalog import Catalog
from components import (
    Auth0AppsProvider,
    DefaultPermissions,
    DomainConnections,
    ThirdPartyApplication,
)
from stacks.settings import Settings


@dataclass(frozen=True)
class Composition:
    """What a stack consists of, ready for its outputs."""

    applications: dict[str, ThirdPartyApplication]
    connections: DomainConnections


def compose(catalog: Catalog, settings: Settings) -> Composition:
    """Declares the stack: default permissions and applications first, then the doors."""
    inherited = pulumi.ResourceOptions(
        providers=_providers(settings), protect=catalog.environment.protected
    )
    DefaultPermissions("default-permissions", catalog.default_permissions, inherited)
    applications = {
        key: ThirdPartyApplication(key, application, inherited)
        for key, application in catalog.applications.items()
    }
    connections = DomainConnections(
        "connections", catalog.connections, list(applications.values()), inherited
    )
    return Composition(applications, connections)


def stack_outputs(
    catalog: Catalog, settings: Settings, composition: Composition
) -> dict[str, pulumi.Input[Any]]:
    """The outputs that other tools rely on; client secrets only where the environment asks."""
    outputs: dict[str, pulumi.Input[Any]] = {
        "tenant": settings.domain,
        "applications": {
            key: {
                "client_id": component.client_id,
                "app_type": catalog.applications[key].app_type,
                "security_mode": "strict",
            }
            for key, component in composition.applications.items()
        },
        "definitions": dict(catalog.digests),
        "access": [row.model_dump(mode="json") for row in catalog.access],
        "connections": {
            name: {"id": connection.connection_id, "promoted_by_us": connection.promoted_by_us}
            for name, connection in composition.connections.connections.items()
        },
    }
    if catalog.environment.client_secrets_as_outputs:
        outputs["client_secrets"] = {
            key: component.client_secret
            for key, component in composition.applications.items()
            if component.client_secret is not None
        }
    return outputs


def _providers(settings: Settings) -> list[pulumi.ProviderResource]:
    """One explicit provider each. Their inputs are recorded in the state, so the domain is all
    they hold, unless the stack's own encrypted config is where the credentials are.
    """
    own = settings.credentials
    stored = settings.credentials_from_config
    client_id = own.client_id if stored and own.client_id else None
    client_secret = (
        pulumi.Output.secret(own.client_secret) if stored and own.client_secret else None
    )
    api_token = pulumi.Output.secret(own.api_token) if stored and own.api_token else None
    return [
        auth0.Provider(
            "auth0",
            domain=settings.domain,
            client_id=client_id,
            client_secret=client_secret,
            api_token=api_token,
        ),
        Auth0AppsProvider(
            "auth0apps",
            domain=settings.domain,
            client_id=client_id,
            client_secret=client_secret,
            api_token=api_token,
        ),
    ]
