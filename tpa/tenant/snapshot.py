"""What a tenant holds, as far as third-party applications depend on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound, Refused
from tpa.files.catalog import Catalog
from tpa.tenant import facets as client_facets
from tpa.tenant import objects
from tpa.tenant.objects import Api, Client, Connection, Grant, Organization, RateLimitPolicy
from tpa.tenant.scopes import ALWAYS, update_scopes

IDENTITY = (
    *("client_id", "is_first_party", "third_party_security_mode"),
    *("external_client_id", "external_metadata_type"),
)
CLIENT_FIELDS = ",".join((*IDENTITY, *client_facets.FIELDS))
"""No secret is among them."""
TOKEN_HOOK = "credentials-exchange"  # noqa: S105 - the name of a trigger


@dataclass(frozen=True)
class Snapshot:
    """APIs by audience, connections and organizations by name, rate limit policies by consumer.

    `missing_scopes` are those that the management token lacks; a list that could not be read
    because of one is empty. `unseen` says what nobody could look at, and the scope that would let
    one; empty where the tenant's plan or age is the reason. `only_reads`: no scope of the token
    writes. Of Rules, Hooks and organizations only what the catalog makes matter is read.
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
    unseen: tuple[tuple[str, str], ...] = ()
    only_reads: bool = False

    @cached_property
    def _by_id(self) -> Mapping[str, Client]:
        return {client.id: client for client in self.clients}

    def client(self, client_id: str) -> Client | None:
        """The client of that id."""
        return self._by_id.get(client_id)


def take_snapshot(
    client: ManagementClient,
    catalog: Catalog | None = None,
    *,
    whole: bool = False,
    limits: bool = False,
) -> Snapshot:
    """Reads the tenant; one list per kind of object, however many applications there are.

    Without a catalog only APIs, connections and clients are read; `whole` reads organizations,
    Rules and Hooks also where the catalog has no use for them; `limits` does so for rate limits.

    Raises:
        ManagementError: the tenant can't be reached or does not accept the credentials.
    """
    held = client.token_scopes()
    needed = ALWAYS if catalog is None else update_scopes(catalog)
    look = _Look(client, set() if held is None else {s for s in needed if s not in held})
    apis = look.listed("/resource-servers", "resource_servers")
    connections = look.listed("/connections", "connections", "id,name,is_domain_connection")
    clients = look.listed("/clients", "clients", CLIENT_FIELDS)
    more = {} if catalog is None else look.beside(catalog, whole=whole, limits=limits)
    return Snapshot(
        {objects.text(item, "identifier"): objects.read_api(item) for item in apis},
        {objects.text(item, "name"): objects.read_connection(item) for item in connections},
        tuple(map(objects.read_client, clients)),
        **more,
        missing_scopes=tuple(scope for scope in needed if scope in look.lacking),
        unseen=tuple(look.unseen),
        only_reads=bool(held) and all(scope.startswith("read:") for scope in held or ()),
    )


def narrowed(seen: Snapshot, catalog: Catalog) -> Snapshot:
    """Of a tenant that was read whole what matters to this catalog: Rules, say, harm nobody where
    no strict application signs users in.
    """
    sign_in, alone = _concerns(catalog)
    return replace(
        seen,
        rules=seen.rules if sign_in else (),
        classic_login=seen.classic_login and sign_in,
        hooks=seen.hooks if alone else (),
    )


def _concerns(catalog: Catalog) -> tuple[bool, bool]:
    """Whether what is strict signs users in, and whether it acts for itself."""
    strict = [app for app in catalog.applications.values() if app.strict]
    sign_in = bool(catalog.agents) or any(app.signs_users_in for app in strict)
    return sign_in, any("client_credentials" in app.flows(app.subject_types) for app in strict)


class _Look:
    """Reads lists, and collects the scopes that were lacking."""

    def __init__(self, client: ManagementClient, lacking: set[str]) -> None:
        self._client = client
        self.lacking = lacking
        self.unseen: list[tuple[str, str]] = []

    def listed(self, path: str, key: str, fields: str = "") -> list[dict[str, Any]]:
        """A list that a run can't do without."""
        try:
            asked = {"fields": fields, "include_fields": "true"} if fields else {}
            return list(self._client.pages(path, key, asked))
        except MissingScope as error:
            self.lacking.update(error.scopes)
            return []

    def beside(self, catalog: Catalog, *, whole: bool, limits: bool) -> dict[str, Any]:
        """What decides whether applications work, and what they stand beside."""
        sign_in, alone = (True, True) if whole else _concerns(catalog)
        found: dict[str, Any] = {
            "grants": tuple(map(objects.read_grant, self.listed("/client-grants", "client_grants")))
        }
        if sign_in:
            prompts = self._one("the login experience", "/prompts")
            found["rules"] = tuple(self._active("Rules", "/rules", "rules"))
            found["classic_login"] = prompts.get("universal_login_experience") == "classic"
        if alone:
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
        stated = any(app.rate_limit for app in catalog.applications.values())
        if limits or stated or catalog.tenant.rate_limit:
            found["rate_limits"] = dict(self._policies())
        return found

    def _active(self, what: str, path: str, key: str, **asked: str) -> Iterator[str]:
        for item in self._all(what, path, key, enabled="true", **asked):
            if item.get("enabled") is not False:
                yield str(item.get("name", ""))

    def _all(self, what: str, path: str, key: str, **asked: str) -> list[dict[str, Any]]:
        """A list that some tenants don't have, or some tokens may not read."""
        try:
            return list(self._client.pages(path, key, asked))
        except MissingScope as error:
            self.unseen.append((what, " or ".join(error.scopes)))
        except Refused:
            self.unseen.append((what, ""))
        except NotFound:
            pass  # Rules and Hooks end for everybody one day
        return []

    def _one(self, what: str, path: str) -> dict[str, Any]:
        try:
            found = self._client.get(path)
        except MissingScope as error:
            self.unseen.append((what, " or ".join(error.scopes)))
            return {}
        except Refused:
            self.unseen.append((what, ""))
            return {}
        return found if isinstance(found, dict) else {}

    def _policies(self) -> Iterator[tuple[str, RateLimitPolicy]]:
        """This list knows checkpoints alone (MG-07)."""
        asked: dict[str, str | int] = {"take": 100}
        while True:
            try:
                page = self._client.get("/rate-limit-policies", asked)
            except MissingScope as error:
                self.unseen.append(("rate limits", " or ".join(error.scopes)))
                return
            listed = page.get("rate_limit_policies") if isinstance(page, dict) else None
            for item in listed or []:
                yield str(item.get("consumer_selector", "")), objects.read_rate_limit(item)
            if not listed or not page.get("next"):
                return
            asked = {"take": 100, "from": str(page["next"])}
