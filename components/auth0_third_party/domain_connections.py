"""Connections at the domain level, with which third-party applications sign users in."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.arguments import Arguments, child_options, together
from auth0_third_party.model.names import promotion_name
from auth0_third_party.model.values import Model, Text
from auth0_third_party.official import declare
from auth0_third_party.resources import ConnectionPromotion


class DomainConnectionsArgs(TypedDict):
    """The connections of a tenant that third-party applications sign users in with."""

    connections: Mapping[str, pulumi.Input[str]]
    """Each by its name or its `con_` id; resource names are made of the keys."""


class DomainConnections(pulumi.ComponentResource):
    """All promoted connections of a tenant, each once, however many applications use it.

    Every third-party application of the tenant can sign users in with a promoted connection, not
    only those of this program. So let it depend on all applications (`depends_on`): they are
    complete before users can sign in, and deleted after users no longer can.
    """

    connections: pulumi.Output[Mapping[str, str]]
    """Ids by the keys of `connections`."""
    promoted_by_us: pulumi.Output[Mapping[str, bool]]
    """By key: whether the connection was closed before, and so will be closed again."""

    def __init__(
        self,
        resource_name: str,
        args: DomainConnectionsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments(
            "DomainConnections", resource_name, _Connections, args, known=("connections",)
        )
        super().__init__("auth0-third-party:index:DomainConnections", resource_name, None, opts)
        self.promotions = {
            key: ConnectionPromotion(
                promotion_name(resource_name, key),
                connection=arguments.get("connections", key),
                opts=child_options(self, opts),
            )
            for key in sorted(arguments.model.connections)
        }
        self.connections = together({k: p.connection_id for k, p in self.promotions.items()})
        self.promoted_by_us = together({k: p.promoted_by_us for k, p in self.promotions.items()})
        self.register_outputs(
            {"connections": self.connections, "promotedByUs": self.promoted_by_us}
        )


class NewDomainConnectionArgs(TypedDict):
    """A connection that does not exist yet."""

    connection: pulumi.Input[str]
    """Its name."""
    strategy: pulumi.Input[str]
    """Its type, such as `auth0`, `google-oauth2` or `oidc`."""
    options: NotRequired[pulumi.Input[Any]]
    """Options of the official plugin's `Connection`; pass secrets as secret outputs."""


class NewDomainConnection(pulumi.ComponentResource):
    """A new connection at the domain level.

    Unlike a promoted connection it belongs to the program: removing it here deletes it.
    """

    connection_id: pulumi.Output[str]
    """`con_` and 16 characters."""

    def __init__(
        self,
        resource_name: str,
        args: NewDomainConnectionArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments(
            "NewDomainConnection",
            resource_name,
            _NewConnection,
            {"connection": args.get("connection"), "strategy": args.get("strategy")},
        )
        super().__init__("auth0-third-party:index:NewDomainConnection", resource_name, None, opts)
        made = declare(
            auth0.Connection,
            f"{resource_name}-connection",
            child_options(self, opts),
            name=arguments.get("connection"),
            strategy=arguments.get("strategy"),
            is_domain_connection=True,
            **_options(args),
        )
        self.connection_id = made.id
        self.register_outputs({"connectionId": self.connection_id})


def _options(args: NewDomainConnectionArgs) -> dict[str, pulumi.Output[Any]]:
    """As one value: Auth0 replaces them as a whole."""
    options: Any = args.get("options")
    return {} if options is None else {"options": pulumi.Output.from_input(options)}


class _Connections(Model):
    connections: dict[str, Text]


class _NewConnection(Model):
    connection: Text
    strategy: Text
