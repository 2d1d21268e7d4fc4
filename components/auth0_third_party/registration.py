"""Open registration of clients, which can't be written without a baseline."""

from collections.abc import Sequence

import pulumi

from auth0_third_party.default_permissions import DefaultPermissions
from auth0_third_party.resources import DynamicRegistration


class DynamicClientRegistration(pulumi.ComponentResource):
    """The tenant's switch, turned on after the default permissions are there (DCR-07).

    `security_mode` of what registers: only where the tenant lets its owner choose it (DCR-08).
    Whoever knows the tenant's address can register then, without a token (DCR-02); `defaults` is
    all that such a client may do, `after` what else must be complete before the door opens.
    """

    def __init__(
        self,
        name: str,
        defaults: DefaultPermissions,
        *,
        security_mode: str | None = None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:DynamicClientRegistration", name, None, opts)
        DynamicRegistration(
            f"{name}-switch",
            security_mode=security_mode,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[defaults, *after]),
        )
        self.register_outputs({})
