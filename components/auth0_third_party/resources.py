"""The resources of the native provider, as programs in Python see them.

Each owns a few fields of an object that the tenant shares with others, or one link between two
such objects. What was there before is remembered, and restored on delete while it is still ours.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from auth0_third_party.version import VERSION

NAMES = {
    "connectionId": "connection_id",
    "isDomainConnection": "is_domain_connection",
    "organizationId": "organization_id",
    "promotedByUs": "promoted_by_us",
    "securityMode": "security_mode",
}
WIRE_NAMES = {python: wire for wire, python in NAMES.items()}


class Provider(pulumi.ProviderResource):
    """The tenant that `auth0-third-party` resources live in.

    Credentials come from AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or AUTH0_API_TOKEN, in the
    environment; pass them here only as secrets, since a provider's inputs are recorded in the
    state.
    """

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        client_id: pulumi.Input[str] | None = None,
        client_secret: pulumi.Input[str] | None = None,
        api_token: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "domain": domain,
            "clientId": client_id,
            "clientSecret": _secret(client_secret),
            "apiToken": _secret(api_token),
        }
        super().__init__("auth0-third-party", name, inputs, _versioned(opts))


class FieldScopedResource(pulumi.CustomResource):
    """Base of the resources below: their type tokens and the names of their properties."""

    def __init__(
        self,
        token: str,
        resource_name: str,
        inputs: Mapping[str, Any],
        outputs: tuple[str, ...],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        properties = {**dict.fromkeys(outputs), **inputs}
        super().__init__(token, resource_name, properties, _versioned(opts))

    def translate_output_property(self, prop: str) -> str:
        """The SDK's names of the plugin's properties."""
        return NAMES.get(prop, prop)

    def translate_input_property(self, prop: str) -> str:
        """The plugin's names of the SDK's properties."""
        return WIRE_NAMES.get(prop, prop)

    def _output(self, name: str) -> Any:
        return pulumi.get(self, name)


class ConnectionPromotion(FieldScopedResource):
    """An existing connection, opened to all third-party applications of the tenant.

    Owns `is_domain_connection`. `connection` is its name or its `con_` id; the id is what
    `pulumi import` takes.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        connection: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        outputs = ("connection_id", "is_domain_connection", "name", "promoted_by_us", "strategy")
        super().__init__(
            "auth0-third-party:index:ConnectionPromotion",
            resource_name,
            {"connection": connection},
            outputs,
            opts,
        )

    @property
    def connection_id(self) -> pulumi.Output[str]:
        """`con_` and 16 characters."""
        value: pulumi.Output[str] = self._output("connection_id")
        return value

    @property
    def promoted_by_us(self) -> pulumi.Output[bool]:
        """Whether it was closed before, and so will be closed again."""
        value: pulumi.Output[bool] = self._output("promoted_by_us")
        return value


class RegistrationSetting(FieldScopedResource):
    """The tenant's switch for dynamic client registration, and the mode of what registers.

    Only tenants with older third-party applications can choose the mode (DCR-08); it is left alone
    where `security_mode` is None. The switch is on as long as the resource exists, whatever
    `enabled` is: a value made of what must be there before makes the engine wait for that.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        enabled: pulumi.Input[bool] = True,
        security_mode: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "auth0-third-party:index:RegistrationSetting",
            resource_name,
            {"enabled": enabled, "security_mode": security_mode},
            (),
            opts,
        )


class MetadataDocumentSetting(FieldScopedResource):
    """The tenant's switch for client id metadata documents (CIMD-01)."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "auth0-third-party:index:MetadataDocumentSetting",
            resource_name,
            {},
            ("supported",),
            opts,
        )


class ScopeDescriptionSetting(FieldScopedResource):
    """Consent shows what scopes mean instead of what they are called (RT-09)."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "auth0-third-party:index:ScopeDescriptionSetting", resource_name, {}, ("shown",), opts
        )


class ResourceIndicatorSetting(FieldScopedResource):
    """A request that has no `audience` names its API by `resource`, as agents do (RT-20)."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "auth0-third-party:index:ResourceIndicatorSetting",
            resource_name,
            {},
            ("profile",),
            opts,
        )


class ErrorPageSetting(FieldScopedResource):
    """The tenant's error page; `page` has the API's own keys html, url and show_log_link."""

    def __init__(
        self,
        resource_name: str,
        *,
        page: pulumi.Input[Mapping[str, Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "auth0-third-party:index:ErrorPageSetting", resource_name, {"page": page}, (), opts
        )


class LoginPageSetting(FieldScopedResource):
    """The Classic login page, which hangs on the tenant's global client."""

    def __init__(
        self,
        resource_name: str,
        *,
        html: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "auth0-third-party:index:LoginPageSetting",
            resource_name,
            {"html": html},
            ("enabled",),
            opts,
        )


class OrganizationAccess(FieldScopedResource):
    """An organization that admits third-party applications in its users' sign-in."""

    def __init__(
        self,
        resource_name: str,
        *,
        organization: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        outputs = ("access", "organization_id")
        super().__init__(
            "auth0-third-party:index:OrganizationAccess",
            resource_name,
            {"organization": organization},
            outputs,
            opts,
        )


class OrganizationConnection(FieldScopedResource):
    """A connection that an organization's members sign in with."""

    def __init__(
        self,
        resource_name: str,
        *,
        organization: pulumi.Input[str],
        connection: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"organization": organization, "connection": connection}
        super().__init__(
            "auth0-third-party:index:OrganizationConnection", resource_name, inputs, (), opts
        )


class OrganizationGrant(FieldScopedResource):
    """A client grant that is usable in an organization, for client access (machine-to-machine)."""

    def __init__(
        self,
        resource_name: str,
        *,
        organization: pulumi.Input[str],
        grant: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"organization": organization, "grant": grant}
        super().__init__(
            "auth0-third-party:index:OrganizationGrant", resource_name, inputs, (), opts
        )


def _versioned(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=VERSION), opts)


def _secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)
