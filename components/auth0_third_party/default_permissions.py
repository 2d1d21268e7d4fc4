"""The baseline: what every third-party application may do, as one set."""

from collections.abc import Sequence

import pulumi

from auth0_third_party.client_grants import declare_grant
from auth0_third_party.model.permissions import DefaultPermission


class DefaultPermissions(pulumi.ComponentResource):
    """Default permissions of the tenant, for users and for applications themselves.

    They reach every third-party application without a grant of its own on the same API and subject
    type, dynamically registered ones included.
    """

    def __init__(
        self,
        name: str,
        permissions: Sequence[DefaultPermission],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:DefaultPermissions", name, None, opts)
        for permission in permissions:
            declare_grant(self, name, permission, client_id=None)
        self.register_outputs({})
