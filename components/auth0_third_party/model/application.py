"""A third-party application and an agent as one tenant gets them: frozen, complete, checked."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from auth0_third_party import rules
from auth0_third_party.model.names import OWNERSHIP_TAGS
from auth0_third_party.model.permissions import ClientGrant, grant_violations
from auth0_third_party.model.values import (
    LEGIBLE,
    Lifetime,
    Line,
    Model,
    OptionalHttps,
    Text,
    seconds,
)


class RateLimit(Model):
    """Requests to the authentication API, for all third-party clients or for one (RT-21).

    `block` answers 429 beyond `limit` requests, `log` only notes it.
    """

    action: Literal["block", "log"] = "block"
    """What happens beyond the limit."""
    limit: Annotated[int, Field(ge=0, le=10_000)]
    """Requests."""


SigningAlgorithm = Literal["RS256", "RS512", "PS256", "HS256", "default"]


class RefreshToken(Model):
    """How long a user's consent lasts without signing in again. Lifetimes in seconds.

    Strict applications always have an idle limit (TP-CREATE-17); the absolute one is `unlimited` on
    many that were made by hand (TP-CREATE-05), and by default it is not here.
    """

    rotation_type: Literal["rotating", "non-rotating"] | None = None
    """Rotating: each one works once, and a stolen one ends the session. Default: for public
    applications alone."""
    token_lifetime: Lifetime = 2_592_000
    """From sign-in on, however often it is used: seconds, or `unlimited`."""
    idle_token_lifetime: Lifetime = 1_296_000
    """Since it was used last: seconds, or `unlimited`."""
    leeway: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds in which a rotated one still works, for answers that got lost."""

    @model_validator(mode="after")
    def _idle_within_maximum(self) -> Self:
        if seconds(self.idle_token_lifetime) > seconds(self.token_lifetime):
            raise ValueError("idle_token_lifetime may not be longer than token_lifetime")
        return self


class PublicKey(Model):
    """A key that the partner signs with; only its public half is ever here."""

    name: Text
    """What it is called in the tenant."""
    pem: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    """The key in PEM form."""


AppType = Literal["regular_web", "spa", "native", "non_interactive"]
RedirectionPolicy = Literal["open_redirect_protection", "allow_always"]


