"""What differs per environment, and the vocabulary of APIs that all of them share."""

from typing import Annotated

from pydantic import Field, StringConstraints

from catalog.permissions import GrantDefinition
from catalog.shapes import Key, Model, Scope, Text
from catalog.values import Reason


class Api(Model):
    """An API that partners may be given, and the scopes they may ever have on it."""

    audience: Text
    scopes: tuple[Scope, ...]


class Apis(Model):
    """`stacks/apis.yaml`."""

    apis: dict[Key, Api]
    default_permissions: tuple[GrantDefinition, ...] = ()


class Overlay(Model):
    """What one environment may say about an application: a closed list. None: as in its file."""

    callbacks: tuple[str, ...] | None = None
    allowed_origins: tuple[str, ...] | None = None
    web_origins: tuple[str, ...] | None = None
    connections: tuple[str, ...] | None = None


class Organization(Model):
    """An organization whose members may use third-party applications (ORG-01, ORG-03)."""

    name: Text
    connections: tuple[str, ...] = ()
    admits_third_parties: bool = True
    """False: it is named for the grants of applications themselves alone (ORG-02)."""


class Environment(Model):
    """`stacks/<environment>.yaml`: one tenant, and what is live on it."""

    tenant: Annotated[str, StringConstraints(pattern=r"^(embedded|[a-z0-9.-]+(:\d+)?)$")]
    embedded_port: Annotated[int, Field(ge=1024, le=65535)] | None = None
    advances_from: str | None = None
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
    connections: dict[str, Text] = {}
    applications: dict[str, Overlay | None] = {}
    agents: tuple[str, ...] = ()
    organizations: dict[Key, Organization] = {}
    permissive_eligible: bool = False
    """Declared by who knows the tenant: it used third-party applications before April 2026."""
    protect: bool | None = None
    client_secrets_as_outputs: bool = False

    @property
    def embedded(self) -> bool:
        return self.tenant == "embedded"

    @property
    def protected(self) -> bool:
        """Delete protection: on for a real tenant unless its file says otherwise."""
        return not self.embedded if self.protect is None else self.protect
