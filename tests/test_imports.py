"""Who may import whom: data flows one way, and each package can be used without those behind it."""

import ast
import subprocess
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

    def allows(self, module: str, own: str) -> bool:
        if _within(module, frozenset({own})) or module.partition(".")[0] in sys.stdlib_module_names:
            return True
        if self.only is None:
            return not _within(module, self.never)
        return _within(module, self.only)


def only(names: str) -> Rule:
    return Rule(only=frozenset(names.split()))


def never(names: str) -> Rule:
    return Rule(never=frozenset(names.split()))


LIBRARY = "auth0_third_party"
# The stack's program needs the files and what is checked before the first write, and nothing that
# belongs to the command line.
ENGINE_FREE = "tpa.verbs tpa.comparison tpa.files tpa.tenant tpa.preflight tpa.environments"

RULES: Mapping[str, Rule] = {
    "components/auth0_third_party": only(
        "pulumi pulumi_auth0 pydantic pydantic_core httpx socksio tenacity grpc google.protobuf"
        " lazy_loader ada_url cryptography idna"
    ),
    "components/auth0_third_party/model": only(f"pydantic pydantic_core {LIBRARY}.rules"),
    "components/auth0_third_party/rules": only("ada_url cryptography idna lazy_loader"),
    "components/auth0_third_party/management": only("httpx socksio tenacity lazy_loader"),
    "emulator/auth0_emulator": never(f"{LIBRARY} pulumi tests tpa pulumi_toolchain"),
    "emulator/tests": never(f"{LIBRARY} pulumi tpa pulumi_toolchain"),
    "toolchain/pulumi_toolchain": never(f"{LIBRARY} auth0_emulator tests tpa"),
    "toolchain/tests": never(f"{LIBRARY} tests tpa"),
    "tpa/composition": only(f"pulumi pulumi_auth0 {LIBRARY} tpa.composition {ENGINE_FREE}"),
    "tpa": only(
        f"typer rich httpx certifi filelock psutil jinja2 joserfc markupsafe pydantic pydantic_core"
        f" yaml pyrage {LIBRARY} pulumi_toolchain.choice pulumi_toolchain.errors"
    ),
    "benchmarks": only(f"httpx psutil yaml {LIBRARY} tpa auth0_emulator.testing tests.ports"),
    "pipelines": only("httpx"),
    "examples": only(f"pulumi pulumi_auth0 yaml pytest components partner {LIBRARY}"),
    "__main__": only("tpa.composition.program"),
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
    found = sorted((root / package).rglob("*.py"))
    # A package with a rule of its own is not judged by the one around it.
    apart = [root / other for other in RULES if other.startswith(f"{package}/")]
    return [file for file in found if package != "tpa" or not set(apart) & set(file.parents)]


def own_module(package: str) -> str:
    """`auth0_third_party.model` for its folder; the outer folder is that of a distribution."""
    folders = package.split("/")
    return ".".join(folders[1:] or folders)


def offences(root: Path, package: str) -> list[str]:
    return [
        f"{file.relative_to(root)}:{line} imports {module}"
        for file in files(root, package)
        for line, module in imported(file.read_text(encoding="utf-8"))
        if not RULES[package].allows(module, own_module(package))
    ]


@pytest.mark.parametrize("package", RULES)
def test_the_rules_are_kept(package: str) -> None:
    assert files(ROOT, package), f"{package} is gone; remove its rule"
    assert offences(ROOT, package) == []


def test_every_package_has_a_rule() -> None:
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."]
    found = {folder.name for folder in folders if any(folder.rglob("*.py"))}
    assert found - {"tests", "build", "dist"} <= {package.partition("/")[0] for package in RULES}


@pytest.mark.parametrize(
    ("package", "statement"),
    [
        ("components/auth0_third_party", "from tpa.files.problems import Problem"),
        ("components/auth0_third_party", "from tpa.composition.settings import Settings"),
        ("components/auth0_third_party", "import yaml"),
        ("components/auth0_third_party/model", "import pulumi"),
        ("components/auth0_third_party/model", "from auth0_third_party.application import x"),
        ("components/auth0_third_party/rules", "import pydantic"),
        ("components/auth0_third_party/management", "import requests"),
        ("tpa/composition", "def late():\n    import tpa.drift"),
        ("tpa", "import pulumi_toolchain.set_up"),
        ("tpa", "from pulumi_toolchain import engine_build"),
        ("tpa", "from auth0_emulator.app import create_app"),
        ("tpa", "import pulumi"),
        ("emulator/auth0_emulator", "from auth0_third_party.rules import check_keys"),
        ("toolchain/pulumi_toolchain", "from tpa.errors import TpaError"),
        ("__main__", "import tpa.cli.app"),
    ],
)
def test_a_planted_import_is_found(tmp_path: Path, package: str, statement: str) -> None:
    place = tmp_path / "__main__.py" if package == "__main__" else tmp_path / package / "planted.py"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"import json\n{statement}\n", encoding="utf-8")
    (found,) = offences(tmp_path, package)
    assert found.startswith(str(place.relative_to(tmp_path)))


