"""Rate limits of the authentication API for third-party clients."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.arguments import Arguments, child_options
from auth0_third_party.model.application import RateLimit
from auth0_third_party.model.names import THIRD_PARTY_CLIENTS
from auth0_third_party.official import declare


class RateLimitArgs(TypedDict):
    """Requests to the authentication API."""

    limit: pulumi.Input[int]
    """Requests, at most 10,000."""
    action: NotRequired[pulumi.Input[str]]
    """Beyond the limit: `block` answers 429 (default), `log` only notes it."""


class ThirdPartyRateLimit(pulumi.ComponentResource):
    """The rate limit of all third-party clients together (RT-21).

    A limit of an application's own wins over it. Agents are not in the group: their traffic has a
    limit of its own.
    """

    def __init__(
        self,
        resource_name: str,
        args: RateLimitArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments("ThirdPartyRateLimit", resource_name, RateLimit, args)
        super().__init__("auth0-third-party:index:ThirdPartyRateLimit", resource_name, None, opts)
        declare_rate_limit(
            f"{resource_name}-policy",
            THIRD_PARTY_CLIENTS,
            arguments,
            (),
            child_options(self, opts),
        )
        self.register_outputs({})


def declare_rate_limit(
    name: str,
    selector: pulumi.Input[str],
    arguments: Arguments[Any],
    path: tuple[str | int, ...],
    opts: pulumi.ResourceOptions,
) -> None:
    """The policy of the clients that `selector` names; `path` leads to the limit.

    A write that failed makes the policy anew: the plugin would send `configuration: null` in each
    later update, which Auth0 refuses. So it is never protected: nothing is lost with it.
    """
    anew = pulumi.ResourceOptions(
        replace_on_changes=["#initerror"], delete_before_replace=True, protect=False
    )
    declare(
        auth0.RateLimitPolicy,
        name,
        pulumi.ResourceOptions.merge(opts, anew),
        resource="oauth_authentication_api",
        consumer="client",
        consumer_selector=selector,
        configuration={
            "action": arguments.get(*path, "action"),
            "limit": arguments.get(*path, "limit"),
        },
    )
