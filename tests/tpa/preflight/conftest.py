"""A catalog of one application that matches a new embedded tenant, to be changed in one place."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.tpa.files import conftest as plain
from tpa.environments.stack_state import StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext
from tpa.preflight.run import run_checks
from tpa.tenant.objects import Api, Client, Connection
from tpa.tenant.snapshot import TenantSnapshot

DOMAIN = "acme-dev.auth0.com"
STACK = "project/dev"
APIS_SEEN = {
    "https://orders.example.com": Api(frozenset({"read:orders", "write:orders"})),
    "https://catalog.example.com": Api(frozenset({"read:products"})),
}
FITTING = TenantSnapshot(
    apis=APIS_SEEN,
    connections={"customers": Connection("con_1", promoted=True)},
    clients=(Client("tpc_1", "Another", third_party=True, mode="strict"),),
)
APIS: dict[str, Any] = {
    "apis": {
        "orders": {"audience": "https://orders.example.com", "scopes": ["read:orders"]},
        "catalog": {"audience": "https://catalog.example.com", "scopes": ["read:products"]},
    },
    "default_permissions": [
        {"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}
    ],
}


PORTAL = {**plain.PORTAL, "connections": ["people"]}
DEV = {**plain.DEV, "connections": {"people": "customers"}}


class Files(plain.Project):
    """The same project with the names of this tenant."""

    files: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "apis": APIS,
        "dev": DEV,
        "applications/portal": PORTAL,
    }


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def snapshot(**changes: Any) -> TenantSnapshot:
    """A tenant that fits, with changes."""
    return replace(FITTING, **changes)


def findings(
    catalog: Catalog, seen: TenantSnapshot, held: StateResources | None = None
) -> list[Problem]:
    return run_checks(PreflightContext(catalog, DOMAIN, seen, STACK, held))[0]


def imports(context: PreflightContext, resource_type: str) -> dict[str, str]:
    """Logical name -> id of what an update imports of a type."""
    found = run_checks(context)[1].items()
    return {name: identity for (kind, name), identity in found if kind == resource_type}


def errors(
    catalog: Catalog, seen: TenantSnapshot, held: StateResources | None = None
) -> list[Problem]:
    return [found for found in findings(catalog, seen, held) if found.severity == "error"]


def warnings(
    catalog: Catalog, seen: TenantSnapshot, held: StateResources | None = None
) -> list[Problem]:
    return [found for found in findings(catalog, seen, held) if found.severity == "warning"]