@pytest.mark.parametrize(
    ("package", "statement"),
    [
        ("components/auth0_third_party", "import os.path, pulumi\nfrom auth0_third_party import x"),
        ("tpa", "from pulumi_toolchain.choice import Choice\nfrom pulumi_toolchain import errors"),
        ("tpa/composition", "from tpa.files.problems import CatalogError"),
        ("emulator/auth0_emulator", "import starlette"),
    ],
)
def test_what_is_allowed_is_not_found(tmp_path: Path, package: str, statement: str) -> None:
    (tmp_path / package).mkdir(parents=True)
    (tmp_path / package / "fine.py").write_text(statement, encoding="utf-8")
    assert offences(tmp_path, package) == []


def test_the_program_loads_nothing_of_the_command_line() -> None:
    """`pulumi up` needs no terminal library, whatever the files' packages hold for `tpa`."""
    loaded = modules_after("import tpa.composition.stack")
    assert "tpa.composition.compose" in loaded
    assert {"typer", "rich", "jinja2", "tpa.cli", "tpa.engine"} & loaded == set()


def test_the_provider_loads_the_sdk_for_components_alone() -> None:
    serving = "import auth0_third_party.provider.server as server"
    loaded = modules_after(serving)
    assert "pulumi.runtime.proto.provider_pb2" in loaded
    assert {"pulumi.output", "pulumi_auth0", "pydantic"} & loaded == set()
    loaded = modules_after(
        f"{serving}; from auth0_third_party.provider.protocol import load_sdk; load_sdk();"
        " from auth0_third_party.provider import construct;"
        " assert construct.pb is sys.modules['pulumi.runtime.proto.provider_pb2'];"
        " assert construct.components() and issubclass(construct.pulumi.RunError, Exception)"
    )
    assert {"pulumi.output", "pulumi_auth0"} <= loaded


def modules_after(statements: str) -> set[str]:
    """What a process of its own has loaded in the end."""
    program = f"import sys; {statements}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_editor_is_used_by_its_public_names() -> None:
    """The modules of `tpa.files.editing` are private to it."""
    editing = ROOT / "tpa/files/editing"
    found = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for file in files(ROOT, "tpa")
        for line, module in imported(file.read_text(encoding="utf-8"))
        if module.startswith("tpa.files.editing.") and editing not in file.parents
        if (editing / f"{module.split('.')[3]}.py").exists()
    ]
    assert found == []


def test_the_files_know_nothing_of_what_is_built_on_them() -> None:
    """`tpa.files` is the lowest room of `tpa`; only its command knows the terminal."""
    own = ("tpa.files", "tpa.verbs", "tpa.errors", "tpa.project")
    found = {
        module
        for file in files(ROOT, "tpa/files")
        if file.name != "command.py"
        for _, module in imported(file.read_text(encoding="utf-8"))
        if module.startswith(("tpa.", "typer", "rich")) and not module.startswith(own)
    }
    assert found == set()


def test_the_command_line_loads_no_engine_library() -> None:
    """Pulumi's SDKs take a second to load, which `tpa` needs for nothing; what signs with keys is
    loaded when something is signed; and `--version`, help and completion load no command.
    """
    slow = {"pulumi", "pulumi_auth0", "grpc", "joserfc", "pydantic", "httpx", "rich", "yaml"}
    assert slow & modules_after("import tpa.cli.app") == set()


def test_no_script_hides_a_package() -> None:
    """A script's folder comes first on the path that it imports from."""
    packages = {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert {file.stem for file in (ROOT / "benchmarks").rglob("*.py")} & packages == set()
