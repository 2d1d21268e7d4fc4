"""Organizations whose members may use third-party applications."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi

from auth0_third_party.arguments import Arguments, child_options
from auth0_third_party.model.names import organization_access_name, organization_link_name
from auth0_third_party.model.values import Model, Text
from auth0_third_party.resources import OrganizationAccess, OrganizationConnection


class ThirdPartyOrganizationArgs(TypedDict):
    """An organization, and how its members sign in."""

    organization: pulumi.Input[str]
    """Its name or its `org_` id."""
    connections: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Connections that its members sign in with, each by its name or its `con_` id; resource names
    are made of the keys."""


class ThirdPartyOrganization(pulumi.ComponentResource):
    """Admits third-party applications to an organization's sign-in, by the connections given.

    All third-party applications of the tenant are admitted, not only those of this program
    (ORG-01). Sign-in also needs each connection promoted (ORG-03): let it depend on
    `DomainConnections`.
    """

    def __init__(
        self,
        resource_name: str,
        args: ThirdPartyOrganizationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments(
            "ThirdPartyOrganization", resource_name, _Organization, args, known=("connections",)
        )
        super().__init__(
            "auth0-third-party:index:ThirdPartyOrganization", resource_name, None, opts
        )
        organization = arguments.get("organization")
        links = [
            OrganizationConnection(
                organization_link_name(resource_name, key),
                organization=organization,
                connection=arguments.get("connections", key),
                opts=child_options(self, opts),
            )
            for key in arguments.model.connections
        ]
        OrganizationAccess(
            organization_access_name(resource_name),
            organization=organization,
            opts=child_options(self, opts, depends_on=links),
        )
        self.register_outputs({})


class _Organization(Model):
    organization: Text
    connections: dict[str, Text] = {}
