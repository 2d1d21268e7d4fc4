"""The resources of our native plugin `auth0apps`, as Pulumi's Python SDK sees them."""

import pulumi

PLUGIN_VERSION = "0.1.0"
OUTPUT_NAMES = {
    "connectionId": "connection_id",
    "isDomainConnection": "is_domain_connection",
    "promotedByUs": "promoted_by_us",
}


class Auth0AppsProvider(pulumi.ProviderResource):
    """The tenant that `auth0apps` resources live in.

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
        versioned = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(version=PLUGIN_VERSION), opts
        )
        super().__init__("auth0apps", name, inputs, versioned)


class ConnectionPromotion(pulumi.CustomResource):
    """An existing connection, opened to all third-party applications of the tenant.

    Owns the field `is_domain_connection` and touches no other; what the connection was before is
    remembered and restored on delete. `connection` is its name or its `con_` id, and so is the id
    for `pulumi import`.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        connection: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        computed = dict.fromkeys((*OUTPUT_NAMES.values(), "name", "strategy"))
        inputs = {"connection": connection, **computed}
        versioned = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(version=PLUGIN_VERSION), opts
        )
        super().__init__("auth0apps:index:ConnectionPromotion", resource_name, inputs, versioned)

    def translate_output_property(self, prop: str) -> str:
        """The SDK's names of the plugin's properties."""
        return OUTPUT_NAMES.get(prop, prop)

    def translate_input_property(self, prop: str) -> str:
        """The plugin's names of the SDK's properties."""
        return {python: wire for wire, python in OUTPUT_NAMES.items()}.get(prop, prop)

    @property
    @pulumi.getter(name="connectionId")
    def connection_id(self) -> pulumi.Output[str]:
        """`con_` and 16 characters."""
        value: pulumi.Output[str] = pulumi.get(self, "connection_id")
        return value

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        """The connection's name in the tenant."""
        value: pulumi.Output[str] = pulumi.get(self, "name")
        return value

    @property
    @pulumi.getter(name="isDomainConnection")
    def is_domain_connection(self) -> pulumi.Output[bool]:
        """Whether it is open to third-party applications now."""
        value: pulumi.Output[bool] = pulumi.get(self, "is_domain_connection")
        return value

    @property
    @pulumi.getter(name="promotedByUs")
    def promoted_by_us(self) -> pulumi.Output[bool]:
        """Whether it was closed before, and so will be closed again."""
        value: pulumi.Output[bool] = pulumi.get(self, "promoted_by_us")
        return value


def _secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)
