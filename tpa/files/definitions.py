"""Models of the files that all environments share: applications, agents, the tenant."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from auth0_third_party import rules
from auth0_third_party.model.application import ApplicationSettings, PublicKey, RateLimit
from auth0_third_party.model.pages import ErrorPage, LoginPage
from auth0_third_party.model.permissions import Permission
from auth0_third_party.model.values import Line, Model, Text, unordered

DIGEST_FORMAT = 1


def content_of(definition: Model) -> dict[str, Any]:
    """What all environments have in common, as JSON, without fields at their defaults."""
    return definition.model_dump(mode="json", exclude_defaults=True, exclude={"environments"})


def digest_of(content: object, *, in_order: bool = False) -> str:
    """`<format>:<sha256>` of a definition's content as JSON, the order of keys and lists aside."""
    content = content if in_order else unordered(content)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"{DIGEST_FORMAT}:{hashlib.sha256(text.encode()).hexdigest()}"


class GrantDefinition(Permission):
    """A permission as a file states it: API and organizations by their keys.

    `organizations`: where client access can be used, besides outside of any organization (ORG-05).
    """

    api: str
    """A key of `stacks/apis.yaml`."""
    organizations: tuple[str, ...] = ()
    """Keys of organizations of the environment."""

    def violations(self) -> Iterator[rules.Violation]:
        yield from super().violations()
        yield from rules.check_grant_organizations(self.subject_type, self.organizations)


class Needs(Model):
    """`needs:` of an application: what its code relies on. What is left out is not needed."""

    id_token: bool = False
    """Its code reads ID tokens."""
    userinfo: bool = False
    """Its code calls /userinfo."""
    logout_endpoint: bool = False
    """Its code sends users to a logout endpoint."""
    authorize_parameters: tuple[Text, ...] = ()
    """Parameters that its code sends to /authorize."""
    response_types: tuple[Text, ...] = ()
    """Response types that its code requests at /authorize."""
    client_id_max_length: Annotated[int, Field(ge=1)] | None = None
    """The longest client id that fits its database."""
    reusable_refresh_token: bool = False
    """Its code uses the same refresh token more than once."""


class Owner(Model):
    """The organization that runs the application, and a contact there."""

    organization: Text
    """The organization that runs it."""
    contact: Text
    """A contact there: an e-mail address, a channel, a phone number."""


class AgentOverlay(Model):
    """What may differ in one environment where an agent is live."""

    ELSEWHERE: ClassVar[dict[str, tuple[str, str, str]]] = {}
    """Field that it can't have -> rule, what is wrong, fix; filled in below."""

    connections: tuple[str, ...] | None = None
    """In place of those that the file states for all environments."""

    @property
    def stated(self) -> dict[str, Any]:
        """The fields that differ, by name."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in found.items() if value is not None}


class Overlay(AgentOverlay):
    """What may differ in one environment where an application is live: a closed list. Each stands
    in place of what the file states for all environments.
    """

    callbacks: tuple[str, ...] | None = None
    """Exact addresses to which users return after sign-in."""
    allowed_origins: tuple[str, ...] | None = None
    """Origins whose pages may call the tenant from a browser."""
    web_origins: tuple[str, ...] | None = None
    """Origins whose pages may use silent sign-in."""
    keys: tuple[PublicKey, ...] | None = None
    """The public keys that the partner signs with there; one private key then serves one
    environment."""
    rate_limit: RateLimit | None = None
    """Its own limit there."""


class PartnerFile(Model):
    """What the file of an application and that of an agent have in common."""

    owner: Owner
    """The organization that is responsible for it, and a contact there."""
    grants: tuple[GrantDefinition, ...] = ()
    """Its client grants. A grant replaces the default permission on its API and subject type."""
    environments: Mapping[Line, AgentOverlay | None] = {}
    """Where it is live: name of an environment -> what differs there, or nothing."""

    def live_in(self, environment: str) -> Self:
        """The same as one environment has it: what differs there in place of the rest."""
        overlay = self.environments.get(environment)
        return self.model_copy(update=overlay.stated if overlay else {})

    def overlay(self, environment: str) -> dict[str, Any]:
        """What differs in one environment, as JSON."""
        overlay = self.environments.get(environment)
        return overlay.model_dump(mode="json", exclude_none=True) if overlay else {}


class ApplicationDefinition(ApplicationSettings, PartnerFile):
    """One file in `stacks/applications`: an application, where it is live, what differs there."""

    STAND_INS: ClassVar[dict[str, object]] = {
        "name": "?",
        "owner": {"organization": "?", "contact": "?"},
    }

    grants: tuple[GrantDefinition, ...] = ()
    environments: Mapping[Line, Overlay | None] = {}
    """Where it is live: name of an environment -> what differs there, or nothing (`{}`)."""
    needs: Needs | None = None
    """What its code relies on; what strict mode does not offer is reported before it is applied."""

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks by itself, its grants aside."""
        yield from self.settings_violations()
        if self.needs is not None and self.strict:
            yield from rules.check_needs(self.needs.model_dump(), rotates=self._rotates)

    @property
    def _rotates(self) -> bool:
        """Whether its refresh tokens work once; the default of public ones (TP-CREATE-07)."""
        stated = self.refresh_token.rotation_type if self.refresh_token else None
        rotates = stated == "rotating" or (stated is None and self.public)
        return rotates and "refresh_token" in self.flows


