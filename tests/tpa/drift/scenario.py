"""An environment whose files, last update and tenant agree, and changes to one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.client import declared_values
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules.violation import Path as FieldPath
from tpa.comparison.differences import Difference, differences
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.declaration import Declaration, declaration_in
from tpa.tenant.objects import Api, Client, Connection, Grant, Organization, RateLimitPolicy
from tpa.tenant.reading import EnvironmentStates
from tpa.tenant.snapshot import OrganizationLinks, TenantSnapshot
from tpa.tenant.view import EnvironmentView

ORDERS = "https://orders.test"
USER_GRANT = "cgr_portal_orders_user"
CLIENT_GRANT = "cgr_portal_orders_client"
ADDED_DEFAULT = Grant("cgr_y", "", ORDERS, "user", ("read:orders",))
"""A default permission that is in no file."""
STACK = "project/dev"
FILES: dict[str, str] = {
    "apis": """\
apis:
  orders: {audience: "https://orders.test", scopes: [read:orders, write:orders]}
  catalog: {audience: "https://catalog.test", scopes: [read:products]}
default_permissions:
  - {api: catalog, subject_type: user, scopes: [read:products]}
""",
    "tenant": """\
dynamic_client_registration: {security_mode: strict}
scope_descriptions_at_consent: true
error_page:
  url: https://acme.test/failed
rate_limit: {action: block, limit: 100}
""",
    "applications/portal": """\
