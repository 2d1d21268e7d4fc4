"""One environment as the files have it and, where it was read, as its tenant has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound
from auth0_third_party.model.application import Agent, Application
from tpa.files.catalog import Catalog
from tpa.tenant.objects import Client, Grant
from tpa.tenant.snapshot import Snapshot, take_snapshot


@dataclass(frozen=True)
class Unknown:
    """A part of the tenant that could not be read, and the scope that would let one; empty where
    the tenant refuses it for another reason.
    """

    what: str
    scope: str

    @property
    def why(self) -> str:
        return f"the token lacks {self.scope}" if self.scope else "the tenant refuses to show it"

    def __str__(self) -> str:
        return f"{self.what} ({self.why})"


CONNECTIONS = "connections of organizations"
GRANTS = "grants in organizations"


@dataclass(frozen=True)
class Links:
    """`connections`: names of those that members sign in by. `grants`: ids of client grants that
    are good there. None: not to be seen.
    """

    connections: frozenset[str] | None = None
    grants: frozenset[str] | None = None


def read_links(
    client: ManagementClient, seen: Snapshot, names: Iterable[str]
) -> tuple[dict[str, Links], tuple[tuple[str, str], ...]]:
    """The links by the organization's name, and what could not be read with the scope it takes.

    Raises:
        ManagementError: the tenant can't be looked at.
    """
    found: dict[str, Links] = {}
    unseen: dict[str, str] = {}

    def listed(what: str, path: str, key: str) -> list[dict[str, Any]] | None:
        if what in unseen:
            return None
        try:
            return list(client.pages(path, key))
        except MissingScope as error:
            unseen[what] = " or ".join(error.scopes)
        except NotFound:
            pass  # deleted while we looked
        return None

    for name in sorted(set(names) & seen.organizations.keys()):
        place = f"/organizations/{seen.organizations[name].id}"
        connections = listed(CONNECTIONS, f"{place}/enabled_connections", "enabled_connections")
        grants = listed(GRANTS, f"{place}/client-grants", "client_grants")
        found[name] = Links(_names(connections, seen), _ids(grants))
    return found, tuple(unseen.items())


def _names(items: list[dict[str, Any]] | None, seen: Snapshot) -> frozenset[str] | None:
    """By id, since the list need not say names."""
    if items is None:
        return None
    known: Mapping[str, str] = {each.id: name for name, each in seen.connections.items()}
    ids = (str(item.get("connection_id", "")) for item in items)
    return frozenset(known.get(identity, identity) for identity in ids)


def _ids(items: list[dict[str, Any]] | None) -> frozenset[str] | None:
    return None if items is None else frozenset(str(item.get("id", "")) for item in items)


READ_BY = {
    "read:clients": "applications",
    "read:client_grants": "grants",
    "read:connections": "connections",
    "read:resource_servers": "APIs",
}
"""Scopes of the lists without which little can be said, and what they show."""


@dataclass(frozen=True)
class View:
    """`stack` is the tag of our applications. `snapshot` is None, and `domain` empty, where the
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

        Of several with one key that of the best evidence counts: a tag can be copied.
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
        it, or our tag. What the state holds is that one client and no other.
        """
        if client.id in self.held:
            return 0, self.held[client.id]
        key, stack = client.tag
        tagged = key if stack == self.stack and key in self.users else ""
        claims = (self._adopted.get(client.id), self._documents.get(client.document), tagged)
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
