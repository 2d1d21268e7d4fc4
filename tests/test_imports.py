"""Who may import whom: data flows one way, and each package can be used without those behind it."""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Rule:
    """`only`: all that may be imported beside the standard library and the package itself.

    `never`: for packages with a long list of libraries, what they must not see.
    """

    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()

    def allows(self, module: str, package: str) -> bool:
        top = module.partition(".")[0]
        if top == package or top in sys.stdlib_module_names:
            return True
        if self.only is None:
            return not _within(module, self.never)
        return _within(module, self.only)


def only(names: str) -> Rule:
    return Rule(only=frozenset(names.split()))


def never(names: str) -> Rule:
    return Rule(never=frozenset(names.split()))


RULES: Mapping[str, Rule] = {
    "catalog": only("pydantic pydantic_core yaml"),
    "management": only("httpx tenacity"),
    "components": only("pulumi pulumi_auth0 catalog"),
    "preflight": only("catalog management"),
    "survey": only("jinja2 markupsafe pydantic catalog management preflight"),
    "stacks": only("pulumi pulumi_auth0 catalog components management"),
    "plugins": only("pulumi.runtime.proto grpc google.protobuf management"),
    "tpa": only(
        "typer rich httpx certifi filelock pydantic catalog management preflight survey"
        " toolchain.choice toolchain.errors"
    ),
    "emulator": never("pulumi pulumi_auth0 components stacks tpa toolchain preflight tests"),
    "toolchain": never("catalog components stacks tpa emulator preflight tests"),
    "benchmarks": only("catalog httpx management preflight survey yaml"),
    "examples": only("pulumi catalog components"),
    "__main__": only("pulumi catalog preflight stacks"),
}


def _within(module: str, names: frozenset[str]) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:length]) in names for length in range(1, len(parts) + 1))


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and module of every import, at whatever depth it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:  # others stay in the package
            # `from toolchain import choice` may name a module or a value.
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def files(root: Path, package: str) -> list[Path]:
    if package == "__main__":
        return [root / "__main__.py"]
    return sorted((root / package).rglob("*.py"))


def offences(root: Path, package: str) -> list[str]:
    return [
        f"{file.relative_to(root)}:{line} imports {module}"
        for file in files(root, package)
        for line, module in imported(file.read_text(encoding="utf-8"))
        if not RULES[package].allows(module, package)
    ]


@pytest.mark.parametrize("package", RULES)
def test_the_rules_are_kept(package: str) -> None:
    assert files(ROOT, package), f"{package} is gone; remove its rule"
    assert offences(ROOT, package) == []


def test_every_package_has_a_rule() -> None:
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."]
    found = {folder.name for folder in folders if any(folder.rglob("*.py"))}
    assert found - {"tests", "build", "dist"} <= RULES.keys()


@pytest.mark.parametrize(
    ("package", "statement"),
    [
        ("catalog", "import pulumi"),
        ("catalog", "from management import Credentials"),
        ("catalog", "import pydantic_settings"),
        ("management", "import requests"),
        ("components", "from stacks.settings import Settings"),
        ("components", "import yaml"),
        ("preflight", "import httpx"),
        ("stacks", "def late():\n    import preflight"),
        ("plugins", "import pulumi"),
        ("plugins", "from catalog import Catalog"),
        ("tpa", "import toolchain.set_up"),
        ("tpa", "from toolchain import golang"),
        ("tpa", "from emulator.app import create_app"),
        ("emulator", "import pulumi_auth0.client"),
        ("toolchain", "from tpa.errors import TpaError"),
        ("__main__", "import management"),
    ],
)
def test_a_planted_import_is_found(tmp_path: Path, package: str, statement: str) -> None:
    place = tmp_path / "__main__.py" if package == "__main__" else tmp_path / package / "planted.py"
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"import json\n{statement}\n", encoding="utf-8")
    (found,) = offences(tmp_path, package)
    assert found.startswith(str(place.relative_to(tmp_path)))


@pytest.mark.parametrize(
    ("package", "statement"),
    [
        ("catalog", "import os.path, yaml\nfrom catalog import rules"),
        ("tpa", "from toolchain.choice import Choice\nfrom toolchain import errors"),
        ("plugins", "from google.protobuf import struct_pb2\nfrom pulumi.runtime.proto import x"),
        ("emulator", "import starlette"),
    ],
)
def test_what_is_allowed_is_not_found(tmp_path: Path, package: str, statement: str) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "fine.py").write_text(statement, encoding="utf-8")
    assert offences(tmp_path, package) == []


def test_no_script_hides_a_package() -> None:
    """A script's folder comes first on the path that it imports from."""
    packages = {path.name for path in ROOT.iterdir() if path.is_dir()}
    for folder in ("benchmarks", "examples"):
        assert {file.stem for file in (ROOT / folder).rglob("*.py")} & packages == set()
