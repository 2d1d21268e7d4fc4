"""A partner's application: the client, how it authenticates, and what it may call."""

from typing import ClassVar

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party import rules
from auth0_third_party.client_grants import declare_grants
from auth0_third_party.domain_connections import DomainConnections
from auth0_third_party.model.application import Application, RefreshToken
from auth0_third_party.model.names import (
    TAG_APPLICATION,
    TAG_OWNER,
    TAG_STACK,
    client_name,
    credentials_name,
    grants_name,
)

KEY_ALGORITHM = "RS256"


class ThirdPartyApplication(pulumi.ComponentResource):
    """A strict third-party application with its credentials and client grants.

    Ownership and security mode are constants: Auth0 fixes both when a client is made
    (https://auth0.com/docs/get-started/applications/third-party-applications). Every property that
    matters is always written, because the plugin makes no call for one that is left out, and the
    tenant would keep the old value. Connections are opened by `DomainConnections`, last.

    Args:
        name: the application's key; resource names are made of it, and a tag in the tenant.
        application: what it is.
    """

    SECURITY_MODE: ClassVar[str] = "strict"

    client_id: pulumi.Output[str]
    client_secret: pulumi.Output[str] | None
    """Always a secret output; None for an application without one."""

    def __init__(
        self,
        name: str,
        application: Application,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if application.security_mode != self.SECURITY_MODE:
            raise ValueError(f"{name} is {application.security_mode}, not {self.SECURITY_MODE}")
        super().__init__(f"auth0-third-party:index:{type(self).__name__}", name, None, opts)
        client = self._client(name, application)
        self.client_id = client.client_id
        self.client_secret = None
        if not application.public:
            credentials = self._credentials(name, application, client)
            if not application.keys:
                self.client_secret = pulumi.Output.secret(credentials.client_secret)
        declare_grants(self, grants_name(name), application.grants, client.client_id)
        self.register_outputs({"client_id": self.client_id})

    def _client(self, name: str, application: Application) -> auth0.Client:
        return auth0.Client(
            client_name(name),
            name=application.name,
            description=application.description,
            logo_uri=application.logo_uri,
            app_type=application.app_type,
            is_first_party=False,
            third_party_security_mode=self.SECURITY_MODE,
            redirection_policy=application.redirection_policy if application.strict else None,
            require_proof_of_possession=application.require_proof_of_possession,
            callbacks=list(application.callbacks),
            allowed_origins=list(application.allowed_origins),
            web_origins=list(application.web_origins),
            grant_types=list(application.flows(application.subject_types)),
            jwt_configuration=_tokens(application),
            refresh_token=_refresh_token(application),
            client_metadata={**application.client_metadata, **_tags(name, application)},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _credentials(
        self, name: str, application: Application, client: auth0.Client
    ) -> auth0.ClientCredentials:
        keys = [
            auth0.ClientCredentialsPrivateKeyJwtCredentialArgs(
                name=key.name, credential_type="public_key", algorithm=KEY_ALGORITHM, pem=key.pem
            )
            for key in application.keys
        ]
        return auth0.ClientCredentials(
            credentials_name(name),
            client_id=client.client_id,
            authentication_method=application.auth_method,
            private_key_jwt=(
                auth0.ClientCredentialsPrivateKeyJwtArgs(credentials=keys) if keys else None
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


class PermissiveApplication(ThirdPartyApplication):
    """A legacy application without the enhanced security; only eligible tenants can have one.

    Auth0 never turns it into a strict one: that is a new application with a new client id
    (https://auth0.com/docs/get-started/applications/third-party-applications/permissive-mode).
    """

    SECURITY_MODE: ClassVar[str] = "permissive"


def _refresh_token(application: Application) -> auth0.ClientRefreshTokenArgs:
    """Strict defaults (TP-CREATE-07), both lifetimes finite unless the file says otherwise.

    The flag for an unlimited lifetime wins over the number beside it (TP-CREATE-18), which is then
    left as the tenant has it. Seconds.
    """
    wanted = application.refresh_token or RefreshToken()
    total, idle = wanted.token_lifetime, wanted.idle_token_lifetime
    return auth0.ClientRefreshTokenArgs(
        rotation_type=wanted.rotation_type or rules.default_rotation(application.auth_method),
        expiration_type="non-expiring" if total == idle == "unlimited" else "expiring",
        leeway=wanted.leeway,
        token_lifetime=None if total == "unlimited" else total,
        idle_token_lifetime=None if idle == "unlimited" else idle,
        infinite_token_lifetime=total == "unlimited",
        infinite_idle_token_lifetime=idle == "unlimited",
    )


def _tokens(application: Application) -> auth0.ClientJwtConfigurationArgs:
    """Lifetime in seconds; the algorithm is RS256 for every strict application (TP-CREATE-16)."""
    algorithm = application.signing_algorithm
    return auth0.ClientJwtConfigurationArgs(
        alg=None if algorithm == "default" else algorithm,
        lifetime_in_seconds=application.access_token_lifetime,
    )


def _tags(name: str, application: Application) -> dict[str, str]:
    """What tells our applications from others in the tenant, and orphans after a crash."""
    stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"
    tags = {TAG_APPLICATION: name, TAG_STACK: stack}
    return {**tags, TAG_OWNER: application.owner} if application.owner else tags


class ThirdPartyAccess(pulumi.ComponentResource):
    """An application with its client grants, and the connections that its users sign in with.

    For a program with one application, or whose applications share no connection: a connection
    can be promoted by one resource only. With several, use one `DomainConnections` for all.
    """

    application: ThirdPartyApplication
    client_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        application: Application,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:ThirdPartyAccess", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.application = ThirdPartyApplication(name, application, inside)
        self.client_id = self.application.client_id
        DomainConnections(
            f"{name}-connections", application.connections, [self.application], inside
        )
        self.register_outputs({"client_id": self.client_id})
