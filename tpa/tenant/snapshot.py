"""What a tenant has, as far as third-party applications depend on it, read by paged lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

from auth0_third_party.management import (
    ManagementClient,
    ManagementError,
    MissingScope,
    NotFound,
    Refused,
)
from auth0_third_party.model.client import requested_properties
from tpa.files.catalog import Catalog
from tpa.tenant import objects
from tpa.tenant.objects import Api, Client, Connection, Grant, Organization, RateLimitPolicy
from tpa.tenant.scopes import ALWAYS, update_scopes

IDENTITY = (
    *("client_id", "is_first_party", "third_party_security_mode", "global"),
    *("external_client_id", "external_metadata_type", "external_metadata_created_by"),
)
CLIENT_FIELDS = ",".join(dict.fromkeys((*IDENTITY, *requested_properties())))
"""No secret is among them."""
TOKEN_HOOK = "credentials-exchange"  # noqa: S105 - the name of a trigger
REQUIRED_LISTS = {
    "read:clients": "applications",
    "read:client_grants": "grants",
    "read:connections": "connections",
    "read:resource_servers": "APIs",
}
"""The scope of each list that every run needs, and what the list contains."""
LIMITS_PATH = "/rate-limit-policies"
ORGANIZATION_CONNECTIONS = "connections of organizations"
ORGANIZATION_GRANTS = "grants in organizations"
"""How the lists of an organization's links are called where they are unknown."""
T = TypeVar("T")


@dataclass(frozen=True)
class Unknown:
    """A part of the tenant that could not be read, and the scope that would allow it; "" where the
    tenant refuses it for another reason, such as its plan or age.
    """

    what: str
    scope: str

    @property
    def why(self) -> str:
        return f"the token lacks {self.scope}" if self.scope else "the tenant refuses to show it"

    def __str__(self) -> str:
        return f"{self.what} ({self.why})"


@dataclass(frozen=True)
class OrganizationLinks:
    """What is linked to an organization. `connections`: names of those that its members sign in
    with. `grants`: ids of the client grants that are usable in it. None: unknown.
    """

    connections: frozenset[str] | None = None
    grants: frozenset[str] | None = None


