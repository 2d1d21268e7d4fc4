"""What differs per environment, and the vocabulary of APIs that all of them share."""

from typing import Annotated

from pydantic import Field, StringConstraints

from auth0_third_party.model.values import Key, Model, Reason, Scope, Text
from tpa.files.definitions import GrantDefinition


class Api(Model):
    """An API that partners may be given, and the scopes they may ever have on it."""

    audience: Text
    """Its identifier, as the tenant has it; an environment may have another."""
    scopes: tuple[Scope, ...]
    """All that partners may ever be given on it."""


class Apis(Model):
    """The vocabulary of all files: APIs, and what they give to every third party."""

    apis: dict[Key, Api]
    """By keys that grants name."""
    default_permissions: tuple[GrantDefinition, ...] = ()
    """What every third-party application may do on an API without a grant of its own there."""


class Overlay(Model):
    """What one environment may say about an application, in place of what its file says."""

    callbacks: tuple[str, ...] | None = None
    """In place of those in its file."""
    allowed_origins: tuple[str, ...] | None = None
    """In place of those in its file."""
    web_origins: tuple[str, ...] | None = None
    """In place of those in its file."""
    connections: tuple[str, ...] | None = None
    """In place of those in its file."""


class Organization(Model):
    """An organization whose members may use third-party applications (ORG-01, ORG-03)."""

    name: Text
    """What it is called in this tenant."""
    connections: tuple[str, ...] = ()
    """How its members sign in: keys under `connections`."""
    admits_third_parties: bool = True
    """False: it is named for the grants of applications themselves alone (ORG-02)."""


class Environment(Model):
    """`stacks/<environment>.yaml`: one tenant, and what is live on it."""

    tenant: Annotated[str, StringConstraints(pattern=r"^(embedded|[a-z0-9.-]+(:\d+)?)$")]
    """`embedded`, or the tenant's own domain (not a custom one)."""
    embedded_port: Annotated[int, Field(ge=1024, le=65535)] | None = None
    """Where the embedded tenant listens on this machine."""
    advances_from: str | None = None
    """The environment in which everything is applied first; none for the first one."""
    advance_anyway: dict[str, Reason] = {}
    """Why a definition goes live here before it was applied in the environment it comes from."""
    adopt: dict[Key, Text] = {}
    """Applications that are live already: key -> client id. The next update takes each over as it
    is, and changes nothing of it; afterwards the line is not needed."""
    ignore_drift: dict[Text, Reason] = {}
    """Differences that nobody needs to hear of: a pattern of their paths -> why."""
    backend: Text | None = None
    """Where the stack's state is kept, when that is not the shell's own choice."""
    audiences: dict[str, Text] = {}
    """Identifiers of APIs that are others here: API key -> audience."""
    connections: dict[str, Text] = {}
    """What connections are called in this tenant: key -> name."""
    applications: dict[str, Overlay | None] = {}
    """Who is live: key -> what differs here, or nothing."""
    agents: tuple[str, ...] = ()
    """Keys of agents that are live here."""
    organizations: dict[Key, Organization] = {}
    """Organizations whose members may use third-party applications, by key."""
    permissive_eligible: bool = False
    """Declared by who knows the tenant: it used third-party applications before April 2026."""
    protect: bool | None = None
    """Delete protection of applications; default: on for a real tenant."""
    client_secrets_as_outputs: bool = False
    """Puts client secrets into the stack's outputs, encrypted."""

    @property
    def embedded(self) -> bool:
        return self.tenant == "embedded"

    @property
    def protected(self) -> bool:
        """Delete protection: on for a real tenant unless its file says otherwise."""
        return not self.embedded if self.protect is None else self.protect
