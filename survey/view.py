"""One environment as the files have it and, where it was looked at, as its tenant has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from catalog import Application, Catalog
from catalog.tenant import Agent
from management import ManagementClient
from preflight import Snapshot, take_snapshot
from preflight.objects import Client, Grant
from survey.links import Links, read_links
from survey.unknown import Unknown

READ_BY = {
    "read:clients": "applications",
    "read:client_grants": "grants",
    "read:connections": "connections",
    "read:resource_servers": "APIs",
}
"""Scopes of the lists without which little can be said, and what they show."""


@dataclass(frozen=True)
class View:
    """`stack` is the mark of our applications. `snapshot` is None, and `domain` empty, where the
    files alone were read.

    `held`: client id -> key of what the stack's state holds, in the files or no more; empty where
    nobody asked.
    """

    catalog: Catalog
    stack: str
    domain: str = ""
    snapshot: Snapshot | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Links] = field(default_factory=dict)
    """Of the organizations that the files name, by name."""

    @cached_property
    def held_keys(self) -> frozenset[str]:
        """The keys of what the state holds."""
        return frozenset(self.held.values())

    @cached_property
    def users(self) -> Mapping[str, Application | Agent]:
        """Applications and agents of the files, by key."""
        return {**self.catalog.applications, **self.catalog.agents}

    @cached_property
    def ours(self) -> dict[str, Client]:
        """Live clients of the files' applications and agents, and of the stack's, by key.

        Of several with one key that of the best evidence counts: a mark can be copied.
        """
        found: dict[str, tuple[int, Client]] = {}
        for client in self._third_parties:
            evidence, key = self._claim(client)
            if key and (key not in found or evidence < found[key][0]):
                found[key] = evidence, client
        return {key: client for key, (_, client) in found.items()}

    @cached_property
    def leaving(self) -> Mapping[str, Client]:
        """Live clients that the stack still holds and the files have no more, by their keys."""
        return {key: client for key, client in self.ours.items() if key not in self.users}

    @cached_property
    def outside(self) -> tuple[Client, ...]:
        """Live third-party clients that are neither the files' nor the stack's."""
        ours = {client.id for client in self.ours.values()}
        return tuple(client for client in self._third_parties if client.id not in ours)

    @cached_property
    def grants(self) -> dict[str, list[Grant]]:
        """Live grants by client id; those of every third party under ""."""
        found: dict[str, list[Grant]] = {}
        for grant in self.snapshot.grants if self.snapshot else ():
            found.setdefault(grant.client_id, []).append(grant)
        return found

    @cached_property
    def unknown(self) -> tuple[Unknown, ...]:
        """What could not be read."""
        if self.snapshot is None:
            return ()
        lists = [
            Unknown(READ_BY[scope], scope)
            for scope in self.snapshot.missing_scopes
            if scope in READ_BY
        ]
        return (*lists, *(Unknown(what, scope) for what, scope in self.snapshot.unseen))

    @cached_property
    def blind(self) -> Mapping[str, str]:
        """What is unknown -> why."""
        return {each.what: each.why for each in self.unknown}

    @property
    def comparable(self) -> bool:
        """Whether the tenant's applications and grants were read, so that rows can be compared."""
        return self.snapshot is not None and not {"applications", "grants"} & self.blind.keys()

    @cached_property
    def promoted(self) -> tuple[str, ...]:
        """Live connections that are open to third parties."""
        connections = self.snapshot.connections if self.snapshot else {}
        return tuple(sorted(name for name, live in connections.items() if live.promoted))

    @cached_property
    def admitting(self) -> tuple[str, ...]:
        """Organizations whose members may use third-party applications; the files' where only
        these were read.
        """
        if self.snapshot is not None:
            found = self.snapshot.organizations.items()
            return tuple(sorted(name for name, live in found if live.admits))
        named = self.catalog.environment.organizations.values()
        return tuple(sorted(each.name for each in named if each.admits_third_parties))

    def api(self, audience: str) -> str:
        """The files' key of an API, or its audience."""
        return self._apis.get(audience, audience)

    @cached_property
    def _apis(self) -> Mapping[str, str]:
        return {audience: key for key, audience in self.catalog.record.audiences.items()}

    @cached_property
    def _documents(self) -> Mapping[str, str]:
        return {agent.document: key for key, agent in self.catalog.agents.items()}

    @cached_property
    def _adopted(self) -> Mapping[str, str]:
        adopt = self.catalog.environment.adopt
        return {client_id: key for key, client_id in adopt.items()}

    @cached_property
    def _third_parties(self) -> tuple[Client, ...]:
        """Each once: a page may repeat one while others are being made."""
        clients = self.snapshot.clients if self.snapshot else ()
        return tuple({client.id: client for client in clients if client.third_party}.values())

    def _claim(self, client: Client) -> tuple[int, str]:
        """Whose it is, and by what: the state, the line that adopts it, the document that describes
        it, or our mark. What the state holds is that one client and no other.
        """
        if client.id in self.held:
            return 0, self.held[client.id]
        key, stack = client.mark
        marked = key if stack == self.stack and key in self.users else ""
        claims = (self._adopted.get(client.id), self._documents.get(client.document), marked)
        for evidence, claimed in enumerate(claims, start=1):
            if claimed and claimed not in self.held_keys:
                return evidence, claimed
        return len(claims) + 1, ""


def look(
    client: ManagementClient,
    catalog: Catalog,
    stack: str,
    held: Mapping[str, str] | None = None,
    *,
    limits: bool = False,
) -> View:
    """Reads the tenant by paged lists; as few calls as a look before an update.

    Args:
        limits: also rate limits that no file states.

    Raises:
        ManagementError: it can't be looked at.
    """
    snapshot = take_snapshot(client, catalog, whole=True, limits=limits)
    named = (each.name for each in catalog.environment.organizations.values())
    links, unseen = read_links(client, snapshot, named)
    seen = replace(snapshot, unseen=(*snapshot.unseen, *unseen))
    return View(catalog, stack, client.credentials.domain, seen, held or {}, links)
