"""A catalog of one application that matches a new embedded tenant, to be changed in one place."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tpa.environments.stack_state import StateResources
from tpa.files.catalog import Catalog, load_catalog
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
    clients=(Client("tpc_1", "Portal", third_party=True, mode="strict"),),
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
PORTAL: dict[str, Any] = {
    "name": "Portal",
    "owner": {"organization": "Acme", "contact": "a@acme.test"},
    "app_type": "regular_web",
    "callbacks": ["https://acme.test/cb"],
    "grants": [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}],
    "connections": ["people"],
}
DEV: dict[str, Any] = {
    "tenant": "embedded",
    "embedded_port": 8441,
    "connections": {"people": "customers"},
    "applications": {"portal": None},
}


class Files:
    """The project's files; `changes` replace top-level fields."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._write("apis", APIS)
        self._write("applications/portal", PORTAL)
        self._write("dev", DEV)

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        file = self.root / "stacks" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(dict(content)), encoding="utf-8")

    def apis(self, **changes: Any) -> None:
        self._write("apis", {**APIS, **changes})

    def portal(self, **changes: Any) -> None:
        self._write("applications/portal", {**PORTAL, **changes})

    def dev(self, **changes: Any) -> None:
        self._write("dev", {**DEV, **changes})

    def load(self) -> Catalog:
        return load_catalog(self.root, "dev")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def snapshot(**changes: Any) -> TenantSnapshot:
    """A tenant that fits, with changes."""
    return replace(FITTING, **changes)


def findings(
    catalog: Catalog, seen: TenantSnapshot, held: StateResources | None = None
) -> list[Problem]:
    return run_checks(PreflightContext(catalog, DOMAIN, seen, STACK, held))


def errors(
    catalog: Catalog, seen: TenantSnapshot, held: StateResources | None = None
) -> list[Problem]:
    return [found for found in findings(catalog, seen, held) if found.severity == "error"]


def warnings(
    catalog: Catalog, seen: TenantSnapshot, held: StateResources | None = None
) -> list[Problem]:
    return [found for found in findings(catalog, seen, held) if found.severity == "warning"]