class ApplicationSettings(Model):
    """What is the same in every environment, apart from grants."""

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^<>]+$"),
        LEGIBLE,
    ]
    """What users see when they are asked for consent."""
    app_type: AppType
    """Where it runs: that decides what it can keep secret, and how users return to it."""
    description: Annotated[str, StringConstraints(max_length=140), LEGIBLE] = ""
    """For administrators of the tenant."""
    logo_uri: OptionalHttps = ""
    """An https address; users see it when they are asked for consent."""
    grant_types: tuple[str, ...] | None = None
    """Flows that it may use; default: the least that its type and its grants need."""
    token_endpoint_auth_method: str | None = None
    """How it authenticates: `none`, `client_secret_post` or `client_secret_basic`; default: by its
    type."""
    keys: tuple[PublicKey, ...] = ()
    """One or two instead of a secret (private_key_jwt); two while a new one takes over."""
    require_proof_of_possession: bool = False
    """Its tokens work for the holder of a key alone (DPoP)."""
    rate_limit: RateLimit | None = None
    """Its own, in place of that of all third-party clients (RT-21)."""
    security_mode: Literal["strict", "permissive"] = "strict"
    """`permissive` is the legacy mode of tenants that are declared eligible for it."""
    redirection_policy: RedirectionPolicy = "open_redirect_protection"
    """Where users end when sign-in fails: on the tenant's error page, or at the application
    (`allow_always`)."""
    redirection_policy_reason: Line = ""
    """Why errors may redirect to the application; `allow_always` needs one."""
    access_token_lifetime: Annotated[int, Field(ge=1, le=2_592_000)] = 3600
    """Seconds."""
    signing_algorithm: SigningAlgorithm = "RS256"
    """Of its tokens; strict mode has RS256 alone. `default`: what the tenant has, never written."""
    refresh_token: RefreshToken | None = None
    """Keeps users signed in; without it there are no refresh tokens. `{}`: by defaults."""
    client_metadata: dict[str, str] = {}
    """Texts of your own that the tenant keeps with it."""
    callbacks: tuple[str, ...] = ()
    """Exact addresses to which users return after sign-in."""
    allowed_origins: tuple[str, ...] = ()
    """Origins whose pages may call the tenant from a browser."""
    web_origins: tuple[str, ...] = ()
    """Origins whose pages may use silent sign-in."""
    connections: tuple[str, ...] = ()
    """How its users sign in: keys under `connections` of the environment's file."""

    @property
    def auth_method(self) -> str:
        """The authentication method at the token endpoint, the default filled in."""
        if self.keys:
            return "private_key_jwt"
        return self.token_endpoint_auth_method or rules.default_auth_method(self.app_type)

    @property
    def strict(self) -> bool:
        return self.security_mode == "strict"

    @property
    def public(self) -> bool:
        """Whether it has no credentials (a public client, RFC 6749 2.1)."""
        return self.auth_method == "none"

    @property
    def signs_users_in(self) -> bool:
        return self.app_type != "non_interactive"

    @property
    def _idles(self) -> bool:
        """Whether its refresh tokens end when they are not used."""
        stated = self.refresh_token
        return stated is None or seconds(stated.idle_token_lifetime) < float("inf")

    def flows(self, subject_types: tuple[str, ...]) -> tuple[str, ...]:
        """The grant types, the defaults filled in from the grants it has."""
        if self.grant_types is not None:
            return self.grant_types
        return rules.default_grant_types(
            self.app_type, subject_types, refresh_tokens=self.refresh_token is not None
        )

    def settings_violations(self, subject_types: tuple[str, ...]) -> Iterator[rules.Violation]:
        """Every rule that these settings break by themselves."""
        flows = self.flows(subject_types)
        if self.strict and not self.keys:
            yield from rules.check_auth_method(self.app_type, self.auth_method)
        if self.strict:
            yield from rules.check_grant_types(self.app_type, self.auth_method, flows)
            yield from rules.check_tokens(self.signing_algorithm, idles=self._idles)
        else:
            yield from rules.check_permissive(flows, self.model_fields_set)
        yield from rules.check_redirect_uris(self.app_type, self.callbacks, strict=self.strict)
        yield from rules.check_origins("allowed_origins", self.allowed_origins, strict=self.strict)
        yield from rules.check_origins("web_origins", self.web_origins, strict=self.strict)
        stated = self.token_endpoint_auth_method is not None
        names, pems = [key.name for key in self.keys], [key.pem for key in self.keys]
        yield from rules.check_keys(self.app_type, stated, names, pems)
        yield from rules.check_metadata(self.client_metadata, len(OWNERSHIP_TAGS))
        yield from rules.check_redirection_policy(
            self.redirection_policy, self.redirection_policy_reason
        )


class Application(ApplicationSettings):
    """A third-party application as one tenant gets it: audiences and connection names resolved."""

    owner: str = ""
    grants: tuple[ClientGrant, ...] = ()

    @property
    def subject_types(self) -> tuple[str, ...]:
        return tuple(grant.subject_type for grant in self.grants)

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks, its grants included."""
        yield from self.settings_violations(self.subject_types)
        yield from grant_violations(self.grants, self.flows(self.subject_types))
        if self.signs_users_in:
            yield from rules.check_callbacks(self.app_type, self.callbacks)


class Agent(Model):
    """An agent as one tenant gets it: audiences and connection names resolved."""

    document: Text
    """The https address of its client id metadata document."""
    owner: str = ""
    """Who answers for it."""
    grants: tuple[ClientGrant, ...] = ()
    """What it may call, besides the default permissions."""
    connections: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The document's address: Auth0 reads the name from the document."""
        return self.document

    @property
    def strict(self) -> bool:
        """Always (CIMD-04)."""
        return True

    @property
    def subject_types(self) -> tuple[str, ...]:
        return tuple(grant.subject_type for grant in self.grants)

    def flows(self, _subject_types: tuple[str, ...]) -> tuple[str, ...]:
        """What a document may ask for at most (CIMD-06, TP-CREATE-14)."""
        return rules.AGENT_FLOWS

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks, its grants included."""
        yield from rules.check_document_url(self.document)
        yield from grant_violations(self.grants, rules.AGENT_FLOWS)
