"""Organizations whose members may use third-party applications."""

from collections.abc import Sequence

import pulumi

from auth0_third_party.model.names import organization_access_name, organization_link_name
from auth0_third_party.resources import OrganizationAccess, OrganizationConnection


class ThirdPartyOrganization(pulumi.ComponentResource):
    """Admits third-party applications to an organization's sign-in, by the connections given.

    All third-party applications of the tenant are admitted, not only ours (ORG-01). Sign-in also
    needs each connection promoted (ORG-03); `after` is what must be complete before the door opens.
    """

    def __init__(
        self,
        name: str,
        organization: str,
        connections: Sequence[str],
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:ThirdPartyOrganization", name, None, opts)
        last = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        links = [
            OrganizationConnection(
                organization_link_name(name, connection),
                organization=organization,
                connection=connection,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for connection in connections
        ]
        admission = pulumi.ResourceOptions.merge(last, pulumi.ResourceOptions(depends_on=links))
        access = organization_access_name(name)
        OrganizationAccess(access, organization=organization, opts=admission)
        self.register_outputs({})
