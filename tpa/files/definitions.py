"""Models of the files that all environments share: applications, agents, the tenant."""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from auth0_third_party import rules
from auth0_third_party.model.application import ApplicationSettings, RateLimit
from auth0_third_party.model.pages import ErrorPage, LoginPage
from auth0_third_party.model.permissions import Permission
from auth0_third_party.model.values import Model, Text

DIGEST_FORMAT = 1


def digest_of(content: object) -> str:
    """`<format>:<sha256>` of a definition's content as JSON, the order of keys aside."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"{DIGEST_FORMAT}:{hashlib.sha256(text.encode()).hexdigest()}"


class GrantDefinition(Permission):
    """A permission as a file states it: the API by its key, organizations by theirs.

    `organizations`: where a `client` grant is good besides outside of any (ORG-05).
    """

    api: str
    """A key of `stacks/apis.yaml`."""
    organizations: tuple[str, ...] = ()
    """Keys of organizations of the environment."""

    def violations(self) -> Iterator[rules.Violation]:
        yield from super().violations()
        yield from rules.check_grant_organizations(self.subject_type, self.organizations)


class Needs(Model):
    """`needs:` of an application. Everything that is left out is not needed."""

    id_token: bool = False
    """It reads ID tokens."""
    userinfo: bool = False
    """It calls /userinfo."""
    logout_endpoint: bool = False
    """It sends users to a logout endpoint."""
    authorize_parameters: tuple[Text, ...] = ()
    """Parameters that its code sends to /authorize."""
    response_types: tuple[Text, ...] = ()
    """What it asks for at /authorize."""
    client_id_max_length: Annotated[int, Field(ge=1)] | None = None
    """The longest client id that fits its database."""
    reusable_refresh_token: bool = False
    """Its code keeps the first refresh token and uses it again and again."""

    def violations(self, *, rotates: bool) -> Iterator[rules.Violation]:
        """What of it strict mode does not give. `rotates`: refresh tokens work once."""
        yield from rules.check_unavailable(
            id_token=self.id_token, userinfo=self.userinfo, logout_endpoint=self.logout_endpoint
        )
        yield from rules.check_authorize_parameters(self.authorize_parameters)
        yield from rules.check_response_types(self.response_types)
        yield from rules.check_client_id_length(self.client_id_max_length)
        yield from rules.check_reuse(reuses=self.reusable_refresh_token, rotates=rotates)


class Owner(Model):
    """Who runs the application, and whom to call about it."""

    organization: Text
    """Who runs it."""
    contact: Text
    """Whom to call about it: an address, a channel, a number."""


class ApplicationDefinition(ApplicationSettings):
    """One file in `stacks/applications`: the same in every environment."""

    STAND_INS: ClassVar[dict[str, object]] = {
        "name": "?",
        "owner": {"organization": "?", "contact": "?"},
    }

    owner: Owner
    """Who answers for it."""
    grants: tuple[GrantDefinition, ...] = ()
    """What it may call, besides the default permissions."""
    needs: Needs | None = None
    """What its code relies on; what strict mode does not give is told before it is applied."""

    @property
    def subject_types(self) -> tuple[str, ...]:
        return tuple(grant.subject_type for grant in self.grants)

    def content(self) -> dict[str, Any]:
        """What the file says, as JSON; a field that is left at its default is not in it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def digest(self) -> str:
        """`<format>:<sha256>` of the content."""
        return digest_of(self.content())


class DynamicClientRegistration(Model):
    """Lets anybody register a client without a token (DCR-01, DCR-02); off without this."""

    security_mode: Literal["strict", "permissive"] = "strict"
    """Of what registers; `permissive` only on tenants that are declared eligible."""


class TenantDefinition(Model):
    """Everything here is off, or as the tenant has it, unless it is stated."""

    dynamic_client_registration: DynamicClientRegistration | None = None
    """Open registration; the default permissions are all that it gives."""
    scope_descriptions_at_consent: bool = False
    """Consent shows descriptions of scopes instead of their names (RT-09)."""
    rate_limit: RateLimit | None = None
    """Of all third-party clients together."""
    error_page: ErrorPage | None = None
    """Where sign-in to protected applications ends when it fails."""
    login_page: LoginPage | None = None
    """The Classic login page, for permissive applications."""


class AgentDefinition(Model):
    """One file in `stacks/agents`: a client that describes itself in a document of its own (CIMD).

    Name, redirect URIs and logo come from the document. `copy_of_document` names a file beside this
    one with what the document said when it was reviewed; it is checked offline.
    """

    document: Text
    """The https address of its client id metadata document."""
    owner: Owner
    """Who answers for it."""
    copy_of_document: str = ""
    """A file beside this one."""
    grants: tuple[GrantDefinition, ...] = ()
    """What it may call, besides the default permissions."""
    connections: tuple[str, ...] = ()
    """How its users sign in: keys under `connections` of the environment's file."""