@dataclass(frozen=True)
class TenantSnapshot:
    """APIs by audience, connections and organizations by name, rate limit policies by consumer.

    `missing_scopes`: what the files need and the management token lacks; a list that could not be
    read because of one is empty. `unknown_parts`: what else could not be read; a run can do without
    it. `read_only`: no scope of the token writes. Rules, Hooks and organizations are read where the
    files make them matter.
    """

    apis: Mapping[str, Api] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)
    clients: tuple[Client, ...] = ()
    grants: tuple[Grant, ...] = ()
    rules: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    classic_login: bool = False
    open_registration: bool = False
    settings: Mapping[str, Any] | None = None
    organizations: Mapping[str, Organization] = field(default_factory=dict)
    rate_limits: Mapping[str, RateLimitPolicy] = field(default_factory=dict)
    missing_scopes: tuple[str, ...] = ()
    unknown_parts: tuple[Unknown, ...] = ()
    read_only: bool = False

    @cached_property
    def _by_id(self) -> Mapping[str, Client]:
        return {client.id: client for client in self.clients}

    def client(self, client_id: str) -> Client | None:
        """The client of that id."""
        return self._by_id.get(client_id)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of its connections, organizations, grants and rate limit policies."""
        return frozenset(
            (
                *(each.id for each in self.connections.values()),
                *(each.id for each in self.organizations.values()),
                *(each.id for each in self.grants),
                *(each.id for each in self.rate_limits.values()),
            )
        )

    @cached_property
    def unknown(self) -> tuple[Unknown, ...]:
        """Everything that could not be read, required lists first."""
        lists = [
            Unknown(REQUIRED_LISTS[scope], scope)
            for scope in self.missing_scopes
            if scope in REQUIRED_LISTS
        ]
        return (*lists, *self.unknown_parts)


def read_tenant(
    client: ManagementClient,
    catalog: Catalog | None = None,
    *,
    whole: bool = False,
    limits: bool = False,
) -> TenantSnapshot:
    """Reads the tenant; one list per kind of object, however many applications there are.

    Without a catalog only APIs, connections and clients are read; `whole` reads organizations,
    Rules and Hooks also where the catalog does not make them matter; `limits` does so for rate
    limit policies.

    Raises:
        ManagementError: the tenant can't be reached or does not accept the credentials.
    """
    held = client.token_scopes()
    needed = ALWAYS if catalog is None else update_scopes(catalog)
    reader = _Reader(client, set() if held is None else {s for s in needed if s not in held})
    apis = reader.required("/resource-servers", "resource_servers")
    connections = reader.required("/connections", "connections", "id,name,is_domain_connection")
    clients = reader.required("/clients", "clients", CLIENT_FIELDS)
    more = {} if catalog is None else reader.by_catalog(catalog, whole=whole, limits=limits)
    return TenantSnapshot(
        {objects.text(item, "identifier"): objects.read_api(item) for item in apis},
        {objects.text(item, "name"): objects.read_connection(item) for item in connections},
        tuple(map(objects.read_client, clients)),
        **more,
        missing_scopes=tuple(scope for scope in needed if scope in reader.lacking),
        unknown_parts=tuple(reader.unknown_parts),
        read_only=bool(held) and all(scope.startswith("read:") for scope in held or ()),
    )


def narrow_to_catalog(snapshot: TenantSnapshot, catalog: Catalog) -> TenantSnapshot:
    """A tenant that was read whole, without what can't affect this catalog: active Rules, for
    example, break nothing where no strict application signs users in.
    """
    user_access, client_access = _strict_access(catalog)
    return replace(
        snapshot,
        rules=snapshot.rules if user_access else (),
        classic_login=snapshot.classic_login and user_access,
        hooks=snapshot.hooks if client_access else (),
    )


def _strict_access(catalog: Catalog) -> tuple[bool, bool]:
    """Whether strict applications have user access, and whether they have client access."""
    strict = [app for app in catalog.applications.values() if app.strict]
    user_access = bool(catalog.agents) or any(app.signs_users_in for app in strict)
    return user_access, any("client_credentials" in app.flows for app in strict)


class _Reader:
    """Reads lists, and collects the scopes that the token lacks and what stays unknown."""

    def __init__(self, client: ManagementClient, lacking: set[str]) -> None:
        self._client = client
        self.lacking = lacking
        self.unknown_parts: list[Unknown] = []

    def required(self, path: str, key: str, fields: str = "") -> list[dict[str, Any]]:
        """A list that every run needs."""
        try:
            query = {"fields": fields, "include_fields": "true"} if fields else {}
            return list(self._client.pages(path, key, query))
        except MissingScope as error:
            self.lacking.update(error.scopes)
            return []

    def by_catalog(self, catalog: Catalog, *, whole: bool, limits: bool) -> dict[str, Any]:
        """Fields of a snapshot that are read where the catalog makes them matter."""
        user_access, client_access = (True, True) if whole else _strict_access(catalog)
        grants = self.required("/client-grants", "client_grants")
        found: dict[str, Any] = {"grants": tuple(map(objects.read_grant, grants))}
        if user_access:
            prompts = self._one("the login experience", "/prompts")
            experience = prompts.get("universal_login_experience")
            if experience not in (None, "new", "classic"):
                self.unknown_parts.append(Unknown("the login experience", ""))
            found["rules"] = tuple(self._active("Rules", "/rules", "rules"))
            found["classic_login"] = experience == "classic"
        if client_access:
            found["hooks"] = tuple(self._active("Hooks", "/hooks", "hooks", triggerId=TOKEN_HOOK))
        settings = self._one("open registration", "/tenants/settings")
        flags = settings.get("flags") or {}
        found["settings"] = settings or None
        found["open_registration"] = flags.get("enable_dynamic_client_registration") is True
        if whole or catalog.environment.organizations:
            found["organizations"] = {
                objects.text(item, "name"): objects.read_organization(item)
                for item in self._all("organizations", "/organizations", "organizations")
            }
        declared = any(app.rate_limit for app in catalog.applications.values())
        if limits or declared or catalog.tenant.rate_limit:
            found["rate_limits"] = dict(self._policies())
        return found

    def linked(self, what: str, path: str, key: str) -> list[dict[str, Any]] | None:
        """A list of one organization's links; what one of them lacks, the others lack too."""
        if any(each.what == what for each in self.unknown_parts):
            return None
        # One that is not found was deleted since the organizations were listed.
        return self._tried(what, lambda: list(self._client.pages(path, key)), NotFound)

    def _active(self, what: str, path: str, key: str, **query: str) -> Iterator[str]:
        for item in self._all(what, path, key, enabled="true", **query):
            if item.get("enabled") is not False:
                yield str(item.get("name", ""))

    def _all(self, what: str, path: str, key: str, **query: str) -> list[dict[str, Any]]:
        """A list that some tenants don't have, or some tokens may not read; Auth0 is removing Rules
        and Hooks, and then there are none.
        """
        pages = self._client.pages(path, key, query)
        return self._tried(what, lambda: list(pages), Refused, NotFound) or []

    def _one(self, what: str, path: str) -> dict[str, Any]:
        found = self._tried(what, lambda: self._client.get(path), Refused)
        return found if isinstance(found, dict) else {}

    def _policies(self) -> Iterator[tuple[str, RateLimitPolicy]]:
        """This list is paged by checkpoint only (MG-07)."""
        query: dict[str, str | int] = {"take": 100}
        while True:
            page = self._tried("rate limits", partial(self._client.get, LIMITS_PATH, query))
            if not isinstance(page, dict):
                return
            listed = page.get("rate_limit_policies") or []
            for item in listed:
                yield str(item.get("consumer_selector", "")), objects.read_rate_limit(item)
            if not listed or not page.get("next"):
                return
            query = {"take": 100, "from": str(page["next"])}

    def _tried(
        self, what: str, read: Callable[[], T], *tolerated: type[ManagementError]
    ) -> T | None:
        """What it reads; None, and noted as unknown, where the token lacks a scope. None also where
        it ends in one of the `tolerated` errors; what the tenant refuses is unknown then.
        """
        try:
            return read()
        except MissingScope as error:
            self.unknown_parts.append(Unknown(what, " or ".join(error.scopes)))
        except tolerated as error:
            if isinstance(error, Refused):
                self.unknown_parts.append(Unknown(what, ""))
        return None


def read_organization_links(
    client: ManagementClient, snapshot: TenantSnapshot, names: Iterable[str]
) -> tuple[dict[str, OrganizationLinks], tuple[Unknown, ...]]:
    """The links by the organization's name, and which of the two lists could not be read. Auth0 has
    no list of them over all organizations, so this takes two lists for each one.

    Raises:
        ManagementError: the tenant can't be read.
    """
    reader = _Reader(client, set())
    known = {each.id: name for name, each in snapshot.connections.items()}
    found: dict[str, OrganizationLinks] = {}
    for name in sorted(set(names) & snapshot.organizations.keys()):
        path = f"/organizations/{snapshot.organizations[name].id}"
        enabled = reader.linked(
            ORGANIZATION_CONNECTIONS, f"{path}/enabled_connections", "enabled_connections"
        )
        granted = reader.linked(ORGANIZATION_GRANTS, f"{path}/client-grants", "client_grants")
        ids = None if enabled is None else [str(item.get("connection_id", "")) for item in enabled]
        found[name] = OrganizationLinks(
            None if ids is None else frozenset(known.get(each, each) for each in ids),
            None if granted is None else frozenset(str(item.get("id", "")) for item in granted),
        )
    return found, tuple(reader.unknown_parts)
