"""A third-party application and an agent as one tenant gets them: frozen, complete, checked."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from auth0_third_party import rules
from auth0_third_party.model import impacts
from auth0_third_party.model.fields import Json, Property, at, own_value, texts
from auth0_third_party.model.names import OWNERSHIP_TAGS
from auth0_third_party.model.permissions import ClientGrant, Permission, grant_violations
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
    limit: Annotated[int, Field(ge=1, le=10_000)]
    """Requests; none at all would shut every partner out."""


PRIVATE_KEY_JWT = "private_key_jwt"
"""The authentication method of an application that has keys instead of a secret."""


def _refresh(name: str, live: Any = None, **row: Any) -> Property:
    """A row of the block `refresh_token`, which a client has as a whole or not at all."""

    def value(item: Json) -> object:
        block = item.get("refresh_token")
        if not block or not isinstance(block, Mapping):
            return None
        return live(block) if live else block.get(name) or 0

    return Property(live=value, **row)


def _lifetime(name: str) -> Property:
    """TP-CREATE-18: the flag for an unlimited lifetime has precedence over the number, which is
    then left as the tenant has it.
    """
    flag = f"infinite_{name}"

    def live(block: Json) -> object:
        endless = block.get("expiration_type") == "non-expiring" or block.get(flag) is True
        return "unlimited" if endless else block.get(name)

    def write(value: Any) -> Mapping[str, Any]:
        endless = isinstance(value, str) and value == "unlimited"
        return {"": None if endless else value, flag: endless}

    return _refresh(name, live, write=write, risk=impacts.REFRESH_TOKENS)


def _live_auth_method(item: Json) -> str:
    """Auth0 leaves it out for public clients, and for those with keys or certificates."""
    methods = item.get("client_authentication_methods")
    named = [*methods] if isinstance(methods, Mapping) else []
    return str(item.get("token_endpoint_auth_method") or (named or ["none"])[0])


def live_keys(item: Json) -> tuple[Any, ...]:
    """The public keys that a client authenticates with."""
    listed = at(item, ("client_authentication_methods", PRIVATE_KEY_JWT, "credentials"))
    return tuple(listed) if isinstance(listed, list) else ()


def _rotation(application: Any) -> str:
    stated = application.refresh_token and application.refresh_token.rotation_type
    return str(stated or rules.default_rotation(application.auth_method))


def _without_default(algorithm: str) -> str | None:
    return None if algorithm == "default" else algorithm


def _write_if_stated(value: Any) -> Mapping[str, Any]:
    return {} if value is None else own_value(value)


SigningAlgorithm = Literal["RS256", "RS512", "PS256", "HS256", "default"]


class RefreshToken(Model):
    """How long a user's consent lasts without signing in again. Lifetimes in seconds.

    Strict applications always have an idle limit (TP-CREATE-17); the absolute one is `unlimited` on
    many that were made by hand (TP-CREATE-05), and by default it is not here.
    """

    rotation_type: Annotated[
        Literal["rotating", "non-rotating"] | None,
        _refresh("rotation_type", lambda block: block.get("rotation_type"), declared=_rotation),
    ] = None
    """Rotating: each one works once, and a stolen one ends the session. Default: for public
    applications alone."""
    token_lifetime: Annotated[Lifetime, _lifetime("token_lifetime")] = 2_592_000
    """From sign-in on, however often it is used: seconds, or `unlimited`."""
    idle_token_lifetime: Annotated[Lifetime, _lifetime("idle_token_lifetime")] = 1_296_000
    """Since it was used last: seconds, or `unlimited`."""
    leeway: Annotated[int, Field(ge=0, le=300), _refresh("leeway", risk=impacts.REFRESH_TOKENS)] = 0
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
TEXT = Property(risk=impacts.TEXTS)
ORIGINS = Property(risk=impacts.ORIGINS)
RedirectionPolicy = Literal["open_redirect_protection", "allow_always"]


class ApplicationSettings(Model):
    """Everything of an application. Its grants are `ClientGrant`s, or a file's."""

    grants: tuple[Permission, ...] = ()

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^<>]+$"),
        LEGIBLE,
        TEXT,
    ]
    """What users see when they are asked for consent."""
    app_type: Annotated[AppType, Property(risk=impacts.TYPE)]
    """Where it runs: that decides what it can keep secret, and how users return to it."""
    description: Annotated[str, StringConstraints(max_length=140), LEGIBLE, TEXT] = ""
    """For administrators of the tenant."""
    logo_uri: Annotated[OptionalHttps, TEXT] = ""
    """An https address; users see it when they are asked for consent."""
    grant_types: Annotated[
        tuple[str, ...] | None,
        Property(
            # What an old client without them may do is unknown.
            live=lambda item: texts(item["grant_types"]) if "grant_types" in item else None,
            declared=lambda application: application.flows,
            risk=impacts.FLOWS,
        ),
    ] = None
    """Flows that it may use; default: the least that its type and its grants need."""
    token_endpoint_auth_method: Annotated[
        str | None,
        Property(
            live=_live_auth_method,
            declared=lambda application: application.auth_method,
            written=False,  # by the resource of its credentials
        ),
    ] = None
    """How it authenticates: `none`, `client_secret_post` or `client_secret_basic`; default: by its
    type."""
    keys: Annotated[
        tuple[PublicKey, ...],
        Property(
            ("client_authentication_methods",),
            live=lambda item: len(live_keys(item)),
            declared=lambda application: len(application.keys),
            written=False,
        ),
    ] = ()
    """One or two instead of a secret (private_key_jwt); two while a new one takes over."""
    require_proof_of_possession: Annotated[bool, Property()] = False
    """Its tokens work for the holder of a key alone (DPoP)."""
    rate_limit: RateLimit | None = None
    """Its own, in place of that of all third-party clients (RT-21)."""
    security_mode: Annotated[
        Literal["strict", "permissive"], Property(("third_party_security_mode",))
    ] = "strict"
    """`permissive` is the legacy mode of tenants that are declared eligible for it."""
    redirection_policy: Annotated[
        RedirectionPolicy,
        Property(
            live=lambda item: item.get("redirection_policy") or "open_redirect_protection",
            strict_only=True,
        ),
    ] = "open_redirect_protection"
    """Where users end when sign-in fails: on the tenant's error page, or at the application
    (`allow_always`)."""
    redirection_policy_reason: Line = ""
    """Why errors may redirect to the application; `allow_always` needs one."""
    access_token_lifetime: Annotated[
        int,
        Field(ge=1, le=2_592_000),
        Property(("jwt_configuration", "lifetime_in_seconds"), risk=impacts.ACCESS_TOKENS),
    ] = 3600
    """Seconds."""
    signing_algorithm: Annotated[
        SigningAlgorithm,
        Property(
            ("jwt_configuration", "alg"),
            declared=lambda application: _without_default(application.signing_algorithm),
            write=_write_if_stated,
        ),
    ] = "RS256"
    """Of its tokens; strict mode has RS256 alone. `default`: what the tenant has, never written."""
    refresh_token: RefreshToken | None = None
    """Keeps users signed in; without it there are no refresh tokens. `{}`: by defaults."""
    client_metadata: Annotated[dict[str, str], Property(written=False)] = {}
    """Texts of your own that the tenant keeps with it."""
    callbacks: Annotated[tuple[str, ...], Property()] = ()
    """Exact addresses to which users return after sign-in."""
    allowed_origins: Annotated[tuple[str, ...], ORIGINS] = ()
    """Origins whose pages may call the tenant from a browser."""
    web_origins: Annotated[tuple[str, ...], ORIGINS] = ()
    """Origins whose pages may use silent sign-in."""
    connections: tuple[str, ...] = ()
    """How its users sign in: keys under `connections` of the environment's file."""

    @property
    def auth_method(self) -> str:
        """The authentication method at the token endpoint, the default filled in."""
        if self.keys:
            return PRIVATE_KEY_JWT
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

    @property
    def flows(self) -> tuple[str, ...]:
        """The grant types, the defaults filled in from the grants it has."""
        if self.grant_types is not None:
            return self.grant_types
        return rules.default_grant_types(
            self.app_type,
            {grant.subject_type for grant in self.grants},
            refresh_tokens=self.refresh_token is not None,
        )

    def settings_violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks by itself, its grants aside."""
        if self.strict and not self.keys:
            yield from rules.check_auth_method(self.app_type, self.auth_method)
        if self.strict:
            yield from rules.check_grant_types(self.app_type, self.auth_method, self.flows)
            yield from rules.check_tokens(self.signing_algorithm, idles=self._idles)
        else:
            yield from rules.check_permissive(self.flows, self.model_fields_set)
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

    owner: Line = ""
    grants: tuple[ClientGrant, ...] = ()

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks, its grants included."""
        yield from self.settings_violations()
        yield from grant_violations(self.grants, self.flows)
        if self.signs_users_in:
            yield from rules.check_callbacks(self.app_type, self.callbacks)


class Agent(Model):
    """An agent as one tenant gets it: audiences and connection names resolved."""

    document: Text
    """The https address of its client id metadata document."""
    owner: Line = ""
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
    def flows(self) -> tuple[str, ...]:
        """What a document may ask for at most (CIMD-06, TP-CREATE-14)."""
        return rules.AGENT_FLOWS

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks, its grants included."""
        yield from rules.check_document_url(self.document)
        yield from grant_violations(self.grants, rules.AGENT_FLOWS)
