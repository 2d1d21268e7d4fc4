"""Open registration of clients, which can't be written without a baseline."""

from collections.abc import Iterator, Mapping
from typing import Literal, NotRequired, TypedDict

import pulumi

from auth0_third_party.arguments import Arguments, child_options
from auth0_third_party.model.names import setting_name
from auth0_third_party.model.values import Model
from auth0_third_party.resources import RegistrationSetting
from auth0_third_party.rules import Violation, check_baseline


class DynamicClientRegistrationArgs(TypedDict):
    """What dynamically registered clients may do, and how they are registered."""

    baseline: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """The default permissions: pass `DefaultPermissions.grants`. They are all that a registered
    client may do."""
    security_mode: NotRequired[pulumi.Input[str]]
    """`strict` or `permissive`; only for tenants whose owner can choose it (DCR-08)."""


class DynamicClientRegistration(pulumi.ComponentResource):
    """The tenant's switch for open registration, turned on after the baseline is there (DCR-07).

    Everyone who knows the tenant's address can register a client then, without a token (DCR-02).
    Let it depend on everything that must be complete before.
    """

    def __init__(
        self,
        resource_name: str,
        args: DynamicClientRegistrationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments(
            "DynamicClientRegistration",
            resource_name,
            _Registration,
            args,
            rules=_Registration.violations,
        )
        super().__init__(
            "auth0-third-party:index:DynamicClientRegistration", resource_name, None, opts
        )
        baseline = pulumi.Output.from_input(arguments.get("baseline"))
        RegistrationSetting(
            setting_name(resource_name),
            # A value made of the baseline, so that the engine writes the setting after it.
            enabled=baseline.apply(lambda grants: len(grants) > 0),
            security_mode=arguments.get("security_mode"),
            opts=child_options(self, opts),
        )
        self.register_outputs({})


class _Registration(Model):
    baseline: dict[str, str]
    security_mode: Literal["strict", "permissive"] | None = None

    def violations(self) -> Iterator[Violation]:
        """DCR-07. A grant's key ends with its subject type."""
        given = ((key.rpartition("-")[2], True) for key in self.baseline)
        yield from check_baseline(("baseline",), given)
