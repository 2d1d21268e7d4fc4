"""A partner's application: the client, how it authenticates, and what it may call."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NotRequired, TypedDict

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.arguments import Arguments, InvalidArguments, child_options, stated, together
from auth0_third_party.client_grants import KNOWN, ClientGrantArgs, declare_client_grants
from auth0_third_party.domain_connections import DomainConnections
from auth0_third_party.model.application import Application
from auth0_third_party.model.client import client_arguments
from auth0_third_party.model.names import (
    TAG_APPLICATION,
    TAG_OWNER,
    TAG_STACK,
    client_name,
    connections_name,
    credentials_name,
    grants_name,
    rate_limit_name,
)
from auth0_third_party.official import declare
from auth0_third_party.rate_limits import RateLimitArgs, declare_rate_limit
from auth0_third_party.rules import Violation

KEY_ALGORITHM = "RS256"
DECIDING = (
    *("app_type", "grant_types", "grants", "keys", "rate_limit", "refresh_token"),
    *("infinite_token_lifetime", "infinite_idle_token_lifetime", "rotation_type"),
    *("redirection_policy", "redirection_policy_reason", "signing_algorithm"),
    "token_endpoint_auth_method",
)
"""Fields of an application that decide which resources there are, and other fields' defaults."""


class PublicKeyArgs(TypedDict):
    """A key that the partner signs with; only its public half is ever here."""

    name: pulumi.Input[str]
    """What it is called in the tenant."""
    pem: pulumi.Input[str]
    """The public key or certificate, in PEM form."""


class RefreshTokenArgs(TypedDict):
    """How long a user stays signed in without giving consent again. Lifetimes in seconds."""

    rotation_type: NotRequired[str]
    """`rotating`: each token works once. Default: `rotating` for public applications,
    `non-rotating` for others."""
    token_lifetime: NotRequired[pulumi.Input[int]]
    """From sign-in on, however often it is used; default 2,592,000 (30 days)."""
    infinite_token_lifetime: NotRequired[bool]
    """No absolute limit, in place of `token_lifetime`."""
    idle_token_lifetime: NotRequired[pulumi.Input[int]]
    """Since it was used last; default 1,296,000 (15 days)."""
    infinite_idle_token_lifetime: NotRequired[bool]
    """No idle limit; for permissive applications only."""
    leeway: NotRequired[pulumi.Input[int]]
    """Seconds in which a rotated token still works, for answers that got lost; at most 300."""


class ThirdPartyApplicationArgs(TypedDict):
    """What a third-party application is, and what it may call."""

    name: pulumi.Input[str]
    """What users see when they are asked for consent."""
    app_type: str
    """`regular_web`, `spa`, `native` or `non_interactive`."""
    owner: NotRequired[pulumi.Input[str]]
    """Who answers for it; kept in the tenant as an ownership tag."""
    description: NotRequired[pulumi.Input[str]]
    """For administrators of the tenant; at most 140 characters."""
    logo_uri: NotRequired[pulumi.Input[str]]
    """An https address; users see it when they are asked for consent."""
    callbacks: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Exact addresses to which users return after sign-in."""
    allowed_origins: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Origins whose pages may call the tenant from a browser."""
    web_origins: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Origins whose pages may use silent sign-in."""
    grants: NotRequired[Sequence[ClientGrantArgs]]
    """What it may call, besides the default permissions."""
    grant_types: NotRequired[Sequence[str]]
    """Flows that it may use; default: the least that its type and its grants need."""
    token_endpoint_auth_method: NotRequired[str]
    """How it authenticates: `none`, `client_secret_post` or `client_secret_basic`; default: by its
    type."""
    keys: NotRequired[Sequence[PublicKeyArgs]]
    """One or two public keys in place of a secret (`private_key_jwt`); two while a new one takes
    over."""
    require_proof_of_possession: NotRequired[pulumi.Input[bool]]
    """Its tokens are bound to a key of the client (DPoP, RFC 9449)."""
    redirection_policy: NotRequired[str]
    """Where users end when sign-in fails: `open_redirect_protection` (default), on the tenant's
    error page; `allow_always`, at the application."""
    redirection_policy_reason: NotRequired[str]
    """Why errors may redirect to the application; required with `allow_always`."""
    access_token_lifetime: NotRequired[pulumi.Input[int]]
    """Seconds; default 3,600."""
    signing_algorithm: NotRequired[str]
    """Of its tokens; default `RS256`, which is the only one of strict applications."""
    refresh_token: NotRequired[RefreshTokenArgs]
    """Keeps users signed in; without it there are no refresh tokens. Empty: by the defaults."""
    rate_limit: NotRequired[RateLimitArgs]
    """Its own, in place of that of all third-party clients."""
    client_metadata: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Texts of your own that the tenant keeps with it, in clear."""


