"""Rate limits of the authentication API for third-party clients."""

from collections.abc import Mapping

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.model.application import RateLimit

THIRD_PARTIES = "third_party_clients"


class RateLimits(pulumi.ComponentResource):
    """One policy for all third-party clients, and one for each client that has its own (RT-21).

    The client's own wins. Agents are not in the group: their traffic has a bucket of its own.
    """

    def __init__(
        self,
        name: str,
        everyone: RateLimit | None,
        clients: Mapping[str, tuple[pulumi.Input[str], RateLimit]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:RateLimits", name, None, opts)
        if everyone is not None:
            self._policy(f"{name}-third-parties", THIRD_PARTIES, everyone)
        for key, (client_id, limit) in clients.items():
            selector = pulumi.Output.concat("client_id:", client_id)
            self._policy(f"{name}-{key}", selector, limit)
        self.register_outputs({})

    def _policy(self, name: str, selector: pulumi.Input[str], limit: RateLimit) -> None:
        auth0.RateLimitPolicy(
            name,
            resource="oauth_authentication_api",
            consumer="client",
            consumer_selector=selector,
            configuration={"action": limit.action, "limit": limit.limit},
            opts=pulumi.ResourceOptions(parent=self),
        )