# The partner's portal.
name: Portal
owner: {organization: Acme, contact: a@acme.test}
app_type: regular_web
description: Orders  # shown to admins
callbacks: [https://acme.test/cb]
client_metadata:
  plan: gold
refresh_token:
  leeway: 3
rate_limit: {action: log, limit: 10}
grants:
  - api: orders
    subject_type: user
    scopes: [read:orders]
  - api: orders
    subject_type: client
    scopes: [write:orders, read:orders]
    organizations: [north]
connections: [people]
environments:
  dev:
    callbacks: [https://dev.acme.test/cb]
""",
    "applications/widget": """\
name: Widget
owner: {organization: Blossom, contact: b@blossom.test}
app_type: spa
callbacks: [https://blossom.test/cb]
connections: [people]
environments:
  dev: {}
""",
    "agents/helper": """\
document: https://agent.test/client.json
owner: {organization: Agents, contact: c@agent.test}
connections: [people]
grants:
  - {api: orders, subject_type: user, scopes: [read:orders]}
environments: {dev: {}}
""",
    "dev": """\
tenant: embedded
embedded_port: 8441
connections:
  people: customers
organizations:
  north: {name: northwind, connections: [people]}
""",
}


def write(root: Path, **changes: str) -> Catalog:
    """The project's files; a change is `name` (`/` as two underscores) and its whole text."""
    texts = {**FILES, **{name.replace("__", "/"): text for name, text in changes.items()}}
    for name, text in texts.items():
        file = root / "stacks" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return load_catalog(root, "dev")


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """A change of one file, for `write`."""
    assert FILES[name].count(old) == 1, f"{old} has to occur once in {name}"
    return {name.replace("/", "__"): FILES[name].replace(old, new)}


def more(name: str, text: str) -> dict[str, str]:
    """A file with more text at its end, for `write`."""
    return {name.replace("/", "__"): FILES[name] + text}


@dataclass(frozen=True)
class Scenario:
    """Files, the last update and the tenant."""

    view: EnvironmentView
    last: Declaration

    @property
    def seen(self) -> EnvironmentStates:
        return EnvironmentStates(self.view, self.last)

    @property
    def snapshot(self) -> TenantSnapshot:
        assert self.view.snapshot is not None
        return self.view.snapshot

    def differences(self) -> dict[str, Difference]:
        return {each.name: each for each in differences(self.view, self.last)}

    def changed_by(self) -> dict[str, str]:
        return {path: each.changed_by for path, each in self.differences().items()}

    def tenant(self, **changes: Any) -> "Scenario":
        """The tenant with other lists."""
        snapshot = replace(self.snapshot, **changes)
        return Scenario(replace(self.view, snapshot=snapshot), self.last)

    def client(self, key: str, **changes: Any) -> "Scenario":
        """A live application with other values; `a/b` stands for a path, None for none."""
        wanted = self.view.managed[key]
        changed: dict[FieldPath, object] = {
            tuple(map(unquote, name.split("/"))): value for name, value in changes.items()
        }
        merged: dict[FieldPath, object] = {**wanted.values, **changed}
        values = {path: value for path, value in merged.items() if value is not None}
        return self.replaced(wanted, replace(wanted, values=values))

    def replaced(self, old: Client, *new: Client) -> "Scenario":
        kept = [client for client in self.snapshot.clients if client != old]
        return self.tenant(clients=(*kept, *new))

    def grant(self, identity: str, **changes: Any) -> "Scenario":
        """A live grant with other properties; without any, it is deleted."""
        found = (g for g in self.snapshot.grants if g.id != identity)
        mine = (replace(g, **changes) for g in self.snapshot.grants if g.id == identity and changes)
        return self.tenant(grants=(*found, *mine))

    def settings(self, **changes: Any) -> "Scenario":
        return self.tenant(settings={**(self.snapshot.settings or {}), **changes})

    def links(self, **changes: Any) -> "Scenario":
        links = {"northwind": replace(self.view.links["northwind"], **changes)}
        return Scenario(replace(self.view, links=links), self.last)


def in_sync(root: Path) -> Scenario:
    """All three agree."""
    catalog = write(root)
    return scenario_of(catalog, declaration_in(catalog.record), catalog)


def scenario_of(catalog: Catalog, last: Declaration, live: Catalog) -> Scenario:
    """These files and a tenant that has what the files of `live` say."""
    clients = _clients(live)
    grants = tuple(_grants(live))
    ids = frozenset(g.id for g in grants if g.organization_usage == "allow")
    snapshot = TenantSnapshot(
        apis={"https://orders.test": Api(frozenset({"read:orders", "write:orders"}))},
        connections={
            "customers": Connection("con_1", promoted=True),
            "others": Connection("con_2"),
        },
        clients=clients,
        grants=grants,
        settings={
            "flags": {
                "enable_dynamic_client_registration": True,
                "use_scope_descriptions_for_consent": True,
            },
            "error_page": {"url": "https://acme.test/failed"},
            "client_id_metadata_document_supported": True,
        },
        organizations={"northwind": Organization("org_1", admits=True)},
        rate_limits={
            "third_party_clients": RateLimitPolicy("rlp_1", "block", 100),
            "client_id:tpc_portal": RateLimitPolicy("rlp_2", "log", 10),
        },
    )
    held = {client.id: client.id.removeprefix("tpc_") for client in clients}
    links = {"northwind": OrganizationLinks(frozenset({"customers"}), ids)}
    return Scenario(EnvironmentView(catalog, STACK, "acme.test", snapshot, held, links), last)


def _clients(catalog: Catalog) -> tuple[Client, ...]:
    found = [
        Client(
            f"tpc_{key}",
            application.name,
            third_party=True,
            mode="strict",
            tag=(key, STACK),
            values=declared_values(application),
            owner=application.owner,
        )
        for key, application in catalog.applications.items()
    ]
    for key, agent in catalog.agents.items():
        found.append(Client(f"tpc_{key}", key, True, "strict", document=agent.document))
    return tuple(found)


def _grants(catalog: Catalog) -> list[Grant]:
    found = []
    users: Mapping[str, Application | Agent] = {**catalog.applications, **catalog.agents}
    for key, user in users.items():
        found += [_grant(key, f"tpc_{key}", grant) for grant in user.grants]
    found += [_grant("default", "", grant) for grant in catalog.default_permissions]
    return found


def _grant(key: str, client_id: str, grant: ClientGrant | DefaultPermission) -> Grant:
    organizations = isinstance(grant, ClientGrant) and grant.organizations
    return Grant(
        f"cgr_{key}_{grant.api}_{grant.subject_type}",
        client_id,
        grant.audience,
        grant.subject_type,
        grant.scopes,
        organization_usage="allow" if organizations else "",
    )


Change = Callable[[Scenario], Scenario]
