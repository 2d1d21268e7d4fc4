"""A catalog of one application, and a tenant of plain values that has exactly what it declares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.model.client import declared_values
from tests.tpa.adopt.adopting import Adopted
from tests.tpa.preflight.conftest import DOMAIN, STACK, Files
from tpa.access.effective import AccessRow, access_rows
from tpa.adopt.candidates import AdoptionInput
from tpa.adopt.files import stage_files
from tpa.files.catalog import Catalog
from tpa.files.editing import staged
from tpa.tenant.objects import Api, Client, Connection, Grant, Organization, read_client
from tpa.tenant.snapshot import OrganizationLinks, TenantSnapshot
from tpa.tenant.view import EnvironmentView

ORDERS, PRODUCTS = "https://orders.example.com", "https://catalog.example.com"
NEEDS_GRANT = {"user": "require_client_grant", "client": "require_client_grant"}
MACHINE: dict[str, Any] = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def client(identity: str = "tpc_1", **changes: Any) -> Client:
    """A live application; without changes the one of the files."""
    fields: dict[str, Any] = {
        "name": "Portal",
        "third_party": True,
        "mode": "strict",
        "tag": ("portal", STACK),
        "values": {("grant_types",): ("authorization_code", "client_credentials")},
    }
    return Client(identity, **fields | changes)


def stranger(identity: str = "tpc_9", **changes: Any) -> Client:
    """A live application that is in no file."""
    return client(identity, **{"name": "Stranger", "tag": ("", "")} | changes)


def grant(identity: str = "cgr_1", **changes: Any) -> Grant:
    """A live grant; without changes the one of the files."""
    fields: dict[str, Any] = {
        "client_id": "tpc_1",
        "audience": ORDERS,
        "subject_type": "user",
        "scopes": ("read:orders",),
    }
    return Grant(identity, **fields | changes)


def default(identity: str = "cgr_0", **changes: Any) -> Grant:
    """A live default permission; without changes the one of the files."""
    fields = {"client_id": "", "audience": PRODUCTS, "scopes": ("read:products",)}
    return grant(identity, **fields | changes)


def api(**policies: str) -> Api:
    return Api(frozenset({"read:orders", "write:orders"}), {**NEEDS_GRANT, **policies})


def live(
    catalog: Catalog, held: Mapping[str, str] | None = None, **changes: Any
) -> EnvironmentView:
    """The files with a tenant that has exactly what they declare, with changes."""
    tenant: dict[str, Any] = {
        "apis": {ORDERS: api(), PRODUCTS: Api(frozenset({"read:products"}), NEEDS_GRANT)},
        "connections": {"customers": Connection("con_1", promoted=True)},
        "clients": (client(),),
        "grants": (grant(), default()),
        "organizations": {"northwind": Organization("org_1", admits=True)},
    }
    return EnvironmentView(catalog, STACK, DOMAIN, TenantSnapshot(**tenant | changes), held or {})


def offline(catalog: Catalog) -> EnvironmentView:
    return EnvironmentView(catalog, STACK)


def row(
    view: EnvironmentView,
    application: str = "portal",
    audience: str = ORDERS,
    subject: str = "user",
) -> AccessRow:
    """The one row of an application, an API and a subject type."""
    (found,) = (r for r in access_rows(view) if r.key == (application, audience, subject))
    return found


def statuses(found: Iterable[AccessRow]) -> list[tuple[str, str, str, str]]:
    return [(r.application, r.api, r.subject_type, r.status) for r in found]


# What the application that is in no file may do.
OWN = grant("cgr_9", client_id="tpc_9")


@pytest.fixture
def adopted(files: Files) -> Iterator[Any]:
    """Adopts what is given as the API lists it, with its grants."""
    with staged(files.root) as stage:

        def run(
            listed: dict[str, Any],
            *grants: Grant,
            only: tuple[str, ...] = (),
            others: tuple[Client, ...] = (),
            linked: Sequence[tuple[str, str]] = (),  # ids of grants, names of organizations
            **seen: Any,
        ) -> Adopted:
            values = declared_values(files.load().applications["portal"])
            clients = (client(values=values), read_client(listed), *others)
            everything = (grant(), default(), *(grants or (OWN,)))
            view = live(files.load(), clients=clients, grants=everything, **seen)
            links = {
                name: OrganizationLinks(grants=frozenset(g for g, n in linked if n == name))
                for _, name in linked
            }
            view = replace(view, links=links)
            return Adopted(stage, view, stage_files(stage, AdoptionInput(view, only)))

        run.stage, run.catalog = stage, files.load()  # type: ignore[attr-defined]
        yield run
