"""The four wheels of this repository: what each holds, and the tool installed from its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pulumi_toolchain import pins
from tests.ports import free_port

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".toolchain", ".embedded", ".*_cache", ".hypothesis"),
    *("build", "dist", "*.egg-info", "__pycache__"),
)
NEW = [
    *("new", "--name", "Fleet View", "--organization", "Contoso", "--contact", "dev@contoso.test"),
    *("--type", "spa", "--callback", "https://fleet.contoso.test/callback"),
    *("--grant", "orders:user:read:orders", "--connection", "customers"),
]
ABOUT = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt"}


@dataclass(frozen=True)
class Distribution:
    """`folder`: where its pyproject.toml is; `package`: the only name that can be imported from it;
    `data`: some of the files that its code reads when it runs.
    """

    folder: str
    package: str
    command: str
    data: tuple[str, ...] = ()


DISTRIBUTIONS = (
    Distribution(
        "components",
        "auth0_third_party",
        "pulumi-resource-auth0-third-party",
        ("login_page.html", "login_page.js"),
    ),
    Distribution(
        "emulator",
        "auth0_emulator",
        "auth0-emulator",
        ("oauth/templates/login.html", "oauth/templates/style.css"),
    ),
    Distribution(
        "toolchain",
        "pulumi_toolchain",
        "pulumi-toolchain",
        ("engine/go.mod", "engine/go.sum", "engine/go.lock"),
    ),
    Distribution(
        ".",
        "tpa",
        "tpa",
        (
            "handover/page.md.j2",
            "cli/parameters.json",
            "report/page/report.html",
            "report/page/report.css",
            "init/project/Pulumi.yaml",
            "init/pipelines/gitlab/.gitlab-ci.yml",
        ),
    ),
)


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    own = ("AUTH0_", "PULUMI", "PYTHON", "TPA_")
    done = subprocess.run(
        command,
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if not name.startswith(own)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the whole repository: a build takes what an earlier one left behind."""
    folder = tmp_path_factory.mktemp("wheels")
    source = shutil.copytree(ROOT, folder / "source", ignore=LEFT_OUT)
    folders = [source / each.folder for each in DISTRIBUTIONS]
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, *folders, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def environment(wheels: Path) -> Path:
    """A virtual environment with the four wheels and what they need; its `bin`."""
    run(sys.executable, "-m", "venv", "venv", cwd=wheels)
    tools = wheels / "venv/bin"
    install = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile")
    constraints = ("-c", ROOT / "constraints.txt", "--find-links", wheels)
    wanted = "auth0-third-party-apps[embedded,toolchain]"
    run(tools / "python", *install, *constraints, wanted, cwd=wheels)
    return tools


def wheel(wheels: Path, package: str) -> zipfile.ZipFile:
    found = [zipfile.ZipFile(file) for file in wheels.glob("*.whl")]
    (match,) = (file for file in found if f"{package}/__init__.py" in file.namelist())
    return match


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: each.package)
def test_a_wheel_holds_one_package(wheels: Path, distribution: Distribution) -> None:
    """Every file of the package, typed and with a licence; no tests, nothing beside it."""
    archive = wheel(wheels, distribution.package)
    about = {name for name in archive.namelist() if ".dist-info/" in name}
    package = ROOT / distribution.folder / distribution.package
    sources = {
        f"{distribution.package}/{file.relative_to(package).as_posix()}"
        for folder, _, names in os.walk(package, followlinks=True)
        for file in (Path(folder, name) for name in names)
        if file.suffix != ".pyc"
    }
    assert set(archive.namelist()) - about == sources
    expected = {f"{distribution.package}/{name}" for name in ("py.typed", *distribution.data)}
    assert expected <= sources
    assert not [name for name in sources if "test_" in name or "/tests/" in name]
    texts = {name.partition(".dist-info/")[2]: archive.read(name).decode() for name in about}
    assert texts.keys() == ABOUT
    assert texts["top_level.txt"].split() == [distribution.package]
    assert f"\n{distribution.command} = {distribution.package}." in texts["entry_points.txt"]
    assert "\nLicense-Expression: MIT\n" in texts["METADATA"]
    assert "\n\n# " in texts["METADATA"]  # the README, as an index shows it
    needed = re.findall(r"^Requires-Dist: ([^;\n]*)(?!.*extra)$", texts["METADATA"], re.MULTILINE)
    assert needed
    assert not [each for each in needed if "==" in each]