class DynamicClientRegistration(Model):
    """Lets anyone register a client without a token (DCR-01, DCR-02); off where it is left out."""

    security_mode: Literal["strict", "permissive"] = "strict"
    """Mode of registered clients; `permissive` only on tenants that are declared eligible."""


class TenantDefinition(Model):
    """Settings of the tenant; what is left out is off, or stays as the tenant has it."""

    dynamic_client_registration: DynamicClientRegistration | None = None
    """Dynamic Client Registration; registered clients get the default permissions only."""
    scope_descriptions_at_consent: bool = False
    """Consent shows descriptions of scopes instead of their names (RT-09)."""
    resource_indicators: bool = False
    """A request without `audience` names its API by `resource`, as agents do (RT-20, RFC 8707)."""
    rate_limit: RateLimit | None = None
    """The limit of all third-party clients together; agents do not count among them (RT-21)."""
    error_page: ErrorPage | None = None
    """The page that users see when sign-in to a protected application fails."""
    login_page: LoginPage | None = None
    """The Classic login page, for permissive applications."""


class AgentDefinition(PartnerFile):
    """One file in `stacks/agents`: a client that is described by a metadata document (CIMD).

    Name, redirect URIs and logo come from the document. `copy_of_document` names a file in the same
    folder with the document as it was reviewed, which is checked offline.
    """

    document: Text
    """The https address of its client id metadata document."""
    copy_of_document: str = ""
    """A file in the same folder."""
    connections: tuple[str, ...] = ()
    """Connections for sign-in: keys under `connections` of the environment's file."""

    @property
    def flows(self) -> tuple[str, ...]:
        """What a document may ask for at most (CIMD-06, TP-CREATE-14)."""
        return rules.AGENT_FLOWS

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that it breaks by itself, its grants and its document aside."""
        yield from rules.check_document_url(self.document)


ClientDefinition = ApplicationDefinition | AgentDefinition
"""What both have is checked once."""


def _refuse_shared_fields(overlay: type[AgentOverlay], definition: type[PartnerFile]) -> None:
    allowed = ", ".join(overlay.model_fields)
    fix = f"state it for all environments, at the top of the file; only {allowed} may differ"
    shared = definition.model_fields.keys() - overlay.model_fields.keys()
    overlay.ELSEWHERE = dict.fromkeys(shared, ("ENV-15", "can't differ by environment", fix))


_refuse_shared_fields(AgentOverlay, AgentDefinition)
_refuse_shared_fields(Overlay, ApplicationDefinition)
