"""Connections that are open to third-party applications. The door opens last."""

from collections.abc import Sequence

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.resources import ConnectionPromotion


class DomainConnection(pulumi.ComponentResource):
    """One existing connection, promoted to the domain level.

    Every third-party application of the tenant can use it then, not only those of `applications`:
    these are what must be complete before the door opens, and closed after it shuts.
    """

    connection_id: pulumi.Output[str]
    promoted_by_us: pulumi.Output[bool]

    def __init__(
        self,
        name: str,
        connection: pulumi.Input[str],
        applications: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:DomainConnection", name, None, opts)
        promotion = ConnectionPromotion(
            f"{name}-promotion",
            connection=connection,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(applications)),
        )
        self.connection_id = promotion.connection_id
        self.promoted_by_us = promotion.promoted_by_us
        outputs = {"connection_id": self.connection_id, "promoted_by_us": self.promoted_by_us}
        self.register_outputs(outputs)


class NewDomainConnection(pulumi.ComponentResource):
    """A connection that does not exist yet, made open to third-party applications.

    Unlike a promoted one it is ours whole: removing it deletes it. `options` are the official
    plugin's, secrets in them wrapped by `pulumi.Output.secret`.
    """

    connection_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        connection: str,
        strategy: str,
        *,
        options: pulumi.Input[auth0.ConnectionOptionsArgs] | None = None,
        applications: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:NewDomainConnection", name, None, opts)
        made = auth0.Connection(
            f"{name}-connection",
            name=connection,
            strategy=strategy,
            is_domain_connection=True,
            options=options,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(applications)),
        )
        self.connection_id = made.id
        self.register_outputs({"connection_id": self.connection_id})


class DomainConnections(pulumi.ComponentResource):
    """All promoted connections of a tenant, each once, however many applications name it."""

    connections: dict[str, DomainConnection]

    def __init__(
        self,
        name: str,
        connections: Sequence[str],
        applications: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:DomainConnections", name, None, opts)
        self.connections = {
            connection: DomainConnection(
                f"{name}-{connection}",
                connection,
                applications,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for connection in sorted(set(connections))
        }
        self.register_outputs({})