class ThirdPartyApplication(pulumi.ComponentResource):
    """A strict third-party application with its credentials, client grants and rate limit.

    Ownership and security mode are constants: Auth0 fixes both when a client is made
    (https://auth0.com/docs/get-started/applications/third-party-applications). Every property that
    matters is always written, because the plugin makes no call for one that is left out, and the
    tenant would keep the old value. The connections that its users sign in with are promoted by
    `DomainConnections`, after all applications.

    The name is the application's key: resource names are made of it, and an ownership tag.
    """

    _token: ClassVar[str] = "auth0-third-party:index:ThirdPartyApplication"  # noqa: S105
    _mode: ClassVar[str] = "strict"

    client_id: pulumi.Output[str]
    """The OAuth client id; it begins with `tpc_`."""
    client_secret: pulumi.Output[str] | None
    """Always a secret; none for applications that are public or sign with keys."""
    grants: pulumi.Output[Mapping[str, str]]
    """Ids of its client grants by `<api>-<subject type>`."""

    def __init__(
        self,
        resource_name: str,
        args: ThirdPartyApplicationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        component = self._token.rpartition(":")[2]
        arguments = Arguments(
            component,
            resource_name,
            Application,
            {**_translated(args), "security_mode": self._mode},
            rules=Application.violations,
            known=(*DECIDING, *KNOWN),
        )
        super().__init__(self._token, resource_name, None, opts)
        application, options = arguments.model, child_options(self, opts)
        client = self._client(resource_name, arguments, options)
        self.client_id = client.client_id
        self.client_secret = None
        if not application.public:
            credentials = _credentials(resource_name, arguments, client, options)
            if not application.keys:
                self.client_secret = pulumi.Output.secret(credentials.client_secret)
        grants = declare_client_grants(
            self, grants_name(resource_name), arguments, client.client_id, opts
        )
        self.grants = together(grants)
        if application.rate_limit is not None:
            selector = pulumi.Output.concat("client_id:", client.client_id)
            declare_rate_limit(
                rate_limit_name(resource_name), selector, arguments, ("rate_limit",), options
            )
        self.register_outputs({"clientId": self.client_id, "grants": self.grants})

    def _client(
        self, name: str, arguments: Arguments[Application], opts: pulumi.ResourceOptions
    ) -> auth0.Client:
        return declare(
            auth0.Client,
            client_name(name),
            opts,
            is_first_party=False,
            client_metadata=_metadata(name, arguments),
            **client_arguments(arguments.get, arguments.model),
        )


class PermissiveApplication(ThirdPartyApplication):
    """A legacy application without the enhanced security; only eligible tenants can have one.

    Auth0 never turns it into a strict one: that is a new application with a new client id
    (https://auth0.com/docs/get-started/applications/third-party-applications/permissive-mode).
    """

    _token: ClassVar[str] = "auth0-third-party:index:PermissiveApplication"  # noqa: S105
    _mode: ClassVar[str] = "permissive"


class ThirdPartyAccessArgs(ThirdPartyApplicationArgs):
    """A third-party application and the connections that its users sign in with."""

    connections: Mapping[str, pulumi.Input[str]]
    """Connections to promote, each by its name or its `con_` id; resource names are made of the
    keys."""


class ThirdPartyAccess(pulumi.ComponentResource):
    """An application with its client grants, and the promotion of its connections.

    For a program whose applications share no connection: a second resource that promotes one is
    refused. With several applications, use one `DomainConnections` for all.
    """

    client_id: pulumi.Output[str]
    """The OAuth client id; it begins with `tpc_`."""
    client_secret: pulumi.Output[str] | None
    """Always a secret; none for applications that are public or sign with keys."""
    grants: pulumi.Output[Mapping[str, str]]
    """Ids of its client grants by `<api>-<subject type>`."""
    connections: pulumi.Output[Mapping[str, str]]
    """Ids of the promoted connections by their keys."""

    def __init__(
        self,
        resource_name: str,
        args: ThirdPartyAccessArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        application_args: Any = {k: v for k, v in args.items() if k != "connections"}
        if not args.get("connections") and args.get("app_type") != "non_interactive":
            what = "no connection to sign in with"
            fix = "name at least one, or use ThirdPartyApplication and promote it elsewhere"
            problem = Violation("DC-01", ("connections",), what, fix)
            raise InvalidArguments("ThirdPartyAccess", resource_name, [problem])
        super().__init__("auth0-third-party:index:ThirdPartyAccess", resource_name, None, opts)
        options = child_options(self, opts)
        application = ThirdPartyApplication(resource_name, application_args, options)
        self.client_id, self.client_secret = application.client_id, application.client_secret
        self.grants = application.grants
        self.connections = DomainConnections(
            connections_name(resource_name),
            {"connections": args["connections"]},
            child_options(self, opts, depends_on=[application]),
        ).connections
        self.register_outputs(
            {
                "clientId": self.client_id,
                "grants": self.grants,
                "connections": self.connections,
            }
        )


def _translated(args: ThirdPartyApplicationArgs) -> dict[str, Any]:
    """In the words of the model, where an unlimited lifetime is a lifetime."""
    values: dict[str, Any] = stated(args)
    if isinstance(block := values.get("refresh_token"), dict):
        for name in ("token_lifetime", "idle_token_lifetime"):
            unlimited = block.pop(f"infinite_{name}", False)
            if unlimited is True:
                block[name] = "unlimited"
            elif unlimited is not False:  # not a flag: left in, to be refused
                block[f"infinite_{name}"] = unlimited
    return values


def _credentials(
    name: str,
    arguments: Arguments[Application],
    client: auth0.Client,
    opts: pulumi.ResourceOptions,
) -> auth0.ClientCredentials:
    keys = [
        {
            "name": arguments.get("keys", index, "name"),
            "credential_type": "public_key",
            "algorithm": KEY_ALGORITHM,
            "pem": arguments.get("keys", index, "pem"),
        }
        for index, _ in enumerate(arguments.model.keys)
    ]
    # They go with the client: a deletion of their own would be a write to what is deleted next.
    gone = pulumi.ResourceOptions(deleted_with=client)
    return declare(
        auth0.ClientCredentials,
        credentials_name(name),
        pulumi.ResourceOptions.merge(opts, gone),
        client_id=client.client_id,
        authentication_method=arguments.model.auth_method,
        private_key_jwt={"credentials": keys} if keys else None,
    )


def _metadata(name: str, arguments: Arguments[Application]) -> pulumi.Input[Any]:
    """The application's own, and ownership tags: they tell applications of ours from others in the
    tenant, and find what an interrupted run left.
    """
    stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"
    tags: dict[str, pulumi.Input[str]] = {TAG_APPLICATION: name, TAG_STACK: stack}
    owner = arguments.get("owner")
    if isinstance(owner, pulumi.Output) or owner:
        tags[TAG_OWNER] = owner
    own = arguments.get("client_metadata")
    if isinstance(own, pulumi.Output):
        return pulumi.Output.all(own, tags).apply(lambda both: {**both[0], **both[1]})
    return {**own, **tags}
