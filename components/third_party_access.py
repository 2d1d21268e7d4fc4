"""The whole of one partner's access in one component, for programs without our files."""

import pulumi

from catalog.models import Application
from components.domain_connections import DomainConnections
from components.third_party_application import ThirdPartyApplication


class ThirdPartyAccess(pulumi.ComponentResource):
    """An application with its client grants, and the connections that its users sign in with.

    For a program with one application, or whose applications share no connection: a connection
    can be promoted by one resource only. With several, use one `DomainConnections` for all.
    """

    application: ThirdPartyApplication
    client_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        application: Application,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0apps:index:ThirdPartyAccess", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.application = ThirdPartyApplication(name, application, inside)
        self.client_id = self.application.client_id
        DomainConnections(
            f"{name}-connections", application.connections, [self.application], inside
        )
        self.register_outputs({"client_id": self.client_id})