def test_the_tool_works_without_the_repository(environment: Path, tmp_path: Path) -> None:
    """In a folder that has files of its user alone."""
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks", ignore=LEFT_OUT)
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    assert re.search(r"\d+\.\d+\.\d+", run(environment / "tpa", "--version", cwd=tmp_path))
    for name in ("dev", "staging", "prod"):
        run(environment / "tpa", "check", "--offline", "-e", name, cwd=tmp_path)
    file = tmp_path / "stacks/applications/order-portal.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\ncolour: red\n", encoding="utf-8")
    found = run(environment / "tpa", "check", "--offline", "--json", cwd=tmp_path, status=1)
    assert "colour" in found


def test_nothing_else_can_be_imported(environment: Path, tmp_path: Path) -> None:
    """Names that a user's own program may well have."""
    names = ("benchmarks", "build", "catalog", "components", "examples", "stacks", "tests")
    program = f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"
    assert run(environment / "python", "-I", "-c", program, cwd=tmp_path) == "[]\n"


def test_a_users_own_components_are_not_shadowed(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "components/__init__.py").write_text("OWNER = 'the user'\n", encoding="utf-8")
    program = "import auth0_third_party, tpa, components; print(components.OWNER)"
    assert run(environment / "python", "-c", program, cwd=tmp_path) == "the user\n"


def test_the_library_works_with_the_lowest_versions_it_allows(wheels: Path, tmp_path: Path) -> None:
    """The provider describes itself, which takes every module and the SDK's own analysis."""
    metadata = wheel(wheels, "auth0_third_party").read(
        next(n for n in wheel(wheels, "auth0_third_party").namelist() if n.endswith("METADATA"))
    )
    lowest = re.findall(r"^Requires-Dist: ([\w-]+)(?:<[\d.]+,)?>=([\d.]+)", metadata.decode(), re.M)
    assert {name for name, _ in lowest} >= {"pulumi", "pulumi-auth0", "pydantic"}
    run(sys.executable, "-m", "venv", "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    (built,) = wheels.glob("auth0_third_party-*.whl")
    pins = [f"{name}=={version}" for name, version in lowest]
    run(python, "-m", "pip", "install", "-q", "--no-compile", built, *pins, cwd=tmp_path)
    schema = run(python, "-m", "auth0_third_party.provider.schema", cwd=tmp_path)
    assert schema == (ROOT / "components/schema.json").read_text(encoding="utf-8")


def test_the_versions_of_the_four_agree() -> None:
    """And the extra has the SDK that the toolchain's plugin is for."""
    pages = [
        tomllib.loads((ROOT / each.folder / "pyproject.toml").read_text(encoding="utf-8"))
        for each in DISTRIBUTIONS
    ]
    library = (ROOT / "components/auth0_third_party/version.py").read_text(encoding="utf-8")
    stated = {page["project"]["version"] for page in pages if "version" in page["project"]}
    assert len(stated) == 1
    assert f'"{stated.pop()}"' in library
    extras = pages[-1]["project"]["optional-dependencies"]
    assert f"pulumi-auth0=={pins.AUTH0_PLUGIN}" in extras["toolchain"]


@pytest.fixture
def team(environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, the tool on PATH, and what a first run would take minutes for: the engine
    as it was built before, and the environment of the program.
    """
    monkeypatch.setenv("PATH", f"{environment}{os.pathsep}{os.environ['PATH']}")
    folder = tmp_path / "our partners"
    (folder / ".toolchain/bin").mkdir(parents=True)
    (folder / ".venv").symlink_to(environment.parent)
    for name in ("pulumi", "pulumi-language-python-exec", "pulumi-resource-pulumi-python", "stamp"):
        shutil.copy(ROOT / ".toolchain/bin" / name, folder / ".toolchain/bin")
    yield folder
    for process in folder.glob(".embedded/*/process"):
        subprocess.run(["kill", "-9", process.read_text(encoding="utf-8")], check=False)


def test_from_an_empty_folder_to_a_live_partner(team: Path) -> None:
    """All of it from wheels: a project is made, applied, gets a partner, and is taken away."""
    inner = team / "stacks/applications"

    def tpa(*arguments: str, cwd: Path = inner) -> str:
        return run("tpa", *arguments, cwd=cwd)

    assert tpa("init", cwd=team).endswith("Next: tpa up\n")
    file = team / "stacks/dev.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("8441", str(free_port())), "utf-8")
    tpa("up", "--json")
    assert json.loads(tpa(*NEW, "--json"))["next"] == "tpa up -e dev"
    assert "run tpa up -e dev again" in tpa("up")
    live = json.loads(tpa("access", "--live", "--json"))["rows"]
    rows = {(row["application"], row["api"], *row["scopes"]) for row in live}
    assert ("fleet-view", "orders", "read:orders") in rows
    tpa("check")
    tpa("drift")
    tpa("init", "--check")
    assert "embedded tenant is stopped" in tpa("down")
