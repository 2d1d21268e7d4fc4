"""Everything that a check looks at: the files, the tenant, and what the stack holds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from auth0_third_party.model.names import DEFAULTS, client_name, grant_name, grants_name
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.environments.stack_state import CLIENT, PROVIDER, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE, agent_file, application_file
from tpa.tenant.objects import Client, Grant
from tpa.tenant.snapshot import Snapshot


@dataclass(frozen=True)
class Wanted:
    """One declared grant: where it is stated, its logical name, the component that holds it.

    `client_id` is None while the application has no client yet, "" for a default permission.
    """

    file: str
    field: str
    owner: str
    name: str
    client_id: str | None
    grant: ClientGrant | DefaultPermission


@dataclass(frozen=True)
class Inspection:
    """`stack` is the tag that our applications carry, `project/stack`.

    `held` is None where nobody can say what the stack holds; checks that need it say nothing then.
    `updating`: writes follow; without it a token may be one that only reads.
    """

    catalog: Catalog
    domain: str
    snapshot: Snapshot
    stack: str = ""
    held: StateResources | None = None
    updating: bool = True

    @property
    def stack_name(self) -> str:
        return self.catalog.name

    @cached_property
    def grants(self) -> dict[tuple[str, str, str], Grant]:
        """Live grants by their natural keys."""
        return {grant.key: grant for grant in self.snapshot.grants}

    def tagged(self, application: str) -> list[Client]:
        """Live clients that carry the tag of this stack's application, recorded or not."""
        return self._tagged.get((application, self.stack), [])

    @cached_property
    def _tagged(self) -> dict[tuple[str, str], list[Client]]:
        found: dict[tuple[str, str], list[Client]] = {}
        for client in self.snapshot.clients:
            found.setdefault(client.tag, []).append(client)
        return found

    def held_client(self, application: str) -> StateResource | None:
        """What the state holds as the client of an application."""
        return self.held.named(CLIENT, client_name(application)) if self.held else None

    def orphans(self, application: str) -> list[Client]:
        """Live clients of ours that the state knows nothing of: a run was cut off there."""
        if self.held is None or self.held_client(application) is not None:
            return []
        held = self.held
        return [c for c in self.tagged(application) if held.with_id(CLIENT, c.id) is None]

    def adopting(self) -> dict[str, Client]:
        """Live clients that the files want taken over, by key; those of the state are not."""
        if self.held is None:
            return {}
        found = {
            key: self.snapshot.client(client_id)
            for key, client_id in self.catalog.environment.adopt.items()
            if key in self.catalog.applications and self.held_client(key) is None
        }
        return {key: client for key, client in found.items() if client is not None}

    def counterpart(self, application: str) -> Client | None:
        """The live client of an application, as far as it can be told."""
        held = self.held_client(application)
        if held is not None:
            return self.snapshot.client(held.id)
        named = self.catalog.environment.adopt.get(application)
        if named is not None:
            return self.snapshot.client(named)
        tagged = self.tagged(application)
        return tagged[0] if len(tagged) == 1 else None

    def wanted(self) -> Iterator[Wanted]:
        """Every declared grant."""
        for key, application in self.catalog.applications.items():
            client = self.counterpart(key)
            grants = application.grants
            yield from _wanted(application_file(key), key, grants, client.id if client else None)
        for key, agent in self.catalog.agents.items():
            found = [c.id for c in self.snapshot.clients if c.document == agent.document]
            yield from _wanted(agent_file(key), key, agent.grants, found[0] if found else None)
        for index, default in enumerate(self.catalog.default_permissions):
            name = grant_name(DEFAULTS, default)
            field = f"default_permissions[{index}]"
            yield Wanted(APIS_FILE, field, DEFAULTS, name, "", default)

    def import_command(self, resource_type: str, name: str, identity: str, owner: str) -> str:
        """The command that takes a live object into the stack as what the program declares.

        Empty where its parent is not in the state: the engine would give it another name then.
        """
        parent = self.held.component(owner) if self.held else None
        provider = self.held.named(PROVIDER, "auth0") if self.held else None
        if parent is None or provider is None:
            return ""
        return (
            f"pulumi import {resource_type} {name} {identity} --parent 'parent={parent.urn}'"
            f" --provider 'auth0={provider.urn}' --protect=false --generate-code=false"
            f" --stack {self.stack_name} --yes"
        )


def _wanted(
    file: str, key: str, grants: tuple[ClientGrant, ...], client_id: str | None
) -> Iterator[Wanted]:
    for index, grant in enumerate(grants):
        name = grant_name(grants_name(key), grant)
        yield Wanted(file, f"grants[{index}]", key, name, client_id, grant)


def warning(problem: Problem) -> Problem:
    """The same, as something to think about."""
    return replace(problem, severity="warning")
