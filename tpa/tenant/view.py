"""One environment: what its files declare and, where the tenant was read, what the tenant has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from auth0_third_party.model.application import Agent, Application
from auth0_third_party.rules import Path
from tpa.files.catalog import Catalog
from tpa.tenant.objects import Client, Grant
from tpa.tenant.snapshot import OrganizationLinks, TenantSnapshot, Unknown

DYNAMIC_REGISTRATION = "lets everyone register a client (dynamic client registration)"
METADATA_DOCUMENTS = "lets agents be registered by client id metadata documents"


def excluded_lines(catalog: Catalog, excluded: Sequence[str]) -> Iterator[str]:
    """How much of the tenant is left out because another team manages it."""
    if excluded:
        line = catalog.line(catalog.file, "excluded")
        yield f"excluded: {len(excluded)} that others manage ({line})"


@dataclass(frozen=True)
class EnvironmentView:
    """`stack` is the ownership tag of this stack's applications, `project/stack`. `snapshot` is
    None, and `domain` empty, where only the files were read.

    `held`: client id -> key of each application and agent in the stack's state, declared or not;
    empty where the state was not read. `links`: of the organizations that the files name, by name.
    """

    catalog: Catalog
    stack: str
    domain: str = ""
    snapshot: TenantSnapshot | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, OrganizationLinks] = field(default_factory=dict)

    @property
    def tenant(self) -> TenantSnapshot:
        """The tenant as it was read; empty where only the files were."""
        return self.snapshot or TenantSnapshot()

    @cached_property
    def held_keys(self) -> frozenset[str]:
        """The keys of the applications and agents in the state."""
        return frozenset(self.held.values())

    @cached_property
    def declared(self) -> Mapping[str, Application | Agent]:
        """The applications and agents of the files, by key."""
        return self.catalog.clients

    @cached_property
    def managed(self) -> dict[str, Client]:
        """Live clients of the files' applications and agents, and of the stack's, by key.

        Where several clients claim one key, the best evidence wins: a tag can be copied.
        """
        found: dict[str, tuple[int, Client]] = {}
        for client in self._third_parties:
            evidence, key = self._claim(client)
            if key and (key not in found or evidence < found[key][0]):
                found[key] = evidence, client
        return {key: client for key, (_, client) in found.items()}

    @cached_property
    def pending_deletion(self) -> Mapping[str, Client]:
        """Live clients that are in the state and no longer in the files, by key: the next update
        deletes them.
        """
        return {key: client for key, client in self.managed.items() if key not in self.declared}

    @cached_property
    def unmanaged(self) -> tuple[Client, ...]:
        """Live third-party clients that are neither in the files nor in the stack's state, nor
        excluded.
        """
        return tuple(each for each in self._undeclared if not self._excludes_client(each))

    @cached_property
    def excluded(self) -> tuple[str, ...]:
        """What is live and another team manages, by the environment's file; one label each."""
        clients = [f"application {c.id}" for c in self._undeclared if self._excludes_client(c)]
        seen = {
            "connection": ("connections", self.promoted_connections),
            "organization": ("organizations", self.admitting_organizations),
            "grants on": ("apis", {g.audience for each in self.grants.values() for g in each}),
        }
        others = (
            f"{kind} {name}"
            for kind, (field, names) in seen.items()
            for name in names
            if name in getattr(self.catalog.environment.excluded, field)
        )
        return (*clients, *others)

    def excludes(self, path: Path) -> bool:
        """Whether another team manages what a fact is about: a connection, a grant on an API."""
        excluded = self.catalog.environment.excluded
        kind, *names = path
        at = {"connections": 0, "default_permissions": 0, "grants": 1}.get(str(kind), len(names))
        known = excluded.connections if kind == "connections" else excluded.apis
        return len(names) > at and names[at] in known

    def excludes_grant(self, grant: Grant) -> bool:
        """Whether another team manages the API of a grant."""
        return grant.audience in self.catalog.environment.excluded.apis

    def _excludes_client(self, client: Client) -> bool:
        excluded = self.catalog.environment.excluded.applications
        return client.id in excluded or client.name in excluded

    @cached_property
    def _undeclared(self) -> tuple[Client, ...]:
        managed = {client.id for client in self.managed.values()}
        return tuple(client for client in self._third_parties if client.id not in managed)

    @cached_property
    def registered(self) -> tuple[Client, ...]:
        """Of the unmanaged: those that registered themselves, where the files let them."""
        agents, clients = bool(self.catalog.agents), self._states_registration
        return tuple(
            each
            for each in self.unmanaged
            if each.self_registered and (agents if each.document else clients)
        )

    @cached_property
    def unexplained(self) -> tuple[Client, ...]:
        """Of the unmanaged: those without any ownership tag that an administrator made by hand; and
        those that registered, by themselves or by a document, and have more than the defaults.
        """
        registers = self._open_to_all or self._states_registration

        def by_hand(client: Client) -> bool:
            return not (client.document or (client.self_registered and registers))

        untagged = (each for each in self.unmanaged if not each.tag[1])
        return tuple(each for each in untagged if by_hand(each) or each.id in self.grants)

    @cached_property
    def unstated_registration(self) -> tuple[str, ...]:
        """The ways into the tenant that are open, and that no file states (DCR-02, CIMD-01)."""
        settings = (self.snapshot.settings if self.snapshot else None) or {}
        documents = settings.get("client_id_metadata_document_supported") is True
        ways = {
            DYNAMIC_REGISTRATION: self._open_to_all and not self._states_registration,
            METADATA_DOCUMENTS: documents and not self.catalog.agents,
        }
        return tuple(what for what, is_open in ways.items() if is_open)

    @property
    def _open_to_all(self) -> bool:
        """Whether everyone can register a client."""
        return self.snapshot is not None and self.snapshot.open_registration

    @property
    def _states_registration(self) -> bool:
        return self.catalog.tenant.dynamic_client_registration is not None

    @cached_property
    def grants(self) -> dict[str, list[Grant]]:
        """Live grants by client id; default permissions under ""."""
        found: dict[str, list[Grant]] = {}
        for grant in self.snapshot.grants if self.snapshot else ():
            found.setdefault(grant.client_id, []).append(grant)
        return found

    @cached_property
    def unknown(self) -> tuple[Unknown, ...]:
        """The parts of the tenant that could not be read."""
        return self.snapshot.unknown if self.snapshot else ()

    @cached_property
    def unknown_reasons(self) -> Mapping[str, str]:
        """Unknown part -> why it is unknown."""
        return {each.what: each.why for each in self.unknown}

    @property
    def comparable(self) -> bool:
        """Whether the tenant's applications and grants were read, so that access is comparable."""
        unknown = self.unknown_reasons.keys()
        return self.snapshot is not None and not {"applications", "grants"} & unknown

    @cached_property
    def promoted_connections(self) -> tuple[str, ...]:
        """Names of the live connections that every third-party application can use."""
        connections = self.snapshot.connections if self.snapshot else {}
        return tuple(sorted(name for name, live in connections.items() if live.promoted))

    @cached_property
    def admitting_organizations(self) -> tuple[str, ...]:
        """Names of the organizations whose members may use third-party applications: the tenant's,
        or the files' where only these were read.
        """
        if self.snapshot is not None:
            found = self.snapshot.organizations.items()
            return tuple(sorted(name for name, live in found if live.admits))
        named = self.catalog.environment.organizations.values()
        return tuple(sorted(each.name for each in named if each.admits_third_parties))

    def organizations_of(self, grant: Grant) -> tuple[str, ...]:
        """Names of the organizations in which a grant is usable, as far as links were read."""
        found = (name for name, links in self.links.items() if grant.id in (links.grants or ()))
        return tuple(sorted(found))

    def api_name(self, audience: str) -> str:
        """The files' key of an API; its audience where it has none."""
        return self._api_keys.get(audience, audience)

    @cached_property
    def _api_keys(self) -> Mapping[str, str]:
        return {audience: key for key, audience in self.catalog.record.audiences.items()}

    @cached_property
    def _documents(self) -> Mapping[str, str]:
        return self.catalog.agent_keys

    @cached_property
    def _adopted(self) -> Mapping[str, str]:
        adopt = self.catalog.environment.adopt
        return {client_id: key for key, client_id in adopt.items()}

    @cached_property
    def _third_parties(self) -> tuple[Client, ...]:
        """Each once: two pages of a list may both contain a client while others are created."""
        clients = self.snapshot.clients if self.snapshot else ()
        return tuple({client.id: client for client in clients if client.third_party}.values())

    def _claim(self, client: Client) -> tuple[int, str]:
        """Rank of the evidence (0 is the best), and the key that it gives the client: the state,
        the line under `adopt`, the agent's document, or the ownership tag. A key in the state
        belongs to the client in the state and to no other.
        """
        if client.id in self.held:
            return 0, self.held[client.id]
        key, stack = client.tag
        tagged = key if stack == self.stack and key in self.declared else ""
        claims = (self._adopted.get(client.id), self._documents.get(client.document), tagged)
        for evidence, claimed in enumerate(claims, start=1):
            if claimed and claimed not in self.held_keys:
                return evidence, claimed
        return len(claims) + 1, ""
