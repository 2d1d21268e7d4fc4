"""A small, complete project folder to break in one place at a time."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from tpa.files.catalog import Catalog, load_catalog
from tpa.files.problems import CatalogError, Problem

APIS: dict[str, Any] = {
    "apis": {
        "orders": {"audience": "https://orders.test", "scopes": ["read:orders", "write:orders"]},
        "catalog": {"audience": "https://catalog.test", "scopes": ["read:products"]},
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
    "connections": ["customers"],
    "environments": {"dev": None},
}
DEV: dict[str, Any] = {
    "tenant": "embedded",
    "embedded_port": 8441,
    "connections": {"customers": "customers-db"},
}


class Project:
    """Files in a folder; `problems` is what loading says about them. `changes` replace top-level
    fields.
    """

    files: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "apis": APIS,
        "dev": DEV,
        "applications/portal": PORTAL,
    }

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in self.files:
            self._change(name)

    def _change(self, name: str, /, **changes: Any) -> None:
        self.write(f"stacks/{name}.yaml", {**self.files[name], **changes})

    def write(self, file: str, content: Mapping[str, Any] | str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(dict(content))
        path.write_text(text, encoding="utf-8")

    def portal(self, **changes: Any) -> None:
        """It stays live where it is."""
        text = (self.root / "stacks/applications/portal.yaml").read_text("utf-8")
        where = yaml.safe_load(text).get("environments")
        self._change("applications/portal", **{"environments": where, **changes})

    def dev(self, **changes: Any) -> None:
        self._change("dev", **changes)

    def apis(self, **changes: Any) -> None:
        self._change("apis", **changes)

    def live(self, *keys: str, environment: str = "dev", **differs: Any) -> None:
        """Applications and agents that have a file are live in an environment too."""
        for key in keys:
            (file,) = self.root.glob(f"stacks/a*s/{key}.yaml")
            content = yaml.safe_load(file.read_text("utf-8"))
            where = {**(content.get("environments") or {}), environment: differs or None}
            self.write(str(file.relative_to(self.root)), {**content, "environments": where})

    def load(self, environment: str = "dev") -> Catalog:
        return load_catalog(self.root, environment)

    def problems(self, environment: str = "dev") -> tuple[Problem, ...]:
        with pytest.raises(CatalogError) as caught:
            self.load(environment)
        return caught.value.problems

    def problem(self, environment: str = "dev") -> Problem:
        (found,) = self.problems(environment)
        return found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def portal_problem(project: Project) -> Callable[..., Problem]:
    """The one problem that these changes to the portal's file cause."""

    def problem(**changes: Any) -> Problem:
        project.portal(**changes)
        return project.problem()

    return problem
