"""What every preflight check gets: the files, the tenant, and the stack's state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from auth0_third_party.model.names import DEFAULTS, client_name, grant_name, grants_name
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules import Path
from tpa.environments.stack_state import AGENT, CLIENT, PROVIDER, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.layout import APIS_FILE
from tpa.files.problems import Problem
from tpa.tenant.objects import Client, Grant, GrantKey, key_of
from tpa.tenant.snapshot import TenantSnapshot
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class DeclaredGrant:
    """A grant of the files: the line that declares it (`file`, `path`), its logical name, and the
    component that contains it (`parent`).

    `client_id` is None while the application has no client yet, "" for a default permission.
    """

    file: str
    path: Path
    parent: str
    name: str
    client_id: str | None
    grant: ClientGrant | DefaultPermission


@dataclass(frozen=True)
class Import:
    """A live object that an update imports: it is the stack's by what the files declare, and not in
    its state. `name` is the logical one.
    """

    type: str
    name: str
    id: str


Finding = Problem | Import


@dataclass(frozen=True)
class PreflightContext:
    """`stack` is the ownership tag of this stack's applications, `project/stack`.

    `held` is the stack's state; None where it is unknown, and then no check reports what depends on
    it. `updating`: writes follow; without it a token may be one that only reads. `left_open`: names
    of connections that were open before this stack, and stay so.
    """

    catalog: Catalog
    domain: str
    snapshot: TenantSnapshot
    stack: str = ""
    held: StateResources | None = None
    updating: bool = True
    left_open: frozenset[str] = frozenset()

    @cached_property
    def view(self) -> EnvironmentView:
        """What the tenant shows of the environment, for comparisons."""
        held = self.held.client_keys if self.held else {}
        return EnvironmentView(self.catalog, self.stack, self.domain, self.snapshot, held)

    @property
    def resources(self) -> tuple[StateResource, ...]:
        """Everything in the state; nothing where it is unknown."""
        return self.held.resources if self.held else ()

    def named(self, resource_type: str, name: str) -> StateResource | None:
        """The resource of that logical name in the state."""
        return self.held.named(resource_type, name) if self.held else None

    def with_id(self, resource_type: str, identity: str) -> StateResource | None:
        """The resource of the live object with that id in the state."""
        return self.held.with_id(resource_type, identity) if self.held else None

    @cached_property
    def other_stacks(self) -> dict[str, list[Client]]:
        """As `other_stacks`."""
        return other_stacks(self.snapshot.clients, self.stack, self.held)

    @property
    def owners(self) -> str:
        """The ownership tags of the other stacks, for a message; empty where there are none."""
        return ", ".join(self.other_stacks)

    @cached_property
    def live_grants(self) -> dict[GrantKey, Grant]:
        """Live grants by their natural keys."""
        return {grant.key: grant for grant in self.snapshot.grants}

    def live_grant(self, declared: DeclaredGrant) -> Grant | None:
        """The live grant with the natural key of a declared one."""
        if declared.client_id is None:
            return None
        return self.live_grants.get(key_of(declared.client_id, declared.grant))

    def tagged(self, application: str) -> list[Client]:
        """Live clients with the ownership tags of an application of this stack, in the state or
        not.
        """
        return self._by_tag.get((application, self.stack), [])

    @cached_property
    def _by_tag(self) -> dict[tuple[str, str], list[Client]]:
        found: dict[tuple[str, str], list[Client]] = {}
        for client in self.snapshot.clients:
            found.setdefault(client.tag, []).append(client)
        return found

    def held_client(self, key: str) -> StateResource | None:
        """The client of an application or agent in the state."""
        return self.named(AGENT if key in self.catalog.agents else CLIENT, client_name(key))

    @cached_property
    def adopted(self) -> dict[str, Client]:
        """Live clients that the environment's `adopt` names and that are not in the state, by
        key.
        """
        if self.held is None:
            return {}
        found = {
            key: self.snapshot.client(client_id)
            for key, client_id in self.catalog.environment.adopt.items()
            if key in self.catalog.applications and self.held_client(key) is None
        }
        return {key: client for key, client in found.items() if client is not None}

    def live_client(self, key: str) -> Client | None:
        """The live client of an agent by its document; that of an application by the state, else by
        `adopt`, else by its tags.

        Unlike `EnvironmentView.managed`, which shows what there is, it is what an update would
        write to: a first-party client too, which is refused, and none of several with the tags.
        """
        agent, held = self.catalog.agents.get(key), self.held_client(key)
        if agent is not None:
            found = (each for each in self.snapshot.clients if each.document == agent.document)
            return next(found, None)
        if held is not None:
            return self.snapshot.client(held.id)
        named = self.catalog.environment.adopt.get(key)
        if named is not None:
            return self.snapshot.client(named)
        tagged = self.tagged(key)
        return tagged[0] if len(tagged) == 1 else None

    @cached_property
    def catalog_clients(self) -> frozenset[str]:
        """The ids of the live clients of the files' applications."""
        found = (self.live_client(key) for key in self.catalog.applications)
        return frozenset(client.id for client in found if client is not None)

    def declared_grants(self) -> Iterator[DeclaredGrant]:
        """Every grant of the files, default permissions last."""
        for key, declared in self.catalog.clients.items():
            client, file = self.live_client(key), self.catalog.definition_file(key)
            for index, grant in enumerate(declared.grants):
                name, path = grant_name(grants_name(key), grant), ("grants", index)
                yield DeclaredGrant(file, path, key, name, client.id if client else None, grant)
        for index, default in enumerate(self.catalog.default_permissions):
            name, path = grant_name(DEFAULTS, default), ("default_permissions", index)
            yield DeclaredGrant(APIS_FILE, path, DEFAULTS, name, "", default)

    def naming(self, connection: str) -> list[str]:
        """The keys of the applications and agents that name a connection."""
        clients = self.catalog.clients.items()
        return sorted(key for key, each in clients if connection in each.connections)

    def import_command(self, resource_type: str, name: str, identity: str, parent: str) -> str:
        """The `pulumi import` command that brings a live object into the state as a declared one.

        Empty where its parent is not in the state: the engine would give it another name then.
        """
        component = self.held.component(parent) if self.held else None
        provider = self.named(PROVIDER, "auth0")
        if component is None or provider is None:
            return ""
        return (
            f"pulumi import {resource_type} {name} {identity} --parent 'parent={component.urn}'"
            f" --provider 'auth0={provider.urn}' --protect=false --generate-code=false"
            f" --stack {self.catalog.name} --yes"
        )


def other_stacks(
    clients: Iterable[Client], stack: str, held: StateResources | None
) -> dict[str, list[Client]]:
    """Ownership tag -> its live clients, of every stack but `stack`; a client in this stack's state
    is its own, whatever tag it still carries.

    Default permissions, the rate limit of all third parties and agents carry no tag: where another
    stack has applications, such an object may be that stack's, and is never imported unasked.
    """
    found: dict[str, list[Client]] = {}
    for client in clients:
        tag = client.tag[1]
        if tag not in ("", stack) and not (held and held.with_id(CLIENT, client.id)):
            found.setdefault(tag, []).append(client)
    return found


def warning(problem: Problem) -> Problem:
    """The same problem with the severity of a warning."""
    return replace(problem, severity="warning")


def listed(names: Iterable[str], most: int) -> str:
    """At most so many names; the rest is counted."""
    every = list(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
