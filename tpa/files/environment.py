"""Models of an environment's file and of `stacks/apis.yaml`, which all environments share; and the
chain of environments: in which order they are applied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from auth0_third_party.model.values import Key, Line, Model, Reason, Scope, Text
from auth0_third_party.rules.hosts import tenant_address
from tpa.files.definitions import GrantDefinition

TENANT_PATTERN = r"^(embedded|[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?)$"


class Api(Model):
    """An API that partners may be granted, with the scopes that they may be granted on it."""

    audience: Text
    """Its identifier in the tenant; an environment may state another one."""
    scopes: tuple[Scope, ...]
    """All scopes that partners may be granted on it."""


class Apis(Model):
    """APIs that grants name, and the default permissions of every third-party application."""

    apis: dict[Key, Api]
    """APIs by the keys that grants name."""
    default_permissions: tuple[GrantDefinition, ...] = ()
    """Grants of every third-party application that has none of its own on an API."""


class Organization(Model):
    """An organization whose members may use third-party applications (ORG-01, ORG-03)."""

    name: Text
    """Its name in this tenant."""
    connections: tuple[str, ...] = ()
    """Connections that its members sign in with: keys under `connections`."""
    admits_third_parties: bool = True
    """False: it is listed only for the client access of applications (ORG-02)."""


class Excluded(Model):
    """What of the tenant another team manages: it is in no file, is left out of `tpa adopt`, and is
    no finding. Each with who manages it, or why it is excluded.
    """

    applications: dict[Text, Reason] = {}
    """Third-party applications: client id or name -> reason."""
    connections: dict[Text, Reason] = {}
    """Connections: name -> reason."""
    apis: dict[Text, Reason] = {}
    """APIs, with all grants on them: audience -> reason."""
    organizations: dict[Text, Reason] = {}
    """Organizations: name -> reason."""


class Limits(Model):
    """What the tenant's plan allows; the Management API does not tell it (MG-19)."""

    applications: Annotated[int, Field(ge=1)] | None = None
    """Applications of the tenant, first-party ones too: 10 in a Free plan, 100 in Self-service."""
    client_grants: Annotated[int, Field(ge=1)] | None = None
    """Client grants of the tenant: 100 in a Free plan, 10,000 in Self-service."""


class Environment(Model):
    """`stacks/<environment>.yaml`: one tenant, and what belongs to it as a whole."""

    ELSEWHERE: ClassVar[dict[str, tuple[str, str, str]]] = dict.fromkeys(
        ("applications", "agents"),
        (
            "ENV-16",
            "is stated in each partner's own file, under environments",
            "tpa migrate moves it there",
        ),
    )

    tenant: Annotated[str, StringConstraints(pattern=TENANT_PATTERN)]
    """`embedded`, or the tenant's own domain (not a custom one)."""
    embedded_port: Annotated[int, Field(ge=1024, le=65535)] | None = None
    """The port of the embedded tenant on this machine."""
    advances_from: str | None = None
    """The environment in which everything is applied before; none for the first one."""
    advance_anyway: dict[Line, Reason] = {}
    """Reasons why definitions are applied here before the environment under `advances_from`."""
    adopt: dict[Key, Text] = {}
    """Applications that are live already: key -> client id. The next update imports each one
    unchanged; afterwards the line is not needed."""
    ignore_drift: dict[Text, Reason] = {}
    """Differences that `tpa drift` leaves out: a pattern of their paths -> why."""
    backend: Annotated[str, StringConstraints(min_length=1)] | None = None
    """The state backend of the stack, where it is not the one that the shell chooses."""
    audiences: dict[Line, Text] = {}
    """Identifiers of APIs that differ here: API key -> audience."""
    connections: dict[Line, Text] = {}
    """Names of connections in this tenant: key -> name."""
    organizations: dict[Key, Organization] = {}
    """Organizations whose members may use third-party applications, by key."""
    excluded: Excluded = Excluded()
    """What another team manages in this tenant."""
    limits: Limits = Limits()
    """What the tenant's plan allows, counted before the first write."""
    permissive_eligible: bool = False
    """Declares that the tenant used third-party applications before April 2026."""
    protect: bool | None = None
    """Delete protection of applications; default: on for a real tenant."""

    @property
    def embedded(self) -> bool:
        return self.tenant == "embedded"

    @property
    def address(self) -> str:
        """Its tenant, in one spelling: that of an environment with the same one is equal."""
        return f"localhost:{self.embedded_port}" if self.embedded else tenant_address(self.tenant)

    @property
    def protected(self) -> bool:
        """Delete protection: on for a real tenant unless its file says otherwise."""
        return not self.embedded if self.protect is None else self.protect


EarlierEnvironments = Mapping[str, str | None]
"""Every environment with the one it advances from."""


@dataclass(frozen=True)
class ApplyOrder:
    """The environments of `waves[0]` can be applied at once, those of `waves[1]` after them, and so
    on. `unreachable`: on a circle, behind one, or behind a name that has no file.
    """

    waves: tuple[tuple[str, ...], ...]
    unreachable: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for wave in self.waves for name in wave)


def apply_order(links: EarlierEnvironments) -> ApplyOrder:
    """The waves of all environments, each by name; linear in their number."""
    later: dict[str | None, list[str]] = {}
    for name in sorted(links):
        later.setdefault(links[name], []).append(name)
    waves = []
    current = later.get(None, [])
    while current:
        waves.append(tuple(current))
        current = sorted(name for earlier in current for name in later.get(earlier, []))
    reached = {name for wave in waves for name in wave}
    return ApplyOrder(tuple(waves), tuple(sorted(links.keys() - reached)))


def circle_through(links: EarlierEnvironments, name: str) -> Sequence[str]:
    """`(prod, staging, prod)` where `name` advances from itself in the end, else nothing."""
    path = [name]
    seen = {name}
    while (earlier := links.get(path[-1])) is not None:
        path.append(earlier)
        if earlier == name:
            return path
        if earlier in seen:
            return ()
        seen.add(earlier)
    return ()
