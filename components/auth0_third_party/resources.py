"""The resources of the native provider, as programs in Python see them.

Each owns a few fields of an object that the tenant shares with others, or one link between two
such objects. Beside it stands a `Remembered`, which the engine records before anything is written:
it knows what was there before, and restores that on delete while it is still ours.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

import pulumi

from auth0_third_party.model.names import remembered_name
from auth0_third_party.version import VERSION

NAMES = {
    "connectionId": "connection_id",
    "isDomainConnection": "is_domain_connection",
    "linkedByUs": "linked_by_us",
    "organizationId": "organization_id",
    "ownClients": "own_clients",
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


class _Resource(pulumi.CustomResource):
    """The names of properties, here and there."""

    def translate_output_property(self, prop: str) -> str:
        """The SDK's names of the plugin's properties."""
        return NAMES.get(prop, prop)

    def translate_input_property(self, prop: str) -> str:
        """The plugin's names of the SDK's properties."""
        return WIRE_NAMES.get(prop, prop)

    def _output(self, name: str) -> Any:
        return pulumi.get(self, name)


class Remembered(_Resource):
    """What fields or a link held before the resource of type `of` writes them; its inputs are
    those of that resource, which takes `before` from here. Resources of this module bring theirs.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        of: str,
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        properties = {"before": None, **inputs, "of": of}
        token = "auth0-third-party:index:Remembered"  # noqa: S105
        super().__init__(token, resource_name, properties, _versioned(opts))

    @property
    def before(self) -> pulumi.Output[Mapping[str, Any]]:
        """What was there, by the names of the fields; of a link, whether it was `linked`."""
        value: pulumi.Output[Mapping[str, Any]] = self._output("before")
        return value


class FieldScopedResource(_Resource):
    """Base of the resources below: each has its `Remembered`, apart from one that is imported."""

    def __init__(
        self,
        token: str,
        resource_name: str,
        inputs: Mapping[str, Any],
        outputs: tuple[str, ...],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        own = list(_own_clients(opts))
        told: dict[str, Any] = {**inputs, **({"own_clients": own} if own else {})}
        if opts is None or not (opts.import_ or opts.id or opts.urn):
            kind = token.rpartition(":")[2]
            memory = Remembered(
                remembered_name(resource_name), of=kind, inputs=told, opts=_beside(opts, kind)
            )
            told["before"] = memory.before
            if opts is not None:  # it waits for what its `Remembered` waits for
                opts = copy(opts)
                opts.depends_on = None
        super().__init__(token, resource_name, {**dict.fromkeys(outputs), **told}, _versioned(opts))


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


def _beside(opts: pulumi.ResourceOptions | None, kind: str) -> pulumi.ResourceOptions:
    """The options of the `Remembered` of a resource: the same names before, in its own words. It is
    not protected: that of a link is made anew with its grant, and alone it takes nothing away.
    """
    if opts is None:
        return pulumi.ResourceOptions(protect=False)
    found = copy(opts)
    found.protect = False
    found.ignore_changes = found.replace_on_changes = found.hooks = None
    found.aliases = [
        pulumi.Output.from_input(alias).apply(lambda known: _alias(known, kind))
        if isinstance(alias, pulumi.Output)
        else _alias(alias, kind)
        for alias in opts.aliases or ()
    ]
    return found


def _alias(alias: Any, kind: str) -> Any:
    if isinstance(alias, pulumi.Alias):
        found = copy(alias)
        if isinstance(found.name, str):
            found.name = remembered_name(found.name)
        return found
    return remembered_name(str(alias).replace(f":{kind}::", ":Remembered::"))


def _own_clients(opts: pulumi.ResourceOptions | None) -> Iterator[pulumi.Input[str]]:
    """Clients without ownership tags that the resource waits for: agents, by their documents, and
    those of the official plugin. They are this program's, so they keep no door open.
    """
    waits = opts.depends_on if opts else None
    for each in waits if isinstance(waits, list | tuple) else [waits]:
        document = getattr(each, "document", None)
        client_id = (
            getattr(each, "client_id", None) if isinstance(each, pulumi.CustomResource) else None
        )
        if document is not None:
            yield document
        elif client_id is not None:
            yield client_id


def _secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)
