"""Open registration of clients, which can't be written without a baseline."""

from collections.abc import Sequence

import pulumi

from catalog.tenant import DynamicClientRegistration as Settings
from components.default_permissions import DefaultPermissions
from components.narrow_resources import DynamicRegistration


class DynamicClientRegistration(pulumi.ComponentResource):
    """The tenant's switch, turned on after the default permissions are there (DCR-07).

    `mode_is_ours`: whether the tenant lets its owner choose the mode of what registers (DCR-08).
    Whoever knows the tenant's address can register then, without a token (DCR-02); `defaults` is
    all that such a client may do, `after` what else must be complete before the door opens.
    """

    def __init__(
        self,
        name: str,
        defaults: DefaultPermissions,
        settings: Settings,
        *,
        mode_is_ours: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0apps:index:DynamicClientRegistration", name, None, opts)
        DynamicRegistration(
            f"{name}-switch",
            security_mode=settings.security_mode if mode_is_ours else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[defaults, *after]),
        )
        self.register_outputs({})
