"""The baseline: what every third-party application may do, as one set."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import pulumi

from auth0_third_party.arguments import Arguments, together
from auth0_third_party.client_grants import (
    KNOWN,
    DefaultPermissionArgs,
    declare_default_permissions,
)
from auth0_third_party.model.permissions import DefaultPermissionSet


class DefaultPermissionsArgs(TypedDict):
    """All default permissions of a tenant."""

    permissions: Sequence[DefaultPermissionArgs]
    """One for each API and subject type."""


class DefaultPermissions(pulumi.ComponentResource):
    """Default permissions of a tenant, for user access and for client access.

    They apply to every third-party application without a grant of its own on the same API and
    subject type, to dynamically registered ones too.
    """

    grants: pulumi.Output[Mapping[str, str]]
    """Ids of the grants that give something, by `<api>-<subject type>`."""

    def __init__(
        self,
        resource_name: str,
        args: DefaultPermissionsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments(
            "DefaultPermissions",
            resource_name,
            DefaultPermissionSet,
            args,
            rules=DefaultPermissionSet.violations,
            known=("permissions", *KNOWN),
        )
        super().__init__("auth0-third-party:index:DefaultPermissions", resource_name, None, opts)
        self.grants = together(declare_default_permissions(self, resource_name, arguments, opts))
        self.register_outputs({"grants": self.grants})
