"""What belongs to a tenant as a whole, the same in every environment: `stacks/tenant.yaml`."""

from typing import Literal

from catalog import rules
from catalog.limits import RateLimit as RateLimit
from catalog.models import Owner
from catalog.pages import ErrorPage, LoginPage
from catalog.permissions import ClientGrant, GrantDefinition
from catalog.shapes import Model, Text


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


class Agent(Model):
    """An agent as one tenant gets it: audiences and connection names resolved."""

    document: Text
    owner: str = ""
    grants: tuple[ClientGrant, ...] = ()
    connections: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people know it by before Auth0 has read the document."""
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
